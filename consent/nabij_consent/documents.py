"""A notice as JSON: what is stored, sent, shown and digested."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from nabij_consent.canonical import Json, canonical_json
from nabij_consent.errors import ConsentError, InvalidNotice
from nabij_consent.notices import Locale, Notice, NoticePurpose, NoticeSignal, Texts
from nabij_consent.signals import Purpose, Signal

if TYPE_CHECKING:
    from nabij_geo import Resolution


def notice_digest(notice: Notice) -> str:
    """SHA-256 over the notice's RFC 8785 form, in hexadecimal."""
    return hashlib.sha256(canonical_json(notice_document(notice))).hexdigest()


def notice_document(notice: Notice) -> dict[str, Json]:
    """The notice as JSON values."""
    return {
        "version": notice.version,
        "controller": notice.controller,
        "grant_days": notice.grant_days,
        "title": _texts_document(notice.title),
        "body": _texts_document(notice.body),
        "purposes": [
            {
                "purpose": each.purpose.slug,
                "title": _texts_document(each.title),
                "signals": [_signal_document(terms) for terms in each.signals],
            }
            for each in notice.purposes
        ],
    }


def read_notice(document: object) -> Notice:
    """The notice that ``document`` (parsed JSON) describes.

    Raises:
        InvalidNotice: the document is not a whole and consistent notice, or says more than one.
    """
    try:
        notice = _notice(_members(document))
        canonical = canonical_json(cast("Json", document))
    except InvalidNotice:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidNotice(
            "The notice document is incomplete. `nabij notice show` prints a complete one."
        ) from error
    if canonical_json(notice_document(notice)) != canonical:
        raise InvalidNotice("The notice document has members that no notice has.")
    return notice


def _notice(members: Mapping[str, object]) -> Notice:
    return Notice(
        version=_integer(members["version"]),
        controller=_text(members["controller"]),
        grant_days=_integer(members["grant_days"]),
        title=_texts(members["title"]),
        body=_texts(members["body"]),
        purposes=tuple(_purpose(_members(each)) for each in _items(members["purposes"])),
    )


def _purpose(members: Mapping[str, object]) -> NoticePurpose:
    return NoticePurpose(
        purpose=Purpose(_text(members["purpose"])),
        title=_texts(members["title"]),
        signals=tuple(_signal(_members(each)) for each in _items(members["signals"])),
    )


def _signal(members: Mapping[str, object]) -> NoticeSignal:
    resolution_m = members["resolution_m"]
    return NoticeSignal(
        signal=Signal(_text(members["signal"])),
        resolution_m=None if resolution_m is None else cast("Resolution", _integer(resolution_m)),
        retention_days=_integer(members["retention_days"]),
        reads=_texts(members["reads"]),
        why=_texts(members["why"]),
    )


def _signal_document(terms: NoticeSignal) -> dict[str, Json]:
    return {
        "signal": terms.signal.value,
        "resolution_m": terms.resolution_m,
        "retention_days": terms.retention_days,
        "reads": _texts_document(terms.reads),
        "why": _texts_document(terms.why),
    }


def _texts(value: object) -> Texts:
    return {Locale(name): _text(text) for name, text in _members(value).items()}


def _texts_document(texts: Texts) -> dict[str, Json]:
    return {locale.value: text for locale, text in texts.items()}


def _members(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ConsentError("Expected an object.")
    return cast("Mapping[str, object]", value)


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ConsentError("Expected a list.")
    return cast("list[object]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ConsentError("Expected text.")
    return value


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ConsentError("Expected a whole number.")
    return value
