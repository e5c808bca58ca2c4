# SPDX-License-Identifier: EUPL-1.2
"""Tables of uploads, batches, releases and results."""

from sqlalchemy import Boolean, Column, Integer, LargeBinary, String, Table

from ontschot.coordinator.store.schema import metadata

uploads = Table(
    "upload",
    metadata,
    Column("envelope", String(64), primary_key=True),
    Column("node", String(63), nullable=False),
    Column("round", String(64), nullable=False),
    Column("variable", String(63), nullable=False),
    Column("state", String(16), nullable=False),
    Column("receipt_a", Boolean, nullable=False, default=False),
    Column("receipt_b", Boolean, nullable=False, default=False),
)
"""Uploads by envelope. ``state``: sent, held (both receipts), admitting, admitted, rejected,
withdrawn, closed (its round has ended). The coordinator never has a half: those travel sealed,
beside the letters."""

upload_noises = Table(
    "upload_noise",
    metadata,
    Column("envelope", String(64), primary_key=True),
    Column("sigma", String(60), nullable=False),
    Column("rho", String(31), nullable=False),
)
"""Noise that nodes added to their uploads, as helpers say that the envelopes say."""

erasures = Table(
    "erasure",
    metadata,
    Column("round", String(64), primary_key=True),
    Column("helper", String(63), primary_key=True),
    Column("node", String(63), primary_key=True),
    Column("document", LargeBinary, nullable=False),
)
"""The helpers' signed receipts that they erased a node's halves at the end of a round."""

batches = Table(
    "batch",
    metadata,
    Column("set_id", String(64), primary_key=True),
    Column("spec", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("ready_a", Boolean, nullable=False, default=False),
    Column("ready_b", Boolean, nullable=False, default=False),
    Column("duties", String(64), nullable=False),
    Column("ordered_at", String(20), nullable=False),
    Column("dealer", String(64), nullable=False, server_default=""),
    Column("said_at", String(20), nullable=False, server_default=""),
)
"""Batches of gate keys. ``state``: dealing, ready, used, spoiled; and, of a set that stops dealing,
helper-owes, dealer-owes, dealer-caught (``stock.standing``). ``duties``: for which helpers and by
which dealer (``release.duties``); ``dealer``: that dealer's signing key, empty in rows of before;
``said_at``: when a helper last said that it stops dealing.
"""

releases = Table(
    "release",
    metadata,
    Column("manifest", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("release_id", String(63), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("query", String(64)),
    Column("state", String(16), nullable=False),
    Column("proposed_at", String(20), nullable=False),
    Column("asked_at", String(20)),
    Column("consented_at", String(32)),
    Column("published_at", String(32)),
    Column("reason", String(63)),
)
"""Releases by manifest. ``state``: proposed, aborting, aborted, lost, done, implausible.
``asked_at``: when the helpers were last asked to give it up, or how it stands."""

words = Table(
    "release_word",
    metadata,
    Column("manifest", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("sender", String(63), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Signed words of nodes and helpers about a release, and both noised halves."""

passings = Table(
    "release_passing",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("manifest", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Helpers' words that wait to be passed on to providers, in the order in which they came."""

person_words = Table(
    "person_word",
    metadata,
    Column("round", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("sender", String(63), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Signed commitments and checks of keys for persons, the latest of each node, and the one set of
each round. The coordinator never has a contribution: those travel sealed from node to node."""

results = Table(
    "result",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("query", String(64), nullable=False),
    Column("round", String(64), nullable=False),
    Column("question", String(3), nullable=False),
    Column("published_at", String(20), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("estimated_from", String(64)),
)
"""Published answers. ``estimated_from``: hash of the answers that the estimates in the document
were made from; empty while it has none (``estimates.refreshing``)."""
