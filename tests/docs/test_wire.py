# SPDX-License-Identifier: EUPL-1.2
"""The page on the wire protocol leaves no letter, document, field or kind of signature out."""

import importlib
import inspect
import pkgutil
import re
from typing import Final

from docs.sources import DOCS, ROOT
from ontschot.coordinator.releases.handlers import Leader
from ontschot.node.dealer.handlers import Dealer
from ontschot.node.helper.handlers import Helper
from ontschot.node.noise import DiscreteGaussian
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.uploading import Uploader
from ontschot.node.provider.policy.model import Policy
from ontschot.protocol import documents
from ontschot.protocol.documents.base import Document
from ontschot.protocol.letters.model import RefusalNotice
from ontschot.protocol.roster import model as roster_model

TEXT: Final = (DOCS / "wire-protocol.md").read_text("utf-8")
_UNNAMED: Final = {"v", "type"}


def letter_types() -> set[str]:
    """Return every type of letter that some party handles."""
    provider = Provider(Uploader(lambda *_: None), lambda: Policy({}))  # type: ignore[arg-type]
    parties = (Helper(DiscreteGaussian()), Dealer(), provider, Leader())
    return {kind for party in parties for kind in party.handlers()}


def document_classes() -> list[type[Document]]:
    """Return every document that travels."""
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(documents.__path__, f"{documents.__name__}.")
    ]
    found = {
        one
        for module in (*modules, roster_model)
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Document) and one is not Document
    }
    return sorted({*found, RefusalNotice}, key=lambda one: one.__name__)


def test_every_type_of_letter_is_in_the_table() -> None:
    listed = set(re.findall(r"^\| `([a-z-]+)` \| [^|]*→", TEXT, re.MULTILINE))
    assert letter_types() - listed == set()
    assert listed - letter_types() == set()


def test_every_field_of_every_document_is_named() -> None:
    for document in document_classes():
        for name in set(document.model_fields) - _UNNAMED:
            assert re.search(rf"[`{{ (]{name}[`,}} :(]", TEXT), f"{document.__name__}.{name}"


def test_every_kind_of_signature_is_in_the_table() -> None:
    table = TEXT.partition("## Signatures")[2].partition("## ")[0]
    kinds = {"roster", "query", "letter", "enrol", "envelope", "receipt", "consent"}
    for kind in (*kinds, "agree", "commit", "abort"):
        assert f"`{kind}`" in table


def test_every_plain_code_is_in_the_code() -> None:
    listed = TEXT.partition("Codes in Refused and Abort")[2].partition("## ")[0]
    codes = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", listed))
    sources = "".join(
        path.read_text("utf-8")
        for part in ("node", "coordinator")
        for path in (ROOT / part / "src").rglob("*.py")
    )
    assert len(codes) > 10
    assert {code for code in codes if f'"{code}"' not in sources} == set()
