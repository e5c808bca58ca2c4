# SPDX-License-Identifier: EUPL-1.2
"""Compose a role from settings: what a process of that role handles, and what it needs for it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from ontschot.node.database import open_engine
from ontschot.node.dealer.handlers import Dealer
from ontschot.node.helper.handlers import Helper
from ontschot.node.mailroom.desk import Desk
from ontschot.node.noise import DiscreteGaussian, NoiseSource
from ontschot.node.provider.answering.handlers import Provider
from ontschot.node.provider.answering.noting import Noter
from ontschot.node.provider.answering.own_noise import OwnNoise
from ontschot.node.provider.answering.uploading import Uploader, VectorSource
from ontschot.node.provider.policy.model import load_policy
from ontschot.node.provider.records.dissent import digest_of_left_out
from ontschot.node.provider.records.identity import load_keys
from ontschot.node.provider.records.notes import counted, note_clients
from ontschot.node.provider.records.schema import require_current
from ontschot.node.provider.vectors.build import build
from ontschot.node.provider.vectors.cells import build_cells
from ontschot.node.provider.vectors.kept import keep_report
from ontschot.node.provider.vectors.persons import build_persons
from ontschot.node.provider.vectors.rounding import RoundingKey
from ontschot.node.settings import Settings
from ontschot.protocol.documents.rounds import Round, VariableDocument
from ontschot.protocol.keys.private_files import read_private
from ontschot.protocol.letters import Letter
from ontschot.protocol.persons import PersonKey
from ontschot.protocol.universe import AreaMap, Universe
from ontschot.protocol.variables import Variable


class RoleObject(Protocol):
    """What every role offers to its process."""

    def handlers(self) -> Mapping[str, Callable[[Desk, Letter], None]]:
        """Return the handler of each type of letter."""

    def begin(self, desk: Desk) -> None:
        """Do what comes first after a start."""

    def expire(self, desk: Desk) -> None:
        """Look at deadlines."""


def make_role(settings: Settings, noise: NoiseSource | None = None) -> RoleObject:
    """Return the role that ``settings`` names; ``noise`` replaces the exact sampler in tests."""
    if settings.role == "helper":
        return Helper(noise or DiscreteGaussian())
    if settings.role == "dealer":
        return Dealer()
    return make_provider(settings, noise)


def make_provider(settings: Settings, noise: NoiseSource | None = None) -> Provider:
    """Return the role of provider over the installation's record store and policy file.

    ``noise`` replaces the exact sampler in tests.

    Raises:
        DatabaseMissing, RecordsUnavailable, SchemaMismatch: the records cannot be used.
    """
    records = open_engine(settings.store_url)
    require_current(records)
    uploader = Uploader(
        vector_source(records, settings),
        left_out=lambda: digest_of_left_out(records),
        own_noise=OwnNoise(
            lambda variable: load_policy(settings.policy_path).noise_price(variable),
            noise or DiscreteGaussian(),
        ),
    )
    return Provider(uploader, lambda: load_policy(settings.policy_path), noter(records))


def noter(records: Engine) -> Noter:
    """Return the function that writes who was counted in an answer into the record store."""

    def note(query: str, round_: Round, variable: VariableDocument, on: date) -> None:
        note_clients(records, query, counted(round_, variable), on)

    return note


def vector_source(records: Engine, settings: Settings) -> VectorSource:
    """Return the function that turns the records into a vector of a round's variable."""

    def vector(
        universe: Universe,
        round_: Round,
        variable: VariableDocument,
        areas: AreaMap | None,
        key: PersonKey | None,
    ) -> NDArray[np.uint32]:
        coins = RoundingKey(read_private(settings.rounding_key_path))
        if areas is None:
            wanted = Variable.from_round(round_, variable.id)
            result = build(records, universe, wanted, coins, round_.digest)
        elif key is None:
            result = build_cells(records, universe, areas, round_, variable, coins)
        else:
            identity = load_keys(settings.record_keys_path)
            result = build_persons(records, identity, universe, areas, round_, variable, key)
        keep_report(settings.placement_path, round_.id, variable.id, result.report)
        return result.vector

    return vector
