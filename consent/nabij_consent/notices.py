"""A notice: one version of the privacy statement, exactly as it can be shown.

Rules of a notice:

1. it never changes: another text is another version, with another digest;
2. every text exists in every locale, so nobody is shown an empty sentence;
3. it says for each purpose which signals are read, and for each signal how precisely, for how
   long and why;
4. a position is asked in squares: ``gps`` has a resolution, the other signals have none;
5. consent under it lasts at most twelve months (EDPB Guidelines 05/2020, paragraph 111: refresh
   consent at appropriate intervals);
6. it says who answers for the data, who else gets them (perhaps nobody), how to withdraw, and how
   long every other record is kept (GDPR, Article 13);
7. consent lasts through changes of words only: what was agreed since ``material_since``, the last
   version that changed the matter, is still agreed under this one (paragraph 110: consent to
   processing that has changed considerably is no longer valid);
8. it says all that Articles 13 and 15 ask: it names every field that is stored, on which legal
   basis, and has a ``Statement``. Notices of before this rule lack all three; they stay readable,
   since receipts point at them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum

from nabij_consent.errors import InvalidNotice
from nabij_consent.signals import Purpose, Signal
from nabij_geo import RESOLUTIONS_M, Resolution

_LONGEST_GRANT_DAYS = 366
_UNION = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
EEA = frozenset([*_UNION.split(), "IS", "LI", "NO"])
"""The European Economic Area, as ISO 3166-1 codes: inside, nothing is transferred (Article 44)."""

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*", re.ASCII)
_FIELD = re.compile(r"[a-z]+(?:_[a-z]+)*", re.ASCII)


class Locale(StrEnum):
    """The languages that every notice is written in."""

    NL = "nl"
    EN = "en"


Texts = Mapping[Locale, str]


class LegalBasis(StrEnum):
    """What makes processing lawful (GDPR, Article 6(1))."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal-obligation"
    LEGITIMATE_INTEREST = "legitimate-interest"


@dataclass(frozen=True, slots=True)
class NoticeField:
    """One field that is stored: its name in the data, and what it is in the customer's words."""

    name: str
    what: Texts

    def __post_init__(self) -> None:
        if not _FIELD.fullmatch(self.name):
            raise InvalidNotice("A field is named as in the data: lower-case words joined by _.")
        _require_texts(self.what)


@dataclass(frozen=True, slots=True)
class SignalDetails:
    """What is stored of a signal, field by field, how precisely, how often, and how long."""

    fields: tuple[NoticeField, ...]
    precision: Texts
    often: Texts
    kept: Texts

    def __post_init__(self) -> None:
        _require_texts(self.precision, self.often, self.kept)
        _require_distinct([each.name for each in self.fields], "A field is named once.")


@dataclass(frozen=True, slots=True)
class RecordDetails:
    """What is stored in a kind of record, field by field, and on which legal basis."""

    fields: tuple[NoticeField, ...]
    basis: LegalBasis

    def __post_init__(self) -> None:
        _require_distinct([each.name for each in self.fields], "A field is named once.")


@dataclass(frozen=True, slots=True)
class NoticeSignal:
    """One signal of a purpose: what is read, how precisely, how long it is kept, and why."""

    signal: Signal
    resolution_m: Resolution | None
    retention_days: int
    reads: Texts
    why: Texts
    details: SignalDetails | None = None

    def __post_init__(self) -> None:
        if (self.signal is Signal.GPS) != (self.resolution_m is not None):
            raise InvalidNotice("gps needs a resolution; the other signals have none.")
        if self.resolution_m is not None and self.resolution_m not in RESOLUTIONS_M:
            raise InvalidNotice("A resolution is 1000, 10000 or 100000 metres.")
        if self.retention_days < 1:
            raise InvalidNotice("A signal is kept for at least one day.")
        _require_texts(self.reads, self.why)


@dataclass(frozen=True, slots=True)
class NoticePurpose:
    """One purpose of a notice with the signals that serve it, on which legal basis.

    Signals are read by consent alone.
    """

    purpose: Purpose
    title: Texts
    signals: tuple[NoticeSignal, ...]
    basis: LegalBasis = LegalBasis.CONSENT

    def __post_init__(self) -> None:
        _require_texts(self.title)
        _require_distinct([each.signal for each in self.signals], "A purpose names signals once.")
        if self.basis is not LegalBasis.CONSENT:
            raise InvalidNotice("Signals are read by consent: write consent as the legal basis.")


