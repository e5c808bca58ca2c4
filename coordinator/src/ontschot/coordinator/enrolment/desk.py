# SPDX-License-Identifier: EUPL-1.2
"""The enrolment desk: issues one-time tokens and trades them for certificates."""

import secrets
from datetime import timedelta

from cryptography import x509

from ontschot.coordinator.enrolment.authority import CertificateAuthority
from ontschot.coordinator.enrolment.tokens import Enrolment, Token, TokenStore
from ontschot.protocol import canonical
from ontschot.protocol.certificates import (
    EnrolmentRequest,
    ForeignCertificate,
    Identity,
    read_signing_request,
    token_hash,
)
from ontschot.protocol.clock import Clock
from ontschot.protocol.keys import Entropy, to_base64url

TOKEN_LIFETIME = timedelta(days=7)
_TOKEN_BYTES = 32


class EnrolmentDesk:
    """Issues tokens and signs the first certificate of each participant.

    Args:
        authority: signs the certificates.
        tokens: where tokens are kept.
        federation: whose participants may enrol.
        clock: the present moment.
        entropy: source of tokens.
    """

    def __init__(
        self,
        authority: CertificateAuthority,
        tokens: TokenStore,
        federation: str,
        clock: Clock,
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self.authority = authority
        self._tokens = tokens
        self._federation = federation
        self._clock = clock
        self._entropy = entropy

    def invite(self, participant: str, lifetime: timedelta = TOKEN_LIFETIME) -> str:
        """Return a fresh one-time token for ``participant``; it is shown once and never stored.

        Raises:
            MalformedCertificate: a name of another form than a roster's.
        """
        identity = Identity(self._federation, participant)
        token = to_base64url(self._entropy(_TOKEN_BYTES))
        expires = (self._clock() + lifetime).replace(microsecond=0)
        self._tokens.add(Token(token_hash(token), identity.participant, expires))
        return token

    def enrol(self, request: EnrolmentRequest) -> x509.Certificate:
        """Return the certificate for ``request``, and spend its token.

        Everything about the request is checked before the token is touched, so a faulty request
        does not cost it.

        Raises:
            MalformedMessage: a key or the PKCS #10 request of another form.
            BadSignature: not signed by the signing key in it.
            ForeignCertificate: a request for another federation.
            EnrolmentRefused: the token is unknown, expired, spent, or somebody else's.
        """
        request.verify()
        asked = read_signing_request(request.signing_request)
        if asked.identity.federation != self._federation:
            raise ForeignCertificate(asked.identity.federation)
        now = self._clock().replace(microsecond=0)
        enrolment = Enrolment(
            participant=asked.identity.participant,
            request=canonical.sha256(request.statement),
            signing_key=request.signing_key,
            sealing_key=request.sealing_key,
            moment=now,
        )
        self._tokens.consume(token_hash(request.token), enrolment)
        return self.authority.sign(asked, now)

    def enrolments(self) -> tuple[Enrolment, ...]:
        """Return who enrolled with which keys: what the anchors draft the next roster from."""
        return self._tokens.enrolments()
