# SPDX-License-Identifier: EUPL-1.2
"""The agreement: everything two parties of a federation must agree on, byte for byte."""
