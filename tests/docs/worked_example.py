# SPDX-License-Identifier: EUPL-1.2
"""One household's euros from CSV lines to a published figure: the numbers of ``architecture.md``.

Everything is computed by the product's own functions. Only what is random in production is fixed
here: keys, seeds, the batch of gate keys, and the noise.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontschot.coordinator.results.presentation import Presentation, present
from ontschot.node.database import open_engine, upgrade
from ontschot.node.provider.intake.columns import HEADER
from ontschot.node.provider.intake.service import load_file
from ontschot.node.provider.intake.settings import IntakeSettings
from ontschot.node.provider.records.identity import create_keys
from ontschot.node.provider.records.schema import MIGRATIONS
from ontschot.node.provider.vectors import RoundingKey, VectorResult, build
from ontschot.protocol.catalogue.definitions import definition
from ontschot.protocol.gate import BatchSpec, GatePart, binding_of, derive, opened
from ontschot.protocol.privacy.accuracy import of_euros
from ontschot.protocol.privacy.units import rho_of, sigma_for
from ontschot.protocol.release.gates import ring_bits
from ontschot.protocol.release.halves import BLIND_BYTES, Table, combine, common_pad, pack
from ontschot.protocol.sharing import expand, split
from ontschot.protocol.universe import Listing, Universe, codes, lines, normalise_columns
from ontschot.protocol.variables import Selection, Variable

MAX_NODES: Final = 100
PRICE: Final = 10**11
"""Rho 0.1 for the whole question, in units of 1e-12."""

REST_OF_BUURT: Final = 21_314
"""Quanta of all other households of the buurt together, after capping: invented."""

NOISE: Final = (-403, 544)
"""What the helpers drew for this buurt: invented, at the size that sigma gives."""

_CLOCK = datetime(2026, 3, 1, tzinfo=UTC)
_PLACE = "1995AA;12;;;0642"
_YOUTH = "JW;45;;1001;;;2024-01-10;;;"
_LINES = {
    "A": [
        f"60010001;a-1;;999900006;2012-05-01;1;{_PLACE};{_YOUTH};2024-03-01;2024-03-31;;;81240;D",
        f"60010001;a-2;;999900006;2012-05-01;1;{_PLACE};{_YOUTH};2024-04-01;2024-04-30;;;41210;D",
        f"60010001;a-3;a-2;999900006;2012-05-01;1;{_PLACE};{_YOUTH};2024-04-01;2024-04-30;;;10000;C",
    ],
    "B": [
        f"60020002;b-{month};;999900018;2009-11-20;2;{_PLACE};JW;44;;2002;;;2024-01-01;;;"
        f";2024-{month:02}-01;2024-{month:02}-28;;;613000;D"
        for month in range(1, 11)
    ],
}


@dataclass(frozen=True, slots=True)
class Example:
    """Every number on the way, in the order of the way."""

    net_cents: dict[str, int]
    slot: int
    quanta: dict[str, int]
    shares: dict[str, tuple[int, int]]
    total_shares: tuple[int, int]
    bits: int
    mask: int
    masked: tuple[int, int]
    opened: int
    at_least: tuple[int, int]
    capped: tuple[int, int]
    capped_shares: tuple[int, int]
    sigma: Fraction
    block_price: int
    noised: int
    halves: tuple[int, int]
    combined: int
    cents: int
    half_width: float
    shown: Presentation
    csv_line: str
    binding: str


def compute(folder: Path) -> Example:
    """Return the example; ``folder`` is for the two record stores."""
    universe = _universe()
    variable = _variable()
    built = {name: _built(folder, name, universe, variable) for name in _LINES}
    vectors = {name: result.vector for name, result in built.items()}
    slot = int(np.flatnonzero(vectors["B"])[0])
    halves = {name: _halves(name, vector) for name, vector in vectors.items()}
    share_a = halves["A"][0] + halves["B"][0]
    share_b = halves["A"][1] + halves["B"][1]
    bits = ring_bits(MAX_NODES, variable.node_cap)
    blocks = {block.id: block for block in definition("Q01").blocks}
    spec = BatchSpec("dcf", universe.slots, bits, payload="sum")
    batch_id = bytes(range(32))
    batch = derive(spec, batch_id, bytes(range(32, 64)))
    part_a = GatePart.load(spec, "A", batch_id, batch.part_a, batch.hashes.part_a)
    part_b = GatePart.load(spec, "B", batch_id, batch.part_b, batch.hashes.part_b)
    masked = part_a.masked(share_a), part_b.masked(share_b)
    y = opened(*masked, bits)
    limits = [200, 750]
    out_a, out_b = part_a.evaluate(y, limits, limits), part_b.evaluate(y, limits, limits)
    total = int((share_a + share_b)[slot])
    buurt = blocks["sum-buurt"]
    squared = (buurt.cap or 0) ** 2
    sigma = sigma_for(PRICE * buurt.share // 100, squared)
    capped_shares = int(out_a.capped[0, slot]), int(out_b.capped[0, slot])
    pieces = _pieces(capped_shares)
    combined = int(combine([_TABLE], *pieces)[0][0, 0])
    cents = combined * variable.quantum_cents
    half_width = of_euros(sigma, variable.quantum_cents).half_width
    return Example(
        net_cents={name: result.report.households.cents for name, result in built.items()},
        slot=slot,
        quanta={name: int(vector[slot]) for name, vector in vectors.items()},
        shares={name: (int(a[slot]), int(b[slot])) for name, (a, b) in halves.items()},
        total_shares=(int(share_a[slot]), int(share_b[slot])),
        bits=bits,
        mask=int((y[slot] - total) % (1 << bits)),
        masked=(int(masked[0][slot]), int(masked[1][slot])),
        opened=int(y[slot]),
        at_least=_pair((out_a.at_least + out_b.at_least)[:, slot]),
        capped=_pair((out_a.capped + out_b.capped)[:, slot]),
        capped_shares=capped_shares,
        sigma=sigma,
        block_price=rho_of(sigma, squared),
        noised=REST_OF_BUURT + sum(NOISE) + int((out_a.capped + out_b.capped)[0, slot]),
        halves=(_word(pieces[0]), _word(pieces[1])),
        combined=combined,
        cents=cents,
        half_width=half_width,
        shown=present(cents, cents - half_width, cents + half_width, "euroCents"),
        csv_line=_LINES["A"][0],
        binding=binding_of(universe.digest, variable.id, bits, ["a" * 64, "b" * 64]),
    )


_TABLE = Table(block="sum-buurt", outputs=1, areas=1, bits=32)
_DIGEST = "c" * 64


def _word(half: bytes) -> int:
    return int.from_bytes(half[BLIND_BYTES:], "little")


def _pair(values: NDArray[np.uint32]) -> tuple[int, int]:
    return int(values[0]), int(values[1])


def _pieces(capped: tuple[int, int]) -> tuple[bytes, bytes]:
    # The rest of the buurt is shared too; here its share at B is zero.
    exact = (capped[0] + REST_OF_BUURT, capped[1])
    pad = common_pad(b"A" * 32, b"B" * 32, _DIGEST, _TABLE.size)
    sums = [
        np.array([[(value + noise) % 2**32]], dtype=np.uint64)
        for value, noise in zip(exact, NOISE, strict=True)
    ]
    blind = bytes(BLIND_BYTES)
    return (
        pack([_TABLE], [sums[0]], pad, "A", blind),
        pack([_TABLE], [sums[1]], pad, "B", blind),
    )


def _halves(name: str, vector: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return what helper A and helper B have of one provider's vector."""
    seed, share = split(vector, lambda size: name.encode() * size)
    expanded = expand(seed, vector.size)
    # Which helper gets the seed alternates over the providers.
    return (expanded, share) if name == "A" else (share, expanded)


