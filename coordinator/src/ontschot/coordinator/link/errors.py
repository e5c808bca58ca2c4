# SPDX-License-Identifier: EUPL-1.2
"""How an error is told to the other end: a gRPC status, its detail, and its code in a trailer.

A fault that nobody foresaw is logged here (type and place) and told as ``internal``, nothing more.
"""

from typing import Any, NoReturn

import grpc
import structlog
from grpc import aio
from sqlalchemy.exc import DBAPIError

from ontschot.coordinator.store.database import fault_of
from ontschot.protocol.errors import (
    MalformedMessage,
    Misconfigured,
    OntschotError,
    Refusal,
    Unavailable,
)
from ontschot.protocol.letters import AttachmentMissing, LetterTooLarge, SequenceReused
from ontschot.protocol.letters.faults import describe_fault
from ontschot.protocol.letters.transport import ERROR_KEY

_log = structlog.get_logger(__name__)

_STATUS: tuple[tuple[type[OntschotError], grpc.StatusCode], ...] = (
    (SequenceReused, grpc.StatusCode.ALREADY_EXISTS),
    (AttachmentMissing, grpc.StatusCode.FAILED_PRECONDITION),
    (LetterTooLarge, grpc.StatusCode.RESOURCE_EXHAUSTED),
    (MalformedMessage, grpc.StatusCode.INVALID_ARGUMENT),
    (Refusal, grpc.StatusCode.PERMISSION_DENIED),
    (Unavailable, grpc.StatusCode.UNAVAILABLE),
    (Misconfigured, grpc.StatusCode.FAILED_PRECONDITION),
)


def status_of(error: OntschotError) -> grpc.StatusCode:
    """Return the gRPC status of an error; the first class that fits decides."""
    found = (status for kind, status in _STATUS if isinstance(error, kind))
    return next(found, grpc.StatusCode.INTERNAL)


async def refuse(
    context: aio.ServicerContext[Any, Any], call: str, peer: str, error: Exception
) -> NoReturn:
    """End a call with ``error``.

    Args:
        context: of the call.
        call: its name, for the log.
        peer: who called, for the log.
        error: why it ends.
    """
    if isinstance(error, OntschotError):
        _log.info("call-refused", call=call, peer=peer, code=error.code)
        told = error
    elif isinstance(error, DBAPIError):
        told = fault_of(error)
        _log.error("call-failed", call=call, peer=peer, code=told.code)
    else:
        _log.error("call-failed", call=call, peer=peer, **describe_fault(error))
        told = OntschotError()
    await context.abort(status_of(told), told.detail, ((ERROR_KEY, told.code),))
