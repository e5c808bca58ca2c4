# SPDX-License-Identifier: EUPL-1.2
"""The mTLS channel to the coordinator, and what a failed call means."""

from dataclasses import dataclass

import grpc
from grpc import aio

from ontschot.node.link.errors import CallRefused, ConnectionLost
from ontschot.protocol.certificates import Certificates
from ontschot.protocol.errors import MalformedMessage, OntschotError
from ontschot.protocol.letters.connections import ConnectionReplaced
from ontschot.protocol.letters.transport import ERROR_KEY, MAX_MESSAGE

_OPTIONS: tuple[tuple[str, int | str], ...] = (
    ("grpc.max_receive_message_length", MAX_MESSAGE),
    ("grpc.max_send_message_length", MAX_MESSAGE),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.enable_retries", 0),  # this package repeats calls itself, and knows which are safe
)


@dataclass(frozen=True, slots=True)
class LinkAddress:
    """Where the coordinator listens, and the name in its certificate if it is another."""

    host: str
    port: int
    server_name: str | None = None

    @classmethod
    def parse(cls, text: str, server_name: str | None = None) -> "LinkAddress":
        """Return the address in ``host:port``.

        Raises:
            MalformedMessage: another form.
        """
        host, _, port = text.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 2**16:
            raise MalformedMessage("an address is host:port")
        return cls(host.strip("[]"), int(port), server_name)

    @property
    def target(self) -> str:
        """The form that gRPC reads."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def open_channel(address: LinkAddress, certificates: Certificates) -> aio.Channel:
    """Return a channel that trusts the one authority and shows this installation's certificate."""
    credentials = grpc.ssl_channel_credentials(
        certificates.authority_pem, certificates.key_pem, certificates.certificate_pem
    )
    options: list[tuple[str, int | str]] = list(_OPTIONS)
    if address.server_name is not None:
        options.append(("grpc.ssl_target_name_override", address.server_name))
    return aio.secure_channel(address.target, credentials, options=options)


def meaning(error: aio.AioRpcError) -> OntschotError:
    """Return what a failed call means: a refusal with a code, or a lost connection."""
    for key, value in error.trailing_metadata() or ():
        if key == ERROR_KEY:
            if value == ConnectionReplaced.code:
                return ConnectionReplaced()
            return CallRefused(str(value), error.details() or "")
    return ConnectionLost(error.code().name.lower().replace("_", " "))
