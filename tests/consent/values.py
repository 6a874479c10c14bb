"""A notice, and hypothesis strategies for everything around it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from nabij_consent import (
    ENDS_EVERY_PURPOSE,
    NEARBY_SOURCES,
    STATEMENT_TEXTS,
    ConsentEvent,
    Controller,
    EventKind,
    Evidence,
    Grant,
    Json,
    LegalBasis,
    Locale,
    Method,
    Notice,
    NoticeField,
    NoticePurpose,
    NoticeRemainder,
    NoticeRetention,
    NoticeSignal,
    Purpose,
    Recipient,
    RecordDetails,
    RecordedEvent,
    Signal,
    SignalDetails,
    Statement,
    Texts,
    whole_milliseconds,
)
from nabij_geo import RESOLUTIONS_M

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
RESEARCH = Purpose("research")
PURPOSES = (NEARBY_SOURCES, RESEARCH)


def texts(text: str) -> Texts:
    """``text``, as if in every language."""
    return {locale: f"{locale}: {text}" for locale in Locale}


def terms(signal: Signal) -> NoticeSignal:
    """What a notice says of a signal."""
    resolution_m = 1_000 if signal is Signal.GPS else None
    details = SignalDetails(
        (NoticeField("hour", texts("the hour")), NoticeField("state", texts("the state"))),
        texts("how precisely"),
        texts("how often"),
        texts("how long"),
    )
    return NoticeSignal(signal, resolution_m, 30, texts("what is read"), texts("why"), details)


def retention(records: str, days: int | None) -> NoticeRetention:
    """How long records are kept."""
    fields = (NoticeField("read_at", texts("when")),)
    details = RecordDetails(fields, LegalBasis.LEGAL_OBLIGATION)
    return NoticeRetention(records, days, texts(records), details)


def statement() -> Statement:
    """All that Articles 13 and 15 ask besides."""
    remains = (
        NoticeRemainder("log-leaves", None, texts("codes in the log")),
        NoticeRemainder("backups", 30, texts("backups")),
    )
    return Statement(**{name: texts(name) for name in STATEMENT_TEXTS}, remains=remains)


def notice(version: int = 3) -> Notice:
    """A notice that asks for gps and gsm around the customer, and for wifi to do research."""
    nearby = NoticePurpose(NEARBY_SOURCES, texts("nearby"), (terms(Signal.GPS), terms(Signal.GSM)))
    research = NoticePurpose(RESEARCH, texts("research"), (terms(Signal.WIFI),))
    return Notice(
        version=version,
        material_since=version,
        controller=Controller("Stroom voor Allen", "Dam 1", "a@b.example", "c@d.example"),
        recipients=(Recipient("Wolkenhuis B.V.", "NL", texts("keeps our servers")),),
        grant_days=365,
        title=texts("title"),
        body=texts("body"),
        withdrawal=texts("how to withdraw"),
        purposes=(nearby, research),
        retention=(retention("reads", 365), retention("acts", None)),
        statement=statement(),
    )


def notice_of_format_1(version: int = 3) -> Notice:
    """The same without a statement and the names of fields, as notices were before."""
    of_today = notice(version)
    parts = tuple(
        replace(part, signals=tuple(replace(each, details=None) for each in part.signals))
        for part in of_today.purposes
    )
    kept = tuple(replace(each, details=None) for each in of_today.retention)
    return replace(of_today, purposes=parts, retention=kept, statement=None)


def grant(purpose: Purpose = NEARBY_SOURCES, signal: Signal = Signal.GPS) -> Grant:
    """A grant of the notice of version 3, given yesterday for 30 days."""
    return Grant(
        purpose=purpose,
        signal=signal,
        epoch=1,
        resolution_m=1_000 if signal is Signal.GPS else None,
        notice_version=3,
        granted_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=29),
    )


def permitting() -> Evidence:
    """Evidence that permits; every test of a refusal changes one thing in it."""
    return Evidence(NEARBY_SOURCES, Signal.GPS, notice(), EventKind.GRANTED, grant(), NOW)


some_text = st.text(min_size=1, max_size=20).filter(str.strip)
all_texts = st.fixed_dictionaries(dict.fromkeys(Locale, some_text))
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)
slugs = st.lists(words, min_size=1, max_size=3).map("-".join)
purposes = st.builds(Purpose, slugs)
utc_times = st.datetimes(timezones=st.just(UTC))
days = st.integers(1, 366)
countries = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
recipients = st.builds(
    Recipient, some_text, countries, all_texts, st.booleans(), st.none() | all_texts
)
field_names = st.lists(words, min_size=1, max_size=3, unique=True)


@st.composite
def some_fields(draw: st.DrawFn) -> tuple[NoticeField, ...]:
    """Fields that are stored."""
    return tuple(NoticeField(each, draw(all_texts)) for each in draw(field_names))


record_details = st.builds(RecordDetails, some_fields(), st.sampled_from(LegalBasis))
signal_details = st.builds(SignalDetails, some_fields(), all_texts, all_texts, all_texts)
remainders = st.builds(NoticeRemainder, slugs, st.none() | days, all_texts)
statements = st.builds(
    Statement,
    **dict.fromkeys(STATEMENT_TEXTS, all_texts),
    remains=st.lists(remainders, min_size=1, max_size=3, unique_by=lambda each: each.records).map(
        tuple
    ),
)


@st.composite
def some_terms(draw: st.DrawFn, signal: Signal, *, named: bool) -> NoticeSignal:
    """Terms of ``signal``."""
    resolution_m = draw(st.sampled_from(RESOLUTIONS_M)) if signal is Signal.GPS else None
    details = draw(signal_details) if named else None
    return NoticeSignal(signal, resolution_m, draw(days), draw(all_texts), draw(all_texts), details)


@st.composite
def notice_purposes(draw: st.DrawFn, purpose: Purpose, *, named: bool) -> NoticePurpose:
    """A part of a notice about ``purpose``."""
    signals = draw(st.lists(st.sampled_from(Signal), min_size=1, unique=True))
    return NoticePurpose(
        purpose, draw(all_texts), tuple(draw(some_terms(each, named=named)) for each in signals)
    )


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """Any notice, of either format."""
    named = draw(st.booleans())
    asked = draw(st.lists(purposes, min_size=1, max_size=3, unique=True))
    kept = draw(st.lists(slugs, min_size=1, max_size=3, unique=True))
    version = draw(st.integers(1, 2**53 - 1))
    return Notice(
        version=version,
        material_since=draw(st.integers(1, version)),
        controller=Controller(draw(some_text), draw(some_text), "a@b.example", "c@d.example"),
        recipients=tuple(draw(st.lists(recipients, max_size=2))),
        grant_days=draw(days),
        title=draw(all_texts),
        body=draw(all_texts),
        withdrawal=draw(all_texts),
        purposes=tuple(draw(notice_purposes(each, named=named)) for each in asked),
        retention=tuple(
            NoticeRetention(
                each,
                draw(st.none() | days),
                draw(all_texts),
                draw(record_details) if named else None,
            )
            for each in kept
        ),
        statement=draw(statements) if named else None,
    )


@st.composite
def events(draw: st.DrawFn) -> ConsentEvent:
    """Any act."""
    kind = draw(st.sampled_from(EventKind))
    every_purpose = kind in ENDS_EVERY_PURPOSE and draw(st.booleans())
    return ConsentEvent(
        event_id=draw(st.uuids()),
        kind=kind,
        purpose=None if every_purpose else draw(st.sampled_from(PURPOSES)),
        signals=tuple(draw(st.lists(st.sampled_from(Signal), min_size=1, unique=True))),
        notice_version=draw(st.integers(1, 2**31)),
        occurred_at=draw(utc_times),
    )


milliseconds = utc_times.map(whole_milliseconds)


@st.composite
def recorded_events(draw: st.DrawFn) -> RecordedEvent:
    """Any act as it is recorded, about whichever notice."""
    act = draw(events())
    method = draw(st.sampled_from(Method))
    return RecordedEvent(
        subject_id=draw(st.uuids()),
        number=draw(st.integers(1, 2**53 - 1)),
        act=replace(act, occurred_at=whole_milliseconds(act.occurred_at)),
        notice_digest=draw(st.binary(min_size=32, max_size=32)).hex(),
        nonce=draw(st.uuids()),
        gpc=draw(st.booleans()),
        revocation_unknown=act.kind is EventKind.WITHDRAWN and draw(st.booleans()),
        device_id=draw(st.uuids() if method is Method.APP else st.none() | st.uuids()),
        method=method,
        mandate_id=draw(st.none() | st.uuids()),
        recorded_at=draw(milliseconds),
    )


ascii_names = st.text(st.characters(max_codepoint=127), max_size=8)
canonical_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_names, inner, max_size=4),
    max_leaves=20,
)
