# SPDX-License-Identifier: EUPL-1.2
"""What a release hands over: blocks of opened noised sums, and what is public about them.

Everything here is already noised or public. Values are checked when they are made, so that the
rest of this room only computes.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ontschot.coordinator.results.errors import InconsistentRelease
from ontschot.protocol.documents.queries import Statistic
from ontschot.protocol.documents.rounds import Level
from ontschot.protocol.language import Text
from ontschot.protocol.universe.areas import LEVELS

NoiseMode: TypeAlias = Literal["full", "half", "nodes"]
"""``full``: each helper adds enough; ``half``: both together; ``nodes``: every provider did."""
Counted: TypeAlias = Literal["households", "persons"]

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+_-]{0,63}")
_BLOCK_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_RESULT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Area:
    """A public area of one level.

    Attributes:
        code: CBS code, or the code of a merged area.
        name: name for people.
        slots: address slots of the universe in this area (public).
        members: codes of the boundary features that share this area's value. Empty means: the
            feature with this very code, or by CBS numbering all buurten of this wijk or gemeente.
    """

    code: str
    name: str
    slots: int
    members: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the codes and the number of slots."""
        for code in (self.code, *self.members):
            _require(_CODE.fullmatch(code) is not None, f"area code {code!r}")
        _require(len(set(self.members)) == len(self.members), f"members of {self.code} repeat")
        _require(self.slots >= 0, f"slots of {self.code}")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One block of a manifest after opening.

    Attributes:
        id: name of the block in its manifest; also names the table.
        title: what this table is about, beside the other tables of the release.
        level: geography of ``areas``.
        statistic: ``bins`` are disjoint counts without the zero bin, ascending; ``at-least`` are
            nested counts; ``capped`` is a sum of ``min(x, cap)``; ``sum`` are counts per class.
        labels: one per output.
        quantum_cents: euro cents per unit of a capped sum; 1 for the other statistics.
        sigma: standard deviation of the noise that *each* helper added, in quanta or in counted
            units. The halves' noises are independent, so an opened value has variance
            ``2 sigma^2`` in either mode, and that of ``node_sigmas`` besides. With ``nodes`` it is
            what each helper would have added.
        noise: ``full`` if one helper's noise alone is enough for the stated rho; ``half`` if both
            are needed; ``nodes`` if helpers added none, since every provider had.
        cap: what one unit counts for at most: over all providers and in quanta for ``capped``, at
            each provider for ``sum``; else nothing.
        areas: public areas.
        sums: opened values, signed, shape ``[len(areas), len(labels)]``.
        variances: of each value, in its own unit squared, where it is an estimate from the opened
            sums; shape of ``sums``. Absent: that of the noise, equal for all.
        cumulative_labels: for ``bins`` only: labels of "at least bin k" for all bins but the last.
            Empty means: made from ``labels``.
        counts: what the figures of a ``sum`` count.
        is_ordered: whether a later bin means more, so that "at least" means something.
        node_sigmas: standard deviation of the noise of each provider that added its own.
    """

    id: str
    title: Text
    level: Level
    statistic: Statistic
    labels: tuple[Text, ...]
    quantum_cents: int
    sigma: Fraction
    noise: NoiseMode
    cap: int | None
    areas: tuple[Area, ...]
    sums: NDArray[np.int64]
    cumulative_labels: tuple[Text, ...] = ()
    variances: NDArray[np.float64] | None = None
    counts: Literal["allocations", "trajects"] = "allocations"
    is_ordered: bool = True
    node_sigmas: tuple[Fraction, ...] = ()

    @property
    def has_tails(self) -> bool:
        """Whether "at least bin k" is published too."""
        return self.statistic == "bins" and self.is_ordered

    def __post_init__(self) -> None:
        """Check that the parts fit together.

        Raises:
            InconsistentRelease: they do not.
        """
        shape = (len(self.areas), len(self.labels))
        _require(self.sums.dtype == np.int64, "sums are not 64-bit integers")
        _require(self.sums.shape == shape, f"sums are {self.sums.shape}, not {shape}")
        if self.variances is not None:
            _require(self.variances.shape == shape, "variances of another shape")
            _require(self.statistic == "at-least", "variances of figures that are no estimates")
        _require(bool(self.areas) and bool(self.labels), "a block without areas or outputs")
        _require(_BLOCK_ID.fullmatch(self.id) is not None, "block id")
        _require(self.level in LEVELS, f"level {self.level!r}")
        _require(self.sigma > 0, "sigma is not positive")
        _require(self.noise in ("full", "half", "nodes"), f"noise {self.noise!r}")
        _require(self.noise != "nodes" or bool(self.node_sigmas), "noise of no node")
        _require(self.statistic == "sum" or not self.node_sigmas, "noise of nodes behind a gate")
        codes = {area.code for area in self.areas}
        _require(len(codes) == len(self.areas), "area codes repeat")
        self._check_statistic()

    def _check_statistic(self) -> None:
        if self.statistic == "capped":
            _require(self.cap is not None and self.cap > 0, "a capped sum without cap")
            _require(self.quantum_cents > 0, "quantum is not positive")
        else:
            counts = ("bins", "at-least", "sum")
            _require(self.statistic in counts, f"statistic {self.statistic!r}")
            _require((self.cap is None) == (self.statistic != "sum"), "a count with a cap")
            _require(self.quantum_cents == 1, "a count with a quantum")
        expected = len(self.labels) - 1 if self.has_tails else 0
        _require(len(self.cumulative_labels) in (0, expected), "number of cumulative labels")


@dataclass(frozen=True, slots=True)
class HelperSignature:
    """A helper's Ed25519 signature over the manifest hash, as it was published.

    Attributes:
        helper: ``A`` or ``B``.
        organisation: who runs the helper.
        signature: 64 bytes in lower-case hexadecimal.
    """

    helper: Literal["A", "B"]
    organisation: str
    signature: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is public about a release as a whole.

    Attributes:
        result_id: name of the result in addresses and files.
        question: catalogue id, such as ``Q13``.
        title: short title.
        wording: the question as people read it.
        round_id: measurement round.
        first_day: first day of the period the records are about.
        last_day: last day of it.
        purpose: what the answer is for, as approved.
        protected_unit: what the privacy promise is about.
        counted: what ``bins`` and ``at-least`` count.
        rho: zCDP loss at one helper, as the ledgers charged it, over all blocks.
        epsilon: of that rho at ``delta``.
        delta: see ``epsilon``.
        clamp: what one protected unit counts for at most, for people.
        participants: number of providers in the release.
        coverage: which part of all care that is, for people.
        manifest_hash: SHA-256 of the manifest, hexadecimal.
        signatures: of both helpers.
        published_at: moment of publication, with time zone.
        pilot: the roster allows one organisation in two roles; every page must say so.
        remarks: whatever else must stand beside every figure.
    """

    result_id: str
    question: str
    title: Text
    wording: Text
    round_id: str
    first_day: date
    last_day: date
    purpose: Text
    protected_unit: Text
    counted: Counted
    rho: Fraction
    epsilon: Fraction
    delta: Fraction
    clamp: Text
    participants: int
    coverage: Text
    manifest_hash: str
    signatures: tuple[HelperSignature, ...]
    published_at: datetime
    pilot: bool = False
    remarks: tuple[Text, ...] = field(default=())

    def __post_init__(self) -> None:
        """Check ranges and forms.

        Raises:
            InconsistentRelease: one is wrong.
        """
        _require(_RESULT_ID.fullmatch(self.result_id) is not None, "result id")
        _require(_HASH.fullmatch(self.manifest_hash) is not None, "manifest hash")
        _require(self.published_at.tzinfo is not None, "a moment without time zone")
        _require(self.first_day <= self.last_day, "a period that ends before it begins")
        _require(self.counted in ("households", "persons"), "what is counted")
        _require(self.rho > 0 and self.epsilon > 0, "privacy loss is not positive")
        _require(0 < self.delta < 1, "delta is not between 0 and 1")
        _require(self.participants >= 1, "a release without providers")


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise InconsistentRelease(what)
