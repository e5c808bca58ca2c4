# SPDX-License-Identifier: EUPL-1.2
"""Intake of records from files: reading, checking, and storing all of it or nothing."""
