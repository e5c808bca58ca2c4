# SPDX-License-Identifier: EUPL-1.2
"""This node's own noise on its uploads of cells, where its policy asks for it (section 9)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import select

from ontschot.node.mailroom.desk import Desk
from ontschot.node.noise import DiscreteGaussian, NoiseSource, NoiseUnavailable
from ontschot.node.provider.answering.errors import VectorFailed
from ontschot.node.provider.answering.schema import own_uploads
from ontschot.node.provider.vectors.noised import fits, with_noise
from ontschot.node.public_inputs.store import require_cell_areas
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.documents.uploads import Envelope, NodeNoise
from ontschot.protocol.errors import Misconfigured
from ontschot.protocol.release.node_noise import noise_for
from ontschot.protocol.signed import SignedDocument

NoisePrice: TypeAlias = Callable[[str], int | None]
"""Gives what this node's own noise on a variable costs, in units of 1e-12 rho; None: it adds none.
Raises ``Misconfigured`` where nobody can say: then nothing may leave."""

_LOG = structlog.get_logger(__name__)


def _none(_variable: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class OwnNoise:
    """What this node adds to which of its uploads; the price is asked anew for each upload."""

    price: NoisePrice = _none
    source: NoiseSource = field(default_factory=DiscreteGaussian)

    def add(
        self, desk: Desk, round_: Round, variable: VariableDocument, vector: NDArray[np.uint32]
    ) -> tuple[NDArray[np.uint32], NodeNoise | None]:
        """Return what may leave of a vector, and the noise that is in it.

        Raises:
            VectorFailed: the policy cannot be read, or the noise not be made: nothing may leave.
        """
        if variable.cells is None:
            return vector, None
        try:
            price = self.price(variable.id)
            if price is None:
                return vector, None
            noise = noise_for(price, variable.node_cap)
            areas = require_cell_areas(desk, round_, variable.cells)
            if not fits(variable, areas, noise, desk.roster.parameters.max_nodes):
                raise NoiseUnavailable("sums with so much noise do not fit")
            return with_noise(vector, noise, variable.node_cap, self.source), noise
        except Misconfigured as error:
            _LOG.error("no-noise", variable=variable.id, code=error.code)
            raise VectorFailed from error


def noise_of_uploads(desk: Desk, envelopes: Sequence[str]) -> Mapping[str, NodeNoise | None]:
    """Return the noise in each of this node's own uploads, by envelope; strange ones are absent."""
    table = own_uploads.c
    rows = desk.connection.execute(
        select(table.envelope, table.document).where(table.envelope.in_(envelopes))
    ).all()
    return {
        row.envelope: Envelope.parse(SignedDocument.from_bytes(row.document).payload).noise
        for row in rows
    }
