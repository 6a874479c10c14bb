"""A notice as JSON: what is stored, sent, shown and digested."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from nabij_consent.canonical import Json, canonical_json
from nabij_consent.errors import InvalidNotice
from nabij_consent.notices import (
    STATEMENT_TEXTS,
    Controller,
    LegalBasis,
    Locale,
    Notice,
    NoticeField,
    NoticePurpose,
    NoticeRemainder,
    NoticeRetention,
    NoticeSignal,
    Recipient,
    RecordDetails,
    SignalDetails,
    Statement,
    Texts,
)
from nabij_consent.reading import integer, items, members, text
from nabij_consent.signals import Purpose, Signal

if TYPE_CHECKING:
    from nabij_geo import Resolution

_FORMAT = 2
_KEPT = 16
# By identity: a notice has mappings in it, which have no hash. What is kept keeps its identity.
_digests: OrderedDict[int, tuple[Notice, str]] = OrderedDict()
_EXAMPLE = "`nabij notice show --starter --json` prints a complete one."


def notice_digest(notice: Notice) -> str:
    """SHA-256 over the notice's RFC 8785 form, in hexadecimal.

    Computed once for each notice object, of the last few: every receipt and every answer has it.
    """
    known = _digests.get(id(notice))
    if known is not None and known[0] is notice:
        return known[1]
    digest = hashlib.sha256(canonical_json(notice_document(notice))).hexdigest()
    _digests[id(notice)] = notice, digest
    if len(_digests) > _KEPT:
        _digests.popitem(last=False)
    return digest


def notice_document(notice: Notice) -> dict[str, Json]:
    """Return the notice as JSON values.

    Format 2 has the statement, and names fields. A notice of before has neither, and no number.
    """
    document = _common_document(notice)
    if notice.statement is None:
        return document
    return {"format": _FORMAT, **document, "statement": _statement_document(notice.statement)}


def _common_document(notice: Notice) -> dict[str, Json]:
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
                **({} if notice.statement is None else {"basis": each.basis.value}),
                "signals": [_signal_document(terms) for terms in each.signals],
            }
            for each in notice.purposes
        ],
        "retention": [_retention_document(each) for each in notice.retention],
    }


def read_notice(document: object) -> Notice:
    """Return the notice that ``document`` (parsed JSON) describes.

    Raises:
        InvalidNotice: the document is not a whole and consistent notice, or says more than one.
    """
    try:
        notice = _notice(members(document))
        canonical = canonical_json(cast("Json", document))
    except InvalidNotice:
        raise
    except KeyError as error:
        raise InvalidNotice(f"The notice document lacks `{error.args[0]}`. {_EXAMPLE}") from error
    except (TypeError, ValueError) as error:
        raise InvalidNotice(f"The notice document is not whole. {_EXAMPLE}") from error
    if canonical_json(notice_document(notice)) != canonical:
        raise InvalidNotice("The notice document is of another format, or has unknown members.")
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
        statement=_statement(members(parts["statement"])) if "statement" in parts else None,
    )


def _statement(parts: Mapping[str, object]) -> Statement:
    return Statement(
        **{name: _texts(parts[name]) for name in STATEMENT_TEXTS},
        remains=tuple(_remainder(members(each)) for each in items(parts["remains"])),
    )


def _statement_document(statement: Statement) -> dict[str, Json]:
    texts = {name: _texts_document(getattr(statement, name)) for name in STATEMENT_TEXTS}
    return {**texts, "remains": [_kept_document(each) for each in statement.remains]}


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
    return Recipient(
        name=text(parts["name"]),
        country=text(parts["country"]),
        role=_texts(parts["role"]),
        processor=parts.get("processor") is True,
        safeguard=_texts(parts["safeguard"]) if "safeguard" in parts else None,
    )


def _recipient_document(recipient: Recipient) -> dict[str, Json]:
    document: dict[str, Json] = {
        "name": recipient.name,
        "country": recipient.country,
        "role": _texts_document(recipient.role),
    }
    if recipient.processor:
        document["processor"] = True
    if recipient.safeguard is not None:
        document["safeguard"] = _texts_document(recipient.safeguard)
    return document


def _retention(parts: Mapping[str, object]) -> NoticeRetention:
    return NoticeRetention(
        records=text(parts["records"]),
        days=_days(parts["days"]),
        what=_texts(parts["what"]),
        details=_record_details(parts) if "fields" in parts else None,
    )


def _record_details(parts: Mapping[str, object]) -> RecordDetails:
    return RecordDetails(_fields(parts["fields"]), LegalBasis(text(parts["basis"])))


def _retention_document(retention: NoticeRetention) -> dict[str, Json]:
    document, details = _kept_document(retention), retention.details
    if details is None:
        return document
    fields = _fields_document(details.fields)
    return {**document, "basis": details.basis.value, "fields": fields}


def _remainder(parts: Mapping[str, object]) -> NoticeRemainder:
    return NoticeRemainder(text(parts["records"]), _days(parts["days"]), _texts(parts["what"]))


def _kept_document(kept: NoticeRetention | NoticeRemainder) -> dict[str, Json]:
    return {"records": kept.records, "days": kept.days, "what": _texts_document(kept.what)}


def _days(value: object) -> int | None:
    return None if value is None else integer(value)


def _fields(value: object) -> tuple[NoticeField, ...]:
    each = (members(item) for item in items(value))
    return tuple(NoticeField(text(item["name"]), _texts(item["what"])) for item in each)


def _fields_document(fields: tuple[NoticeField, ...]) -> list[Json]:
    return [{"name": each.name, "what": _texts_document(each.what)} for each in fields]


def _purpose(parts: Mapping[str, object]) -> NoticePurpose:
    return NoticePurpose(
        purpose=Purpose(text(parts["purpose"])),
        title=_texts(parts["title"]),
        signals=tuple(_signal(members(each)) for each in items(parts["signals"])),
        basis=LegalBasis(text(parts.get("basis", LegalBasis.CONSENT))),
    )


def _signal(parts: Mapping[str, object]) -> NoticeSignal:
    resolution_m = parts["resolution_m"]
    return NoticeSignal(
        signal=Signal(text(parts["signal"])),
        resolution_m=None if resolution_m is None else cast("Resolution", integer(resolution_m)),
        retention_days=integer(parts["retention_days"]),
        reads=_texts(parts["reads"]),
        why=_texts(parts["why"]),
        details=_signal_details(parts) if "fields" in parts else None,
    )


def _signal_details(parts: Mapping[str, object]) -> SignalDetails:
    return SignalDetails(
        fields=_fields(parts["fields"]),
        precision=_texts(parts["precision"]),
        often=_texts(parts["often"]),
        kept=_texts(parts["kept"]),
    )


def _signal_document(terms: NoticeSignal) -> dict[str, Json]:
    document: dict[str, Json] = {
        "signal": terms.signal.value,
        "resolution_m": terms.resolution_m,
        "retention_days": terms.retention_days,
        "reads": _texts_document(terms.reads),
        "why": _texts_document(terms.why),
    }
    if terms.details is None:
        return document
    return {
        **document,
        "fields": _fields_document(terms.details.fields),
        "precision": _texts_document(terms.details.precision),
        "often": _texts_document(terms.details.often),
        "kept": _texts_document(terms.details.kept),
    }


def _texts(value: object) -> Texts:
    return {Locale(name): text(each) for name, each in members(value).items()}


def _texts_document(texts: Texts) -> dict[str, Json]:
    return {locale.value: each for locale, each in texts.items()}
