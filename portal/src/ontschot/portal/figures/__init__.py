# SPDX-License-Identifier: EUPL-1.2
"""Figures as SVG: maps and charts that say how certain they are, without script."""
