# SPDX-License-Identifier: EUPL-1.2
"""``docs/settings.md``: every setting with its type, default and meaning."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import AnyUrl, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from .sources import part_of, settings_classes

_INTRO = """\
# Settings

A node and a coordinator read a file in their home folder, which `init` writes; the environment
goes before the file. The portal reads the environment only. Keys and certificates are files in the
home folder and never settings. An unknown setting in a file is refused.
"""

_NAMES: Final[dict[Any, str]] = {str: "text", int: "whole number", float: "number", bool: "yes/no"}
_CLASSES: Final = {Path: "path", AnyUrl: "URL", SecretStr: "secret text"}
_LOWER, _UPPER = ("ge", "gt"), ("le", "lt")
_ATTRIBUTE = re.compile(r"^ {4}(\w+): ((?:.+\n?(?: {8}.+\n?)*))", re.MULTILINE)


def page() -> str:
    """Return the page."""
    return "\n".join([_INTRO, *(_section(settings) for settings in settings_classes())])


def descriptions(settings: type[BaseSettings]) -> dict[str, str]:
    """Return the meaning of each setting: of its field, else of the class's docstring.

    Raises:
        LookupError: a setting is explained in neither.
    """
    written = dict(_attributes(inspect.getdoc(settings) or ""))
    found = {
        name: _sentence(field.description or written.get(name, ""))
        for name, field in settings.model_fields.items()
    }
    for name, text in found.items():
        if not text:
            msg = f"{settings.__module__}: setting {name} is explained nowhere"
            raise LookupError(msg)
    return found


def _sentence(text: str) -> str:
    plain = text.replace("``", "`").rstrip(".")
    return plain[:1].upper() + plain[1:]


def _attributes(docstring: str) -> Iterator[tuple[str, str]]:
    _, _, attributes = docstring.partition("Attributes:\n")
    for match in _ATTRIBUTE.finditer(attributes):
        yield match[1], " ".join(match[2].split())


def _section(settings: type[BaseSettings]) -> str:
    prefix = settings.model_config.get("env_prefix", "")
    explained = descriptions(settings)
    lines = [
        f"## {part_of(settings.__module__).capitalize()}",
        "",
        "| setting | environment | type | default | meaning |",
        "|---|---|---|---|---|",
    ]
    for name, field in settings.model_fields.items():
        lines.append(
            f"| `{name}` | `{prefix}{name.upper()}` | {_type(field)} | {_default(field)} "
            f"| {explained[name].replace('|', chr(92) + '|')} |"
        )
    return "\n".join(lines) + "\n"


def _type(field: FieldInfo) -> str:
    text = _type_name(field.annotation)
    bounds = {
        name: getattr(rule, name)
        for rule in field.metadata
        for name in (*_LOWER, *_UPPER)
        if getattr(rule, name, None) is not None
    }
    low = next((bounds[name] for name in _LOWER if name in bounds), None)
    high = next((bounds[name] for name in _UPPER if name in bounds), None)
    if low is None or high is None:
        return text
    return f"{text}, {'above ' if 'gt' in bounds else ''}{low} to {high}"


def _type_name(kind: Any) -> str:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (Union, UnionType):
        return " or ".join(_type_name(one) for one in arguments if one is not NoneType)
    if origin in (list, tuple, frozenset, set):
        return f"list of {_type_name(arguments[0])}"
    if hasattr(kind, "__metadata__"):  # Annotated
        return _type_name(arguments[0])
    return _NAMES.get(kind) or _of_class(kind)


def _of_class(kind: type) -> str:
    return next((name for base, name in _CLASSES.items() if issubclass(kind, base)), kind.__name__)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*required*"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined or value is None or value in ("", []):
        return "none"
    return f"`{value}`"
