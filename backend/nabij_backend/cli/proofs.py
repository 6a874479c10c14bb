"""Input files of ``nabij verify`` and its like."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from nabij_backend.errors import UserError
from nabij_backend.settings import Settings
from nabij_backend.signing import PublicKeys, known_keys, read_jwks, signing_folder


class NotAFile(UserError):
    """A file given here holds neither a signed text nor the JSON that the service answers.

    Download it again, and save it in UTF-8.
    """


class NoKeys(UserError):
    """There are no keys to check signatures with.

    Download /.well-known/jwks.json from the service, and give it with --jwks.
    """


def keys_of(settings: Settings, jwks: Path | None) -> PublicKeys:
    """Return the keys of the file, or those of this machine's signing folder.

    Raises:
        NoKeys: neither is there.
        InvalidSignature: the file holds no key set.
    """
    if jwks is not None:
        return read_jwks(jwks.read_bytes())
    found = known_keys(signing_folder(settings))
    if found is None:
        raise NoKeys
    return found


def read_signed(file: Path, member: str) -> str:
    """Return a signed text: the file itself, or the member of the JSON object in it.

    Raises:
        NotAFile: it holds neither.
    """
    text = _text(file).strip()
    if not text.startswith("{"):
        return text
    value = read_object(file).get(member)
    if not isinstance(value, str):
        raise NotAFile
    return value


def read_proof(proof: Path | None, receipt: Path) -> Mapping[str, object] | None:
    """Return the proof in its own file, else the one that the page saved beside the receipt.

    Raises:
        NotAFile: what stands there is no JSON object.
    """
    if proof is not None:
        return read_object(proof)
    if not _text(receipt).lstrip().startswith("{"):
        return None
    saved = read_object(receipt).get("proof")
    if saved is not None and not isinstance(saved, dict):
        raise NotAFile
    return cast("Mapping[str, object] | None", saved)


def read_object(file: Path) -> Mapping[str, object]:
    """Return a JSON object.

    Raises:
        NotAFile: the file holds none.
    """
    try:
        value = json.loads(_text(file))
    except (ValueError, RecursionError) as error:
        raise NotAFile from error
    if not isinstance(value, dict):
        raise NotAFile
    return cast("Mapping[str, object]", value)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NotAFile from error
