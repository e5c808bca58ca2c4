# SPDX-License-Identifier: EUPL-1.2
"""A whole region that does not exist, for ``make demo``: town, people, care, and the true answers.

Everything here is made up: places, addresses, families, amounts. BSNs are numbers that can be
nobody's. It is the one part of Ontschot where a seed is right: the same seed gives the same world.
"""
