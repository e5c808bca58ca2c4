# SPDX-License-Identifier: EUPL-1.2
"""Enrolment: the certificate authority, one-time tokens, and the port that serves nothing else."""

from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.enrolment.database import DatabaseTokenStore
from ontschot.coordinator.enrolment.desk import EnrolmentDesk
from ontschot.coordinator.enrolment.server import (
    EnrolmentPortUnusable,
    EnrolmentServer,
    EnrolmentService,
)
from ontschot.coordinator.enrolment.tokens import (
    Enrolment,
    MemoryTokenStore,
    Token,
    TokenStore,
)

__all__ = [
    "CertificateAuthority",
    "DatabaseTokenStore",
    "Enrolment",
    "EnrolmentDesk",
    "EnrolmentPortUnusable",
    "EnrolmentServer",
    "EnrolmentService",
    "MemoryTokenStore",
    "Token",
    "TokenStore",
]
