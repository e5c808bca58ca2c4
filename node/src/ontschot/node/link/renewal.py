# SPDX-License-Identifier: EUPL-1.2
"""Renews the certificate in time, over the connection that the present one makes possible."""

from collections.abc import Awaitable, Callable

import structlog

from ontschot.node.link.calls import Calls
from ontschot.protocol.certificates import (
    Certificates,
    ForeignCertificate,
    identity_of,
    new_tls_key,
    parse_certificate,
    renewal_due,
    require_current,
    write_signing_request,
)
from ontschot.protocol.certificates.identity import names_in
from ontschot.protocol.clock import Clock
from ontschot.protocol.errors import OntschotError

_log = structlog.get_logger(__name__)

LOOK = 3600.0
"""Seconds between two looks whether it is time; also after a failure."""


class Renewal:
    """Asks for the next certificate when two thirds of the present one's life are over.

    Args:
        calls: to the coordinator.
        certificates: returns the present certificate.
        store: keeps the next one, replacing the present at once or not at all; the next
            connection uses it.
        clock: the present moment.
        sleep: waits that many seconds.
    """

    def __init__(
        self,
        calls: Calls,
        certificates: Callable[[], Certificates],
        store: Callable[[Certificates], None],
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._calls = calls
        self._certificates = certificates
        self._store = store
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Look now and then, until cancelled; a failure is logged and tried again."""
        while True:
            try:
                if renewal_due(self._certificates().certificate, self._clock()):
                    self._store(await self.renew())
                    _log.info("certificate-renewed")
            except OntschotError as error:
                _log.warning("certificate-not-renewed", code=error.code)
            await self._sleep(LOOK)

    async def renew(self) -> Certificates:
        """Return the next certificate, checked: same name, same authority, valid now.

        Raises:
            CallRefused: the coordinator refuses, by a code.
            ConnectionLost: no answer.
            MalformedCertificate, ForeignCertificate, CertificateExpired: what came is of no use.
        """
        present = self._certificates()
        identity = names_in(present.certificate)
        key = new_tls_key()
        reply = await self._calls.renew(write_signing_request(identity, key))
        following = Certificates(key, parse_certificate(reply), present.authority)
        require_current(following.certificate, self._clock())
        if identity_of(following.certificate, identity.federation) != identity:
            raise ForeignCertificate(identity.participant)
        return following
