# SPDX-License-Identifier: EUPL-1.2
"""Witnessing: each participant keeps the latest signed statement of its peers (section 7).

Helpers keep those of every provider and of each other; providers keep those of both helpers. A
party that starts asks its peers for what they hold of it; a peer whose statement does not follow
what is held is shown that. Either way an older copy of a ledger closes itself.
"""
