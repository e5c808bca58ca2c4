# SPDX-License-Identifier: EUPL-1.2
"""Approved questions, as every node and helper verifies and keeps them."""
