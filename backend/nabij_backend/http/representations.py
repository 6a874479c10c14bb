"""Representations of answers: public ones are kept compressed, with a strong ETag for each.

Rules:

1. compressed once, when the answer is stored, and never for a request;
2. each encoding has a strong ETag of its own (RFC 9110 §8.8.3.3), and `Vary` says that they differ;
3. a caller who holds any of them is answered 304: what they hold decodes to the same bytes.
"""

import gzip
import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import zstandard
from fastapi import Request, Response, status

# Higher levels take many times as long for a tenth less: for what a process compresses once.
_GZIP_LEVEL: Final = 6
_ZSTD_LEVEL: Final = 9
_GZIP_SMALLEST: Final = 9
_ZSTD_SMALLEST: Final = 19
_IDENTITY: Final = "identity"
_PREFERRED: Final = ("zstd", "gzip", _IDENTITY)
_FOR_ONCE: Final = ("gzip", _IDENTITY)
_FASTEST: Final = 1
_LEAST_QUALITY: Final = 0.001
_NAME_LENGTH: Final = 16


class Stored:
    """The bytes of an answer in each encoding, and how they are called.

    Args:
        name: of these bytes and no others; becomes part of the ETag.
        content: as they are without compression.
        media_type: what they are.
        lasting: whether they stay as they are as long as the process lives.
        encodings: those that it is kept in.
    """

    def __init__(
        self,
        name: str,
        content: bytes,
        media_type: str,
        *,
        lasting: bool = False,
        encodings: Iterable[str] = _PREFERRED,
    ) -> None:
        self.name = name
        self.media_type = media_type
        self.encoded = {each: _encoded(content, each, lasting=lasting) for each in encodings}

    @property
    def size(self) -> int:
        """How many bytes it takes, all encodings together."""
        return sum(map(len, self.encoded.values()))


def _encoded(content: bytes, encoding: str, *, lasting: bool) -> bytes:
    match encoding:
        case "zstd":
            level = _ZSTD_SMALLEST if lasting else _ZSTD_LEVEL
            return zstandard.ZstdCompressor(level=level).compress(content)
        case "gzip":
            return gzip.compress(content, _GZIP_SMALLEST if lasting else _GZIP_LEVEL, mtime=0)
        case _:
            return content


def answer(request: Request, stored: Stored, cache_control: str) -> Response:
    """``stored`` in the encoding that the caller prefers, or word that they hold it already.

    It is kept in that encoding: in every one, or in what ``preferred`` says.
    """
    held = not_modified(request, stored.name, cache_control)
    if held is not None:
        return held
    encoding = preferred(request)
    headers = _headers(stored.name, encoding, cache_control)
    if encoding != _IDENTITY:
        headers["Content-Encoding"] = encoding
    return Response(stored.encoded[encoding], headers=headers, media_type=stored.media_type)


def once(request: Request, content: bytes, media_type: str) -> Response:
    """Return an answer to one caller alone, which nobody keeps."""
    headers = {"Vary": "Accept-Encoding"}
    if negotiated(request.headers.get("accept-encoding", ""), _FOR_ONCE) == "gzip":
        headers["Content-Encoding"] = "gzip"
        content = gzip.compress(content, _FASTEST, mtime=0)
    return Response(content, headers=headers, media_type=media_type)


def revalidated(request: Request, content: bytes, media_type: str) -> Response:
    """Return an answer to one caller alone, or 304 where they hold it (RFC 9110 §13.1.2)."""
    name = hashlib.sha256(content).hexdigest()[:_NAME_LENGTH]
    headers = {"ETag": _entity_tag(name, _IDENTITY)}
    if _holds(request, headers["ETag"]):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


def not_modified(request: Request, name: str, cache_control: str) -> Response | None:
    """304 for a caller who holds the answer of this name in any encoding; None for others."""
    if not _holds(request, *(_entity_tag(name, each) for each in _PREFERRED)):
        return None
    headers = _headers(name, preferred(request), cache_control)
    return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)


def _holds(request: Request, *tags: str) -> bool:
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    return not known.isdisjoint(tags)


def preferred(request: Request) -> str:
    """Return the encoding in which this caller is answered."""
    return negotiated(request.headers.get("accept-encoding", ""))


def negotiated(accept_encoding: str, ours: Sequence[str] = _PREFERRED) -> str:
    """Return the encoding to answer in (RFC 9110 §12.5.3).

    Of the highest quality, the first of ours.
    """
    qualities = dict(_quality(each) for each in accept_encoding.lower().split(",") if each.strip())
    others = qualities.get("*", 0.0)
    # Without a word about it the plain form is acceptable, but nobody's preference.
    wanted = {each: qualities.get(each, others) for each in ours} | {
        _IDENTITY: qualities.get(_IDENTITY, _LEAST_QUALITY)
    }
    return max(ours, key=lambda each: wanted[each])


def _quality(choice: str) -> tuple[str, float]:
    coding, _, parameters = choice.partition(";")
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return coding.strip(), 1.0
    try:
        return coding.strip(), float(value)
    except ValueError:
        return coding.strip(), 0.0


def _headers(name: str, encoding: str, cache_control: str) -> dict[str, str]:
    return {
        "ETag": _entity_tag(name, encoding),
        "Cache-Control": cache_control,
        "Vary": "Accept-Encoding",
    }


def _entity_tag(name: str, encoding: str) -> str:
    return f'"{name}"' if encoding == _IDENTITY else f'"{name}-{encoding}"'
