"""Receipts on the wire."""

from typing import Annotated

from pydantic import Field

from nabij_backend.wire import Wire

SignedReceipt = Annotated[
    str,
    Field(description="A JWS over an ISO/IEC TS 27560 record in JSON-LD; `nabij verify` reads it."),
]


class OneReceipt(Wire):
    """The receipt of an act."""

    receipt: SignedReceipt
