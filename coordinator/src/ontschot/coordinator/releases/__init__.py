# SPDX-License-Identifier: EUPL-1.2
"""Lead releases: batches in stock, uploads admitted, manifests proposed, answers published.

The coordinator leads and can change nothing: whatever it proposes, nodes and helpers check.
"""