@dataclass(frozen=True, slots=True)
class Controller:
    """Who answers for the data (GDPR, Articles 13(1)(a) and (b)), and where to reach them.

    ``privacy_officer_email`` is the data protection officer's (Article 37).
    """

    name: str
    address: str
    email: str
    privacy_officer_email: str

    def __post_init__(self) -> None:
        if not self.name or not self.address:
            raise InvalidNotice("A controller has a name and a postal address.")
        if not (_EMAIL.fullmatch(self.email) and _EMAIL.fullmatch(self.privacy_officer_email)):
            raise InvalidNotice("Controller and privacy officer each have an e-mail address.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody else who gets the data (Article 13(1)(e)): where, and as what.

    ``country`` is an ISO 3166-1 alpha-2 code; ``processor``: whether they act on the controller's
    instructions (Article 28); ``safeguard`` protects what leaves the European Economic Area
    (Articles 13(1)(f) and 46).
    """

    name: str
    country: str
    role: Texts
    processor: bool = False
    safeguard: Texts | None = None

    def __post_init__(self) -> None:
        if not self.name or not _COUNTRY.fullmatch(self.country):
            raise InvalidNotice("A recipient has a name and a country of two capitals, such as NL.")
        _require_texts(self.role, *([] if self.safeguard is None else [self.safeguard]))


@dataclass(frozen=True, slots=True)
class NoticeRetention:
    """How long records other than signals are kept (Article 13(2)(a)), and the sentence shown.

    ``records`` is a slug; ``days`` None: until what the sentence says.
    """

    records: str
    days: int | None
    what: Texts
    details: RecordDetails | None = None

    def __post_init__(self) -> None:
        _require_kept(self.records, self.days)
        _require_texts(self.what)


@dataclass(frozen=True, slots=True)
class NoticeRemainder:
    """What is left when the account is erased, how long, and the sentence shown.

    ``records`` is a slug; ``days`` None: for good.
    """

    records: str
    days: int | None
    what: Texts

    def __post_init__(self) -> None:
        _require_kept(self.records, self.days)
        _require_texts(self.what)


@dataclass(frozen=True, slots=True)
class Statement:
    """What Articles 13 and 15 ask besides, each in a sentence of its own.

    Attributes:
        basis: what makes it lawful (Article 13(1)(c)).
        recipients: who gets the data, and who does not (13(1)(e) and (f)).
        lasts: until when a yes lasts.
        rights: access, rectification, erasure, restriction, portability, objection (13(2)(b)).
        complaint: to which authority (13(2)(d)).
        obligation: whether anybody has to agree, and what a no costs (13(2)(e)).
        decisions: whether decisions are automated (13(2)(f)).
        origin: where the data come from (15(1)(g)).
        age: who agrees for children (Article 8).
        on_device: what the device itself remembers.
        remains: what is left when the account is erased (13(2)(a)).
    """

    basis: Texts
    recipients: Texts
    lasts: Texts
    rights: Texts
    complaint: Texts
    obligation: Texts
    decisions: Texts
    origin: Texts
    age: Texts
    on_device: Texts
    remains: tuple[NoticeRemainder, ...]

    def __post_init__(self) -> None:
        for name in STATEMENT_TEXTS:
            if not _is_whole(getattr(self, name)):
                raise InvalidNotice(f"Write `{name}` of the statement in nl and in en.")
        _require_distinct([each.records for each in self.remains], "Records are named once.")


STATEMENT_TEXTS = tuple(each.name for each in fields(Statement) if each.name != "remains")
"""The sentences of a statement, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A version of the privacy statement.

    Raises:
        InvalidNotice: a rule of the module's list is broken.
    """

    version: int
    material_since: int
    controller: Controller
    recipients: tuple[Recipient, ...]
    grant_days: int
    title: Texts
    body: Texts
    withdrawal: Texts
    purposes: tuple[NoticePurpose, ...]
    retention: tuple[NoticeRetention, ...]
    statement: Statement | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.material_since <= self.version:
            raise InvalidNotice("Versions count from 1, and the last material one is not later.")
        if not 1 <= self.grant_days <= _LONGEST_GRANT_DAYS:
            raise InvalidNotice("Consent lasts from one day to twelve months.")
        _require_texts(self.title, self.body, self.withdrawal)
        _require_distinct([each.purpose for each in self.purposes], "Purposes are named once.")
        _require_distinct([each.records for each in self.retention], "Records are named once.")
        parts = (*(terms for _, terms in self.asks()), *self.retention)
        if any((each.details is None) != (self.statement is None) for each in parts):
            raise InvalidNotice("A notice has a statement, and names the fields of every record.")

    @property
    def grant_lifetime(self) -> timedelta:
        """How long consent under this notice lasts."""
        return timedelta(days=self.grant_days)

    def accepts(self, notice_version: int) -> bool:
        """Return whether consent under ``notice_version`` counts under this notice."""
        return self.material_since <= notice_version <= self.version

    def terms(self, purpose: Purpose, signal: Signal) -> NoticeSignal | None:
        """Return what this notice says of ``signal`` for ``purpose``.

        None where it asks for neither.
        """
        return next(
            (terms for each, terms in self.asks() if (each, terms.signal) == (purpose, signal)),
            None,
        )

    def asks(self) -> Iterator[tuple[Purpose, NoticeSignal]]:
        """Yield everything that this notice asks for."""
        for each in self.purposes:
            for terms in each.signals:
                yield each.purpose, terms


def _require_texts(*texts: Texts) -> None:
    if not all(map(_is_whole, texts)):
        raise InvalidNotice("Every text of a notice is written in nl and in en.")


def _is_whole(texts: Texts) -> bool:
    return all(texts.get(locale, "").strip() for locale in Locale)


def _require_kept(records: str, days: int | None) -> None:
    if not _SLUG.fullmatch(records):
        raise InvalidNotice("Records are named by lower-case words joined by hyphens.")
    if days is not None and days < 1:
        raise InvalidNotice("Records are kept for at least one day, or without an end.")


def _require_distinct(names: list[Signal] | list[Purpose] | list[str], rule: str) -> None:
    if not names or len(set(names)) != len(names):
        raise InvalidNotice(rule)
