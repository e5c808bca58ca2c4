# SPDX-License-Identifier: EUPL-1.2
"""Measurement rounds (meetrondes): their public files, and who received them."""
