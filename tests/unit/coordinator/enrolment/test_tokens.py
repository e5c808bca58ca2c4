# SPDX-License-Identifier: EUPL-1.2
"""One-time tokens in every store, and the desk in front of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from ontschot.coordinator.enrolment import (
    CertificateAuthority,
    DatabaseTokenStore,
    Enrolment,
    EnrolmentDesk,
    MemoryTokenStore,
    Token,
    TokenStore,
)
from ontschot.coordinator.store.schema import metadata
from ontschot.protocol.certificates import (
    EnrolmentRefused,
    EnrolmentRequest,
    ForeignCertificate,
    Identity,
    MalformedCertificate,
    TokenExpired,
    TokenOfAnother,
    TokenUnknown,
    TokenUsed,
    new_tls_key,
    request_enrolment,
    token_hash,
)
from ontschot.protocol.keys import BadSignature, PrivateKeys, SealingKey, SigningKey

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOKEN = Token("a" * 64, "zorg-ada", NOW + HOUR)
AUTHORITY = CertificateAuthority.create("drechtsteden", NOW)
KEYS = PrivateKeys(SigningKey.from_bytes(bytes(32)), SealingKey.from_bytes(bytes(96)))
ADA = Identity("drechtsteden", "zorg-ada")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    if request.param == "memory":
        return MemoryTokenStore()
    url = f"sqlite:///{tmp_path / 'coordinator.db'}"
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres_database"))
    engine = create_engine(url, poolclass=QueuePool)
    request.addfinalizer(engine.dispose)  # noqa: PT021 -- the engine outlives this function
    metadata.create_all(engine)
    return DatabaseTokenStore(engine)


def enrolment(request: str = "r" * 64, participant: str = "zorg-ada") -> Enrolment:
    return Enrolment(participant, request, "ed25519:x", "mlkem768x25519:y", NOW)


def test_a_token_is_spent_once_and_the_same_request_may_come_again(store: TokenStore) -> None:
    store.add(TOKEN)
    store.consume(TOKEN.hash, enrolment())
    store.consume(TOKEN.hash, enrolment())
    with pytest.raises(TokenUsed):
        store.consume(TOKEN.hash, enrolment("s" * 64))
    assert store.enrolments() == (enrolment(),)


def later(moment: datetime) -> Enrolment:
    return Enrolment("zorg-ada", "r" * 64, "ed25519:x", "mlkem768x25519:y", moment)


def test_a_token_expires_at_its_moment_also_for_a_repeat(store: TokenStore) -> None:
    store.add(TOKEN)
    with pytest.raises(TokenExpired):
        store.consume(TOKEN.hash, later(TOKEN.expires))
    store.consume(TOKEN.hash, later(TOKEN.expires - timedelta(seconds=1)))
    with pytest.raises(TokenExpired):
        store.consume(TOKEN.hash, later(TOKEN.expires))


def test_an_unknown_token(store: TokenStore) -> None:
    store.add(TOKEN)
    with pytest.raises(TokenUnknown):
        store.consume("b" * 64, enrolment())
    assert store.enrolments() == ()


def test_a_token_of_another_is_refused_and_stays_good(store: TokenStore) -> None:
    store.add(TOKEN)
    with pytest.raises(TokenOfAnother):
        store.consume(TOKEN.hash, enrolment(participant="zorg-bea"))
    store.consume(TOKEN.hash, enrolment())


def test_enrolments_come_by_moment_and_name(store: TokenStore) -> None:
    moments = {"c": NOW, "b": NOW + HOUR / 2, "a": NOW + HOUR / 2}
    for name, moment in moments.items():
        store.add(Token(name * 64, name, NOW + HOUR))
        store.consume(name * 64, Enrolment(name, name * 64, "k", "s", moment))
    assert [one.participant for one in store.enrolments()] == ["c", "a", "b"]


def test_of_two_requests_at_once_one_wins(store: TokenStore) -> None:
    store.add(TOKEN)

    def attempt(number: int) -> bool:
        try:
            store.consume(TOKEN.hash, enrolment(f"{number:064}"))
        except TokenUsed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert len(store.enrolments()) == 1


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: TokenStore, clock: Clock) -> EnrolmentDesk:
    return EnrolmentDesk(AUTHORITY, store, "drechtsteden", clock)


def ask(token: str, identity: Identity = ADA) -> EnrolmentRequest:
    return request_enrolment(identity, token, KEYS, new_tls_key())


def test_the_desk_trades_a_token_for_a_certificate(desk: EnrolmentDesk) -> None:
    request = ask(desk.invite("zorg-ada"))
    first, second = desk.enrol(request), desk.enrol(request)
    assert first.public_key() == second.public_key()
    (found,) = desk.enrolments()
    assert (found.participant, found.signing_key) == ("zorg-ada", KEYS.signing.public.text)
    assert found.moment == NOW


def test_only_the_hash_of_a_token_is_stored(clock: Clock) -> None:
    added: list[Token] = []

    class Recorder(MemoryTokenStore):
        def add(self, token: Token) -> None:
            added.append(token)

    desk = EnrolmentDesk(AUTHORITY, Recorder(), "drechtsteden", clock, lambda count: b"x" * count)
    token = desk.invite("zorg-ada", HOUR)
    assert len(token) == 43
    assert added == [Token(token_hash(token), "zorg-ada", NOW + HOUR)]
    assert token not in repr(added)


def test_tokens_are_different(desk: EnrolmentDesk) -> None:
    assert desk.invite("zorg-ada") != desk.invite("zorg-ada")


def test_a_token_lasts_as_long_as_was_said(desk: EnrolmentDesk, clock: Clock) -> None:
    clock.now = NOW + timedelta(microseconds=900_000)
    token = desk.invite("zorg-ada", HOUR)
    clock.now = NOW + HOUR
    with pytest.raises(TokenExpired):
        desk.enrol(ask(token))


def test_names_that_no_roster_could_hold_get_no_token(desk: EnrolmentDesk) -> None:
    with pytest.raises(MalformedCertificate):
        desk.invite("Zorg Ada")


def faulty(token: str) -> dict[str, Callable[[], EnrolmentRequest]]:
    good = ask(token)
    return {
        "signature": lambda: EnrolmentRequest(
            token, good.signing_request, good.signing_key, good.sealing_key, bytes(64)
        ),
        "request": lambda: _signed(token, b"no request"),
        "federation": lambda: ask(token, Identity("elders", "zorg-ada")),
        "participant": lambda: ask(token, Identity("drechtsteden", "zorg-bea")),
    }


def _signed(token: str, signing_request: bytes) -> EnrolmentRequest:
    good = ask(token)
    fields = (token, signing_request, good.signing_key, good.sealing_key)
    statement = EnrolmentRequest(*fields).statement
    return EnrolmentRequest(*fields, KEYS.signing.sign("enrol", statement))


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("signature", BadSignature),
        ("request", MalformedCertificate),
        ("federation", ForeignCertificate),
        ("participant", TokenOfAnother),
    ],
)
def test_a_faulty_request_does_not_cost_the_token(
    desk: EnrolmentDesk, case: str, error: type[Exception]
) -> None:
    token = desk.invite("zorg-ada")
    with pytest.raises(error):
        desk.enrol(faulty(token)[case]())
    desk.enrol(ask(token))


def test_a_second_key_needs_a_second_token(desk: EnrolmentDesk) -> None:
    token = desk.invite("zorg-ada")
    desk.enrol(ask(token))
    with pytest.raises(EnrolmentRefused):
        desk.enrol(ask(token))
    desk.enrol(ask(desk.invite("zorg-ada")))
    assert len(desk.enrolments()) == 2
