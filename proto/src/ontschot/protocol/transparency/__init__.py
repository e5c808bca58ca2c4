# SPDX-License-Identifier: EUPL-1.2
"""The transparency log as everybody verifies it: Merkle tree, proofs, checkpoints, cosignatures.

The tree is that of RFC 6962 section 2.1 (hashes and proofs), stored in the tiles of C2SP
``tlog-tiles``; checkpoints and cosignatures are those of C2SP ``signed-note``, ``tlog-checkpoint``
and ``tlog-cosignature``. So an auditor may use tools that are not ours.
"""

from ontschot.protocol.transparency.checkpoints import (
    Checkpoint,
    cosign,
    cosigners,
    open_checkpoint,
    sign_checkpoint,
)
from ontschot.protocol.transparency.errors import (
    CheckpointNotSigned,
    MalformedNote,
    ProofRefused,
)
from ontschot.protocol.transparency.hashing import EMPTY_ROOT, leaf_hash, node_hash
from ontschot.protocol.transparency.notes import Note, NoteKey, NoteSignature
from ontschot.protocol.transparency.proofs import verify_consistency, verify_inclusion
from ontschot.protocol.transparency.tiles import Tile, TileReader, append
from ontschot.protocol.transparency.tree import Tree

__all__ = [
    "EMPTY_ROOT",
    "Checkpoint",
    "CheckpointNotSigned",
    "MalformedNote",
    "Note",
    "NoteKey",
    "NoteSignature",
    "ProofRefused",
    "Tile",
    "TileReader",
    "Tree",
    "append",
    "cosign",
    "cosigners",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "sign_checkpoint",
    "verify_consistency",
    "verify_inclusion",
]
