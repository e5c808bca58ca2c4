# SPDX-License-Identifier: EUPL-1.2
"""The public universe of address slots, its areas, and the one address normaliser."""
