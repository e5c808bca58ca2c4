# SPDX-License-Identifier: EUPL-1.2
"""The node's state database: one SQLite file for mail, ledger and what a role must remember.

One file, so that a charge, a burn mark, a noised output and the letter that carries it are one
transaction.
"""
