# SPDX-License-Identifier: EUPL-1.2
"""The role of a care provider: its records, their intake, and what may be computed over them."""
