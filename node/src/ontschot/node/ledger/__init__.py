# SPDX-License-Identifier: EUPL-1.2
"""The privacy ledger: durable, hash-chained, in the state database of every node and helper.

Every function takes an open connection inside the caller's transaction: charge, burn mark, noised
output and outgoing letters are written together or not at all. Nothing here writes before it has
decided, so a refusal leaves no trace even if the caller commits.

``service`` charges, ``heads`` compares with what peers hold, ``verify`` recomputes everything.
"""