def _built(folder: Path, name: str, universe: Universe, variable: Variable) -> VectorResult:
    engine = open_engine(f"sqlite:///{folder / name}.db")
    try:
        upgrade(engine, MIGRATIONS)
        identity = create_keys(folder / f"{name}.keys")
        file = folder / f"{name}.csv"
        file.write_text("\n".join([HEADER, *_LINES[name], ""]), "utf-8")
        settings = IntakeSettings(_LINES[name][0][:8], frozenset({"0642"}), "demo")
        report = load_file(engine, identity, settings, file, clock=lambda: _CLOCK)
        if report.status != "loaded" or report.rejected:
            raise AssertionError(report)
        key = RoundingKey(name.encode() * 32)
        return build(engine, universe, variable, key, "voorbeeldronde")
    finally:
        engine.dispose()


def _variable() -> Variable:
    known = definition("Q01").variables[0]
    return Variable(
        id=known.id,
        measure="euros",
        selection=Selection(tuple(known.wetten)),
        quantum_cents=known.quantum_cents,
        node_cap=known.node_cap,
        period_from=date(2024, 1, 1),
        period_to=date(2024, 12, 31),
        reference_date=date(2024, 12, 31),
    )


def _universe() -> Universe:
    numbers = range(1, 301)
    addresses = normalise_columns(["1995AA"] * 300, list(numbers), [None] * 300, [None] * 300)
    buurten = lines.buurt_numbers(codes.characters(["BU06420101"] * 300))
    return Universe.build([Listing(buurten, addresses)], 2024)
