# SPDX-License-Identifier: EUPL-1.2
import pytest
from sqlalchemy import Connection

from ontschot.node.ledger import service
from ontschot.node.ledger.errors import AnswerFixed, BatchBound
from ontschot.node.ledger.model import AnswerKey
from ontschot.node.ledger.verify import verify_chain

KEY = AnswerKey.of("q" * 64, "r" * 64, ["e" * 64, "f" * 64])


def test_a_batch_is_bound_once(ledger: Connection) -> None:
    service.bind(ledger, "b" * 64, "1" * 64)
    before = service.head(ledger)
    service.bind(ledger, "b" * 64, "1" * 64)
    assert service.head(ledger) == before
    with pytest.raises(BatchBound, match="b" * 64):
        service.bind(ledger, "b" * 64, "2" * 64)
    service.bind(ledger, "c" * 64, "1" * 64)
    assert service.head(ledger).seq == before.seq + 1
    verify_chain(ledger)


def test_a_question_has_one_answer(ledger: Connection) -> None:
    assert service.stored_answer(ledger, KEY) is None
    service.store_answer(ledger, KEY, "1" * 64)
    before = service.head(ledger)
    service.store_answer(ledger, KEY, "1" * 64)
    assert service.stored_answer(ledger, KEY) == "1" * 64
    assert service.head(ledger) == before
    with pytest.raises(AnswerFixed):
        service.store_answer(ledger, KEY, "2" * 64)
    verify_chain(ledger)


def test_the_order_of_uploads_makes_no_other_question() -> None:
    assert AnswerKey.of("q" * 64, "r" * 64, ["f" * 64, "e" * 64, "e" * 64]) == KEY


@pytest.mark.parametrize(
    "other",
    [
        AnswerKey.of("p" * 64, "r" * 64, ["e" * 64, "f" * 64]),
        AnswerKey.of("q" * 64, "s" * 64, ["e" * 64, "f" * 64]),
        AnswerKey.of("q" * 64, "r" * 64, ["e" * 64]),
        AnswerKey.of("q" * 64, "r" * 64, []),
    ],
)
def test_another_question_round_or_list_has_its_own_answer(
    ledger: Connection, other: AnswerKey
) -> None:
    service.store_answer(ledger, KEY, "1" * 64)
    assert service.stored_answer(ledger, other) is None
