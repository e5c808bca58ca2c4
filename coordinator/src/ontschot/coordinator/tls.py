# SPDX-License-Identifier: EUPL-1.2
"""The certificate that a server of the coordinator shows; a renewed one without a restart."""

from collections.abc import Callable
from dataclasses import dataclass

import grpc

from ontschot.protocol.certificates import Certificates


def server_credentials(
    certificates: Callable[[], Certificates], *, ask_clients: bool
) -> grpc.ServerCredentials:
    """Return credentials that ask for the certificate at each handshake.

    Args:
        certificates: returns the server's key and certificate as they are now.
        ask_clients: whether who connects must have a certificate of the same authority.
    """
    shown = _Shown(certificates, ask_clients, certificates())
    return grpc.dynamic_ssl_server_credentials(
        shown.configuration(),
        shown.changed,  # type: ignore[arg-type]  # the stub leaves out None, for no change
        require_client_authentication=ask_clients,
    )


@dataclass(slots=True)
class _Shown:
    certificates: Callable[[], Certificates]
    ask_clients: bool
    own: Certificates

    def changed(self) -> grpc.ServerCertificateConfiguration | None:
        # Asked before each handshake. Nothing for "as before": gRPC 1.85 sometimes crashes when it
        # replaces the configuration while another handshake uses it, as when all connect at once.
        own = self.certificates()
        if (own.certificate, own.authority) == (self.own.certificate, self.own.authority):
            return None
        self.own = own
        return self.configuration()

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        return grpc.ssl_server_certificate_configuration(
            [(self.own.key_pem, self.own.certificate_pem)],
            root_certificates=self.own.authority_pem if self.ask_clients else None,
        )
