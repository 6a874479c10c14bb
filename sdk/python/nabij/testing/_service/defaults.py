"""What a service in memory shows where a test does not care: a notice, sources and places."""

from collections.abc import Sequence
from typing import Final

from nabij._values import Place, Source
from nabij_consent import (
    NEARBY_SOURCES,
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
    RecordDetails,
    Signal,
    SignalDetails,
    Statement,
    Texts,
)
from nabij_geo import Cell, Position, Resolution


def example_notice(
    version: int = 1, *, material_since: int | None = None, signals: Sequence[str] = tuple(Signal)
) -> Notice:
    """Return a notice that asks for ``signals``, in short sentences.

    A material change by default.
    """
    return Notice(
        version=version,
        material_since=material_since or version,
        controller=Controller(
            "Energy for Example", "1 Example Street", "hello@app.example", "privacy@app.example"
        ),
        recipients=(),
        grant_days=365,
        title=_texts("Energie uit de buurt", "Energy from nearby"),
        body=_texts("Wat wij vragen, en waarom.", "What we ask for, and why."),
        withdrawal=_texts("Tik op Intrekken.", "Tap Withdraw."),
        purposes=(
            NoticePurpose(
                NEARBY_SOURCES,
                _texts("Bronnen in de buurt", "Sources nearby"),
                tuple(_terms(Signal(each)) for each in signals),
            ),
        ),
        retention=(
            NoticeRetention("acts", None, _texts("Uw antwoorden.", "Your answers."), _ACTS),
        ),
        statement=_STATEMENT,
    )


def _texts(nl: str, en: str) -> Texts:
    return {Locale.NL: nl, Locale.EN: en}


def _terms(signal: Signal) -> NoticeSignal:
    resolution_m: Resolution | None = 1_000 if signal is Signal.GPS else None
    reads = _texts(f"Wat {signal} vertelt.", f"What {signal} tells.")
    return NoticeSignal(
        signal, resolution_m, 30, reads, _texts("Voor u.", "For you."), _details(signal)
    )


def _details(signal: Signal) -> SignalDetails:
    state = "cell" if signal is Signal.GPS else "connected"
    return SignalDetails(
        fields=(NoticeField("hour", _HOUR), NoticeField(state, _texts("De stand.", "The state."))),
        precision=_texts("Per uur.", "By the hour."),
        often=_texts("Als de app open is.", "While the app is open."),
        kept=_texts("Hoogstens 30 dagen.", "30 days at most."),
    )


_HOUR: Final = _texts("Het uur.", "The hour.")
_ACTS: Final = RecordDetails((NoticeField("hour", _HOUR),), LegalBasis.LEGAL_OBLIGATION)
_STATEMENT: Final = Statement(
    **{name: _texts(f"Over {name}.", f"About {name}.") for name in STATEMENT_TEXTS},
    remains=(NoticeRemainder("backups", 30, _texts("Reservekopieën.", "Backups.")),),
)


def _source(name: str, technology: str, latitude_deg: float, longitude_deg: float) -> Source:
    return Source(
        id=name.lower().replace(" ", "-"),
        name=name,
        technology=technology,
        owner_kind="cooperative",
        capacity_kw=50.0,
        capacity_band_kw=None,
        count=1,
        story=None,
        register=None,
        licence="CC0-1.0",
        made_up=True,
        located="site",
        position=Position(latitude_deg, longitude_deg),
    )


EXAMPLE_SOURCES: Final = (
    _source("School roof", "solar", 52.158, 5.387),
    _source("Dairy farm", "biogas", 52.176, 5.412),
    _source("Canal mill", "wind", 52.141, 5.352),
    _source("Station roof", "solar", 52.153, 5.373),
    _source("Old weir", "hydro", 52.103, 5.121),
    _source("Polder turbine", "wind", 52.402, 5.266),
)
"""Around Amersfoort and farther away."""


def _place(name: str, region: str, latitude_deg: float, longitude_deg: float, n: int) -> Place:
    return Place(name, region, "NL", Cell.containing(Position(latitude_deg, longitude_deg)), n)


EXAMPLE_PLACES: Final = (
    _place("Utrecht", "Utrecht", 52.0908, 5.1222, 376_000),
    _place("Amersfoort", "Utrecht", 52.155, 5.3875, 162_000),
    _place("Almere", "Flevoland", 52.3703, 5.2141, 230_000),
)
