# SPDX-License-Identifier: EUPL-1.2
"""REST ``/v1``: published answers, by the NLgov API Design Rules."""

from ontschot.coordinator.rest.app import create_app
from ontschot.coordinator.rest.openapi import Contact
from ontschot.coordinator.rest.reader import ResultReader, ResultSummary

__all__ = ["Contact", "ResultReader", "ResultSummary", "create_app"]
