"""A notice as JSON: what is stored, sent, shown and digested."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from nabij_consent.canonical import Json, canonical_json
from nabij_consent.errors import InvalidNotice
from nabij_consent.notices import (
    Controller,
    Locale,
    Notice,
    NoticePurpose,
    NoticeRetention,
    NoticeSignal,
    Recipient,
    Texts,
)
from nabij_consent.reading import integer, items, members, text
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
        "material_since": notice.material_since,
        "controller": _controller_document(notice.controller),
        "recipients": [_recipient_document(each) for each in notice.recipients],
        "grant_days": notice.grant_days,
        "title": _texts_document(notice.title),
        "body": _texts_document(notice.body),
        "withdrawal": _texts_document(notice.withdrawal),
        "purposes": [
            {
                "purpose": each.purpose.slug,
                "title": _texts_document(each.title),
                "signals": [_signal_document(terms) for terms in each.signals],
            }
            for each in notice.purposes
        ],
        "retention": [_retention_document(each) for each in notice.retention],
    }


def read_notice(document: object) -> Notice:
    """The notice that ``document`` (parsed JSON) describes.

    Raises:
        InvalidNotice: the document is not a whole and consistent notice, or says more than one.
    """
    try:
        notice = _notice(members(document))
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


def _notice(parts: Mapping[str, object]) -> Notice:
    return Notice(
        version=integer(parts["version"]),
        material_since=integer(parts["material_since"]),
        controller=_controller(members(parts["controller"])),
        recipients=tuple(_recipient(members(each)) for each in items(parts["recipients"])),
        grant_days=integer(parts["grant_days"]),
        title=_texts(parts["title"]),
        body=_texts(parts["body"]),
        withdrawal=_texts(parts["withdrawal"]),
        purposes=tuple(_purpose(members(each)) for each in items(parts["purposes"])),
        retention=tuple(_retention(members(each)) for each in items(parts["retention"])),
    )


def _controller(parts: Mapping[str, object]) -> Controller:
    return Controller(
        name=text(parts["name"]),
        address=text(parts["address"]),
        email=text(parts["email"]),
        privacy_officer_email=text(parts["privacy_officer_email"]),
    )


def _controller_document(controller: Controller) -> dict[str, Json]:
    return {
        "name": controller.name,
        "address": controller.address,
        "email": controller.email,
        "privacy_officer_email": controller.privacy_officer_email,
    }


def _recipient(parts: Mapping[str, object]) -> Recipient:
    return Recipient(text(parts["name"]), text(parts["country"]), _texts(parts["role"]))


def _recipient_document(recipient: Recipient) -> dict[str, Json]:
    role = _texts_document(recipient.role)
    return {"name": recipient.name, "country": recipient.country, "role": role}


def _retention(parts: Mapping[str, object]) -> NoticeRetention:
    days = parts["days"]
    return NoticeRetention(
        records=text(parts["records"]),
        days=None if days is None else integer(days),
        what=_texts(parts["what"]),
    )


def _retention_document(retention: NoticeRetention) -> dict[str, Json]:
    what = _texts_document(retention.what)
    return {"records": retention.records, "days": retention.days, "what": what}


def _purpose(parts: Mapping[str, object]) -> NoticePurpose:
    return NoticePurpose(
        purpose=Purpose(text(parts["purpose"])),
        title=_texts(parts["title"]),
        signals=tuple(_signal(members(each)) for each in items(parts["signals"])),
    )


def _signal(parts: Mapping[str, object]) -> NoticeSignal:
    resolution_m = parts["resolution_m"]
    return NoticeSignal(
        signal=Signal(text(parts["signal"])),
        resolution_m=None if resolution_m is None else cast("Resolution", integer(resolution_m)),
        retention_days=integer(parts["retention_days"]),
        reads=_texts(parts["reads"]),
        why=_texts(parts["why"]),
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
    return {Locale(name): text(each) for name, each in members(value).items()}


def _texts_document(texts: Texts) -> dict[str, Json]:
    return {locale.value: each for locale, each in texts.items()}
