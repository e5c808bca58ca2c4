# SPDX-License-Identifier: EUPL-1.2
"""Persons (protocol section 8): the key of a round, buckets, and from occupied buckets to persons.

``key`` makes one key of the contributions of several nodes, and a bucket of a person; ``sets`` says
which contributions; ``buckets`` lays out a PERSON vector; ``estimate`` corrects for two persons in
one bucket.
"""

from ontschot.protocol.persons.buckets import Buckets, buckets_of, vector_index, vector_sizes
from ontschot.protocol.persons.errors import PersonKeyRefused
from ontschot.protocol.persons.estimate import Estimate, clients_of
from ontschot.protocol.persons.key import (
    CONTRIBUTION_BYTES,
    PersonKey,
    commitment,
    derive,
    require_proof,
)
from ontschot.protocol.persons.sets import ORGANISATIONS, commitments_of

__all__ = [
    "CONTRIBUTION_BYTES",
    "ORGANISATIONS",
    "Buckets",
    "Estimate",
    "PersonKey",
    "PersonKeyRefused",
    "buckets_of",
    "clients_of",
    "commitment",
    "commitments_of",
    "derive",
    "require_proof",
    "vector_index",
    "vector_sizes",
]
