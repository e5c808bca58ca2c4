# SPDX-License-Identifier: EUPL-1.2
"""The public inputs of a round: universe and area maps, checked against the signed roster."""
