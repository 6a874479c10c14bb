"""Wire format of the log and its keys; each document is a file for ``nabij verify``."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from nabij_backend.http.schemas import Wire
from nabij_consent import LARGEST_TREE

HASH_PATTERN = "^[0-9a-f]{64}$"
Hash = Annotated[str, Field(pattern=HASH_PATTERN, description="SHA-256 in hexadecimal.")]
TreeSize = Annotated[int, Field(ge=1, le=LARGEST_TREE, description="How many leaves.")]
_SignedHead = Annotated[
    str, Field(description="A JWS of log_id, tree_size, root_hash and signed_at.")
]


_Note = Annotated[
    str,
    Field(
        description="The same head as a signed note (c2sp.org/tlog-checkpoint), with the lines of"
        " the witnesses that cosigned it."
    ),
]


_LogId = Annotated[UUID, Field(description="The log that the proof is about.")]


class NewestCheckpoint(Wire):
    """The signed head of the tree as it is now."""

    tree_size: TreeSize
    checkpoint: _SignedHead
    note: _Note


class Inclusion(Wire):
    """That a leaf is in the tree of this size (RFC 9162 §2.1.3)."""

    log_id: _LogId
    leaf_hash: Hash
    leaf_index: Annotated[int, Field(ge=0)]
    tree_size: TreeSize
    path: tuple[Hash, ...]
    checkpoint: Annotated[
        _SignedHead | None, Field(description="Null where no head of just this size was signed.")
    ]
    note: Annotated[_Note | None, Field(description="Null where the checkpoint is.")]


class Consistency(Wire):
    """That the tree of the second size begins with that of the first (RFC 9162 §2.1.4)."""

    log_id: _LogId
    first_size: TreeSize
    second_size: TreeSize
    path: tuple[Hash, ...]


class Key(Wire):
    """A public Ed25519 key (RFC 8037)."""

    kty: str
    crv: str
    x: str
    kid: Annotated[str, Field(description="RFC 7638 thumbprint.")]
    use: str
    nbf: Annotated[int | None, Field(description="Signs nothing earlier; seconds since 1970.")] = (
        None
    )
    exp: Annotated[int | None, Field(description="Signs nothing later; seconds since 1970.")] = None


class KeySet(Wire):
    """The keys whose signatures count, retired ones included (RFC 7517)."""

    keys: tuple[Key, ...]
