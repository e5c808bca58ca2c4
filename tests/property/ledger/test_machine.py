# SPDX-License-Identifier: EUPL-1.2
"""Any sequence of acts, against a model of a few lines: two dictionaries and some sums."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ontschot.node.database import open_engine, upgrade
from ontschot.node.ledger import heads, service
from ontschot.node.ledger.errors import LedgerRefusal
from ontschot.node.ledger.model import Account, Maxima
from ontschot.node.ledger.verify import verify_chain
from ontschot.node.state.schema import MIGRATIONS
from ontschot.protocol.documents.base import Head
from ontschot.protocol.privacy.charge import Charge
from ontschot.protocol.privacy.units import Rho

CAP = 100
LIMIT = 3
KEYS = ["ed25519:mine"]
ACCOUNTS = [("household", 2024), ("household", 2025), ("person", 2025)]

MANIFESTS = st.sampled_from([letter * 64 for letter in "12345678"])
ASKERS = st.sampled_from(["gemeente", "raad"])
CHARGES = st.lists(
    st.builds(
        Charge,
        unit=st.sampled_from(["household", "person"]),
        years=st.sampled_from([(2024,), (2025,), (2024, 2025)]),
        rho=st.integers(1, 60).map(Rho),
    ),
    min_size=1,
    max_size=2,
)


def price(charges: list[Charge]) -> Counter[tuple[str, int]]:
    taken: Counter[tuple[str, int]] = Counter()
    for charge in charges:
        for year in charge.years:
            taken[charge.unit, year] += charge.rho
    return taken


class Ledger(RuleBasedStateMachine):
    """``held`` is what each manifest has: its state, asker and charges; ``floor`` is what stays."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.engine = open_engine(f"sqlite:///{Path(self.folder.name) / 'state.db'}")
        self.held: dict[str, tuple[str, str | None, list[Charge]]] = {}
        self.floor: Counter[tuple[str, int]] = Counter()
        self.lowest: Counter[tuple[str, int]] = Counter()
        self.shown: list[Head] = []
        self.seq = 0

    @initialize()
    def create(self) -> None:
        upgrade(self.engine, MIGRATIONS)
        with self.engine.begin() as connection:
            service.create(connection, "drechtsteden", "n" * 32)
            service.grant(connection, "household", 2024, Rho(CAP), "a" * 64)
            service.grant(connection, "household", 2025, Rho(CAP), "a" * 64)
            service.grant(connection, "person", 2025, Rho(CAP), "a" * 64)

    def total(self, *states: str) -> Counter[tuple[str, int]]:
        taken = Counter(self.floor) if "spent" in states else Counter()
        for state, _, charges in self.held.values():
            taken += price(charges) if state in states else Counter()
        return taken

    def fits(self, charges: list[Charge]) -> bool:
        taken = self.total("reserved", "spent") + price(charges)
        return set(taken) <= set(ACCOUNTS) and all(sum_ <= CAP for sum_ in taken.values())

    def attempt(self, allowed: bool, act: Callable[[], object]) -> None:
        """Run ``act``; it succeeds exactly if the model says so."""
        try:
            act()
        except LedgerRefusal:
            assert not allowed
        else:
            assert allowed

    @rule(mh=MANIFESTS, charges=CHARGES, asker=ASKERS)
    def reserve(self, mh: str, charges: list[Charge], asker: str) -> None:
        state, known_asker, known = self.held.get(mh, ("", None, []))
        if state:
            allowed = state in ("reserved", "spent", "settled") and (known_asker, known) == (
                asker,
                charges,
            )
        else:
            running = [s for s, who, _ in self.held.values() if (s, who) == ("reserved", asker)]
            allowed = self.fits(charges) and len(running) < LIMIT
        with self.engine.begin() as connection:
            self.attempt(
                allowed, lambda: service.reserve(connection, mh, charges, asker, limit=LIMIT)
            )
        if allowed and not state:
            self.held[mh] = ("reserved", asker, charges)

    @rule(mh=MANIFESTS)
    def spend(self, mh: str) -> None:
        state, asker, charges = self.held.get(mh, ("", None, []))
        allowed = state in ("reserved", "spent", "settled")
        with self.engine.begin() as connection:
            self.attempt(allowed, lambda: service.spend(connection, mh))
        if state == "reserved":
            self.held[mh] = ("spent", asker, charges)

    @rule(mh=MANIFESTS, charges=CHARGES)
    def spend_at_once(self, mh: str, charges: list[Charge]) -> None:
        state, asker, known = self.held.get(mh, ("", None, []))
        charged = state in ("reserved", "spent", "settled")
        allowed = (charged and known == charges) or (not state and self.fits(charges))
        with self.engine.begin() as connection:
            self.attempt(allowed, lambda: service.spend(connection, mh, charges))
        if allowed and state in ("", "reserved"):
            self.held[mh] = ("spent", asker, charges)

    @rule(mh=MANIFESTS)
    def free(self, mh: str) -> None:
        state, asker, charges = self.held.get(mh, ("", None, []))
        allowed = state in ("reserved", "settled", "ended", "tombstoned")
        with self.engine.begin() as connection:
            self.attempt(allowed, lambda: service.free(connection, mh))
        if state in ("reserved", "settled"):
            self.held[mh] = ("ended", asker, charges)

    @rule(mh=MANIFESTS)
    def refund(self, mh: str) -> None:
        state, asker, charges = self.held.get(mh, ("", None, []))
        allowed = state in ("spent", "settled", "ended", "tombstoned")
        with self.engine.begin() as connection:
            self.attempt(allowed, lambda: service.refund(connection, mh))
        if state == "spent":
            self.lowest -= price(charges)
        if state in ("spent", "settled"):
            self.held[mh] = ("ended", asker, charges)

    @rule(mh=MANIFESTS)
    def tombstone(self, mh: str) -> None:
        state, asker, charges = self.held.get(mh, ("", None, []))
        allowed = state in ("", "ended", "tombstoned")
        with self.engine.begin() as connection:
            self.attempt(allowed, lambda: service.tombstone(connection, mh))
        if allowed:
            self.held[mh] = ("tombstoned", asker, charges)

    @rule(seq=st.integers(0, 5), letter=st.sampled_from("ab"))
    def note(self, seq: int, letter: str) -> None:
        with self.engine.begin() as connection:
            shown = Head(seq=seq, hash=letter * 64)
            allowed = shown in self.shown or all(seq > before.seq for before in self.shown)
            self.attempt(allowed, lambda: heads.note(connection, "helper-a", shown))
            if allowed:
                self.shown.append(shown)
            assert heads.held(connection)["helper-a"] == max(self.shown, key=lambda h: h.seq)

    @rule(stated=st.integers(0, 130))
    def lose_and_rebuild(self, stated: int) -> None:
        account = Account("household", 2025, Rho(CAP), Rho(0), Rho(stated))
        with self.engine.begin() as connection:
            lost = Head(seq=service.head(connection).seq + 10, hash="f" * 64)
            assert heads.check_own(connection, {"helper-a": lost}, KEYS) is not None
        with self.engine.begin() as connection:
            assert heads.rebuild(connection, Maxima("e" * 64, (lost,), (account,))).seq > lost.seq
            assert heads.check_own(connection, {"helper-a": lost}, KEYS) is None
        self.floor = self.total("reserved", "spent")
        key = ("household", 2025)
        self.floor[key] = min(CAP, max(self.floor[key], stated))
        for mh, (state, asker, charges) in self.held.items():
            if state in ("reserved", "spent"):
                self.held[mh] = ("settled", asker, charges)

    @rule()
    def restart(self) -> None:
        self.engine.dispose()

    @invariant()
    def the_accounts_are_those_of_the_model(self) -> None:
        with self.engine.begin() as connection:
            found = service.accounts(connection)
            head = verify_chain(connection)
        reserved, spent = self.total("reserved"), self.total("spent")
        for account in found:
            key = (account.unit, account.year)
            assert (account.reserved, account.spent) == (reserved[key], spent[key])
            assert account.reserved + account.spent <= account.cap == CAP
            # Spent never falls, but by what was refunded.
            assert account.spent >= self.lowest[key]
            self.lowest[key] = account.spent
        assert head.seq >= self.seq
        self.seq = head.seq

    def teardown(self) -> None:
        self.engine.dispose()
        self.folder.cleanup()


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
