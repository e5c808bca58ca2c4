# SPDX-License-Identifier: EUPL-1.2
"""The role of dealer: makes one-time gate keys, proves them by audit, and never receives data."""
