# SPDX-License-Identifier: EUPL-1.2
"""The role of helper: holds one half of every upload, evaluates gates, adds noise, never a total.

Rooms: ``uploads`` (halves received), ``dealing`` (audited gate keys), ``checks`` (what is verified
before agreeing), ``release`` (the phases of a release), ``gates`` (the computation).
"""
