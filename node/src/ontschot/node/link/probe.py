# SPDX-License-Identifier: EUPL-1.2
"""Tells a coordinator that is down from one that refuses a certificate.

gRPC reports both as UNAVAILABLE. After such a failure this module makes one plain TLS connection of
its own. Who listens and accepts the certificate sends HTTP/2 settings at once (RFC 9113 section
3.4); who refuses it sends a TLS alert (RFC 8446 section 6.2), which arrives after the handshake.
"""

import asyncio
import ssl
import tempfile
from pathlib import Path

from ontschot.node.link.channel import LinkAddress
from ontschot.node.link.errors import CertificateRefused, CoordinatorDown, CoordinatorUntrusted
from ontschot.protocol.certificates import Certificates
from ontschot.protocol.errors import OntschotError

_PATIENCE = 10.0


async def why_unavailable(address: LinkAddress, certificates: Certificates) -> OntschotError:
    """Return why a connection to ``address`` fails, as far as one more attempt can tell.

    Returns:
        CoordinatorDown, CoordinatorUntrusted or CertificateRefused.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _try(address, _context(certificates))
    except TimeoutError:
        return CoordinatorDown("no answer")


async def _try(address: LinkAddress, context: ssl.SSLContext) -> OntschotError:
    writer = None
    try:
        reader, writer = await asyncio.open_connection(
            address.host,
            address.port,
            ssl=context,
            server_hostname=address.server_name or address.host,
        )
        first = await reader.read(1)
    except ssl.SSLCertVerificationError as error:
        return CoordinatorUntrusted(error.verify_message)
    except ssl.SSLError as error:
        reason = error.reason or ""
        if "ALERT" in reason:
            return CertificateRefused(reason.lower().replace("_", " "))
        return CoordinatorDown("something else listens there")
    except OSError as error:
        return _network_fault(error, connected=writer is not None)
    finally:
        if writer is not None:
            writer.transport.abort()
    return CoordinatorDown("it listens, but does not serve") if first else CertificateRefused()


def _network_fault(error: OSError, *, connected: bool) -> OntschotError:
    if connected and isinstance(error, ConnectionError):
        return CertificateRefused("it closed the connection")
    return CoordinatorDown(type(error).__name__)


def _context(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(
        ssl.Purpose.SERVER_AUTH, cadata=certificates.authority_pem.decode("ascii")
    )
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])
    # Python's ssl reads key and certificate from a file only: a private one, for an instant.
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder) / "chain.pem"
        chain.touch(mode=0o600)
        chain.write_bytes(certificates.key_pem + certificates.certificate_pem)
        context.load_cert_chain(chain)
    return context
