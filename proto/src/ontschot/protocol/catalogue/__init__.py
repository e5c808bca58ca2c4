# SPDX-License-Identifier: EUPL-1.2
"""The catalogue of questions: definitions as data, and the plan of a query from a definition."""
