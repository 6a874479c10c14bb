"""The record of processing activities as values, from what the service declares.

Controller, purposes, recipients and how long signals are kept come from the current notice; the
kinds of data from the list of tables about people; other time limits from ``RETENTION``, and from
what the notice says to remain.
"""

from collections.abc import Mapping
from typing import Any

from nabij_backend.register.security import MEASURES
from nabij_backend.tables.personal import PERSONAL
from nabij_backend.tables.retention import RETENTION
from nabij_consent import EEA, Controller, Locale, Notice, NoticePurpose, NoticeSignal, Recipient

_DATA_SUBJECTS = "Customers who use the app and have signed in"


def record(notice: Notice) -> dict[str, Any]:
    """Return the members of Article 30(1), (a) to (g), as JSON values, in English."""
    outside = [each for each in notice.recipients if each.country not in EEA]
    return {
        "notice_version": notice.version,
        "controller": _controller(notice.controller),
        "purposes": [_purpose(each) for each in notice.purposes],
        "data_subjects": [_DATA_SUBJECTS],
        "personal_data": [
            {"table": each.table, "what": _english(each.title), "why": _english(each.why)}
            for each in PERSONAL
        ],
        "recipients": [_recipient(each) for each in notice.recipients],
        "transfers": [_recipient(each) for each in outside],
        "time_limits": [
            {"records": each.records, "days": each.days, "what": _english(each.what)}
            for each in (*RETENTION, *(notice.statement.remains if notice.statement else ()))
        ],
        "consent_days": notice.grant_days,
        "security": [{"what": each.what, "shown_by": each.shown_by} for each in MEASURES],
    }


def _controller(controller: Controller) -> dict[str, Any]:
    return {
        "name": controller.name,
        "address": controller.address,
        "email": controller.email,
        "privacy_officer_email": controller.privacy_officer_email,
    }


def _purpose(part: NoticePurpose) -> dict[str, Any]:
    return {
        "purpose": part.purpose.slug,
        "title": _english(part.title),
        "legal_basis": "consent, Article 6(1)(a)",
        "signals": [_signal(each) for each in part.signals],
    }


def _signal(terms: NoticeSignal) -> dict[str, Any]:
    return {
        "signal": terms.signal.value,
        "reads": _english(terms.reads),
        "why": _english(terms.why),
        "resolution_m": terms.resolution_m,
        "days": terms.retention_days,
    }


def _recipient(recipient: Recipient) -> dict[str, Any]:
    return {
        "name": recipient.name,
        "country": recipient.country,
        "role": _english(recipient.role),
        "processor": recipient.processor,
        "safeguard": None if recipient.safeguard is None else _english(recipient.safeguard),
    }


def _english(texts: Mapping[Locale, str]) -> str:
    return texts[Locale.EN]
