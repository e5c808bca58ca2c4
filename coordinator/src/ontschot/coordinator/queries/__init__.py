# SPDX-License-Identifier: EUPL-1.2
"""Approved questions: asked to the nodes, followed until they are answered or refused."""
