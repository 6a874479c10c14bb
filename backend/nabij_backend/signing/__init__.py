"""Signatures of receipts and checkpoints.

``signatures`` checks what was signed and needs no file; ``keys`` keeps the keys.
"""

from nabij_backend.signing.keys import Signer, known_keys, signing_folder
from nabij_backend.signing.signatures import (
    InvalidSignature,
    JwsType,
    Period,
    PublicKey,
    PublicKeys,
    claims_to_be,
    public_half,
    public_keys,
    read_jwks,
    signed_text,
    verify,
)

__all__ = [
    "InvalidSignature",
    "JwsType",
    "Period",
    "PublicKey",
    "PublicKeys",
    "Signer",
    "claims_to_be",
    "known_keys",
    "public_half",
    "public_keys",
    "read_jwks",
    "signed_text",
    "signing_folder",
    "verify",
]
