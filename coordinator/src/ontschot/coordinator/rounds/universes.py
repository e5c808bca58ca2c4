# SPDX-License-Identifier: EUPL-1.2
"""Folders with a universe and its maps, as ``build-universe`` writes them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ontschot.protocol.documents.rounds import AreaMapReference
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.language import Text


class BadUniverseFolder(Misconfigured):
    """A folder that ``build-universe`` did not write, or a GeoJSON that names no areas."""

    code = "bad-universe-folder"
    title = Text("De map met adressen en kaarten klopt niet", "The universe folder is not right")
    remedy = Text("Maak de map opnieuw met build-universe.", "Make it anew with build-universe.")


@dataclass(frozen=True, slots=True)
class UniverseFolder:
    """A universe, its maps, and their contents."""

    universe: str
    slots: int
    maps: tuple[AreaMapReference, ...]
    files: tuple[bytes, ...]


def read_folder(folder: Path) -> UniverseFolder:
    """Return what a universe folder holds.

    Raises:
        BadUniverseFolder: a file is missing or not what it should be.
    """
    try:
        summary: dict[str, Any] = json.loads((folder / "universe.json").read_text("utf-8"))
        maps = tuple(AreaMapReference.model_validate(item) for item in summary["maps"])
        files = [(folder / "universe").read_bytes()]
        files += [(folder / f"{item.level}-{item.minimum}.map").read_bytes() for item in maps]
        return UniverseFolder(summary["roster"]["hash"], summary["slots"], maps, tuple(files))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadUniverseFolder(str(folder)) from error
