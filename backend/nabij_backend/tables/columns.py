"""Descriptions of each column about a person, for the notice and the export.

In the order in which an export shows them: what is told to people first, codes last.
"""

from nabij_backend import schema
from nabij_consent import Locale, NoticeField, Texts


def _texts(nl: str, en: str) -> Texts:
    return {Locale.NL: nl, Locale.EN: en}


COLUMNS: dict[str, Texts] = {
    "reader": _texts("wie", "who"),
    "kind": _texts("wat", "what"),
    "signal": _texts("welk gegeven", "which kind of data"),
    "signals": _texts("welke gegevens", "which kinds of data"),
    "purpose": _texts("waarvoor", "what for"),
    "method": _texts("hoe", "how"),
    "outcome": _texts("uitkomst", "outcome"),
    "platform": _texts("soort apparaat", "kind of device"),
    "cell": _texts("vierkant", "square"),
    "resolution_m": _texts("grootte van het vierkant, in meter", "size of the square, in metres"),
    "connected": _texts("verbonden of niet", "connected or not"),
    "hour": _texts("uur", "hour"),
    "received_at": _texts("ontvangen op", "received on"),
    "due_at": _texts("uiterlijk op", "due on"),
    "checked_at": _texts("gecontroleerd op", "checked on"),
    "identity_check": _texts("hoe wij wisten dat u het was", "how we knew it was you"),
    "answered_at": _texts("beantwoord op", "answered on"),
    "occurred_at": _texts("gedaan op", "done on"),
    "recorded_at": _texts("vastgelegd op", "recorded on"),
    "granted_at": _texts("toegestaan op", "allowed on"),
    "chosen_at": _texts("gekozen op", "chosen on"),
    "objected_at": _texts("bezwaar sinds", "objected since"),
    "served_at": _texts("getoond op", "shown on"),
    "used_at": _texts("antwoord gegeven op", "replied to on"),
    "read_at": _texts("bekeken op", "seen on"),
    "queued_at": _texts("klaargezet op", "queued on"),
    "acknowledged_at": _texts("bevestigd op", "acknowledged on"),
    "expires_at": _texts("geldig tot", "valid until"),
    "seen_on": _texts("laatst gezien op", "last seen on"),
    "retention_days": _texts("hoogstens bewaard, in dagen", "kept at most, in days"),
    "locale": _texts("taal", "language"),
    "notice_version": _texts("versie van de privacyverklaring", "version of the privacy statement"),
    "number": _texts("volgnummer van de keuze", "sequence number of the choice"),
    "epoch": _texts("code van de toestemming", "code of the consent"),
    "begun_number": _texts("sinds welke keuze", "since which choice"),
    "event_number": _texts("laatst bevestigd door keuze", "last renewed by choice"),
    "acknowledged_number": _texts("bevestigd tot en met keuze", "acknowledged up to choice"),
    "attempts": _texts("pogingen", "attempts"),
    "source_id": _texts("bron", "source"),
    "subject_id": _texts("uw nummer bij ons", "your number with us"),
    "agent_id": _texts("nummer van wie iets mag doen", "number of who may act"),
    "reader_id": _texts("nummer van wie keek", "number of who looked"),
    "device_id": _texts("nummer van het apparaat", "number of the device"),
    "event_id": _texts("code van de keuze", "code of the choice"),
    "entry_id": _texts("nummer van deze regel", "number of this entry"),
    "request_id": _texts("nummer van de vraag", "number of the request"),
    "mandate_id": _texts("nummer van de machtiging", "number of the mandate"),
    "message_id": _texts("nummer van het bericht", "number of the message"),
    "gpc": _texts(
        "uw browser vroeg u niet te volgen (GPC)", "your browser asked not to track you (GPC)"
    ),
    "revocation_unknown": _texts(
        "wij konden niet navragen of uw aanmelding was ingetrokken",
        "we could not ask whether your sign-in was revoked",
    ),
    "nonce": _texts("nummer van de getoonde tekst", "number of the text as shown"),
    "told_notice": _texts(
        "over welke versie wij het apparaat vertelden", "of which version we told the device"
    ),
    "push_token": _texts("adres voor berichten", "address for messages"),
    "digest": _texts("code van uw aanmelding", "code of your sign-in"),
    "document_digest": _texts("code van de machtiging", "code of the mandate"),
    "leaf_hash": _texts(
        "code van deze keuze in het logboek (SHA-256)", "code of this choice in the log (SHA-256)"
    ),
    "salt": _texts("geheim getal bij deze keuze", "secret number with this choice"),
}

DRAWN_FROM_CELL = frozenset({"northing_m", "easting_m", "square"})
"""The corner and the drawing of a square: they say what its code says."""


def columns_of(table: str) -> tuple[str, ...]:
    """Name the columns of a table that say something of their own."""
    columns = schema.columns_of(table)
    of_cell = DRAWN_FROM_CELL | {"resolution_m"} if "cell" in columns else frozenset[str]()
    return tuple(each for each in columns if each not in of_cell)


def fields_of(*tables: str) -> tuple[NoticeField, ...]:
    """Name every column of the tables once, as a notice does."""
    names = {name for table in tables for name in columns_of(table)}
    return tuple(NoticeField(name, COLUMNS[name]) for name in COLUMNS if name in names)
