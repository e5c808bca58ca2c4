# SPDX-License-Identifier: EUPL-1.2
"""Tables of a helper, in its state database."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from ontschot.node.state.schema import metadata

uploads = Table(
    "helper_upload",
    metadata,
    Column("envelope", String(64), primary_key=True),
    Column("node", String(63), nullable=False),
    Column("round", String(64), nullable=False),
    Column("variable", String(63), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("duties", String(64), nullable=False),
    Column("status", String(16), nullable=False),
)
"""Uploads by hash of their envelope; the opened half is kept as file ``half/<envelope>``.

``status``: held, admitted, rejected, withdrawn, erased. ``duties``: see ``release.duties``.
"""

closed_rounds = Table(
    "helper_closed_round",
    metadata,
    Column("round", String(64), primary_key=True),
    Column("closed_at", String(20), nullable=False),
)
"""Rounds that ended: their halves are erased, and nothing is taken for them any more."""

batches = Table(
    "helper_batch",
    metadata,
    Column("set_id", String(64), primary_key=True),
    Column("spec", LargeBinary, nullable=False),
    Column("offer", LargeBinary, nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("duties", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("since", String(20), nullable=False, server_default=""),
    Column("said_at", String(20), nullable=False, server_default=""),
    Column("dealer", String(64), nullable=False, server_default=""),
    Column("peer", String(63), nullable=False, server_default=""),
)
"""Batches of gate keys; kept as files: ``part/<set>``, and ``opened/<set>``, the masked totals y.

``status``: tossing, revealed, chosen, ready, caught, disputed, erased (one of the helpers had
audited it), lost (given up, and audited by nobody); ``since``: when it became so; ``said_at``: when
the words that this set waits for were last said (``owing``). ``dealer``: the signing key of the
dealer that offered it, ``peer``: the helper with whom it is tossed; both empty in rows of before.
"""

releases = Table(
    "helper_release",
    metadata,
    Column("manifest", String(64), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("release_id", String(63), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("key", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("secret", LargeBinary),
    Column("agreed_head", LargeBinary),
    Column("output", LargeBinary),
    Column("reason", String(63)),
    Index("ix_helper_release_key", "key"),
)
"""Releases by hash of their manifest; ``output`` is this helper's noised half, written once.

``state``: proposed, agreed, prepared, opened, chained, committed, sent, aborted. ``key``: what is
answered, whatever the release is called (``answers``).
"""

facts = Table(
    "helper_fact",
    metadata,
    Column("subject", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("sender", String(63), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""What others said about a release or a deal (``subject``), kept as they said it.

Letters arrive in any order; a release moves on when the facts that it needs are there.
"""
