"""Retention periods of each kind of record: the one place.

The notice shows the sentences of ``RETENTION`` and of ``remaining``, and what erases old rows reads
their days. Signals are not here: each purpose of the notice says how long it keeps them.
"""

from dataclasses import dataclass

from nabij_backend.tables.columns import fields_of
from nabij_consent import (
    LegalBasis,
    Locale,
    NoticeRemainder,
    NoticeRetention,
    RecordDetails,
    Texts,
)

_LOG_DAYS = 30


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of record: the tables that hold it, how long, and on which legal basis.

    ``records`` is a slug; ``days`` None: until what the sentence says.
    """

    records: str
    tables: tuple[str, ...]
    days: int | None
    basis: LegalBasis
    what: Texts

    def as_shown(self) -> NoticeRetention:
        """Return the same, as a notice says it."""
        details = RecordDetails(fields_of(*self.tables), self.basis)
        return NoticeRetention(self.records, self.days, self.what, details)


def _texts(nl: str, en: str) -> Texts:
    return {Locale.NL: nl, Locale.EN: en}


RETENTION = (
    Kept(
        records="account",
        tables=("subject", "identity"),
        days=None,
        basis=LegalBasis.CONTRACT,
        what=_texts(
            "Uw account: tot u het verwijdert.",
            "Your account: until you delete it.",
        ),
    ),
    Kept(
        records="acts",
        tables=("consent_event",),
        days=None,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Wat u toestond, weigerde of introk: zolang u een account hebt. "
            "Zo kunnen wij aantonen wat u koos.",
            "What you allowed, refused or withdrew: as long as you have an account. "
            "So we can show what you chose.",
        ),
    ),
    Kept(
        records="grants",
        tables=("live_grant",),
        days=None,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Wat u nu toestaat: tot u het intrekt of tot het afloopt.",
            "What you allow now: until you withdraw it or until it ends.",
        ),
    ),
    Kept(
        records="showings",
        tables=("notice_served",),
        days=30,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Dat u de privacyverklaring zag: 30 dagen. "
            "Zei u ja, dan bewaren wij het zolang u een account hebt.",
            "That you saw the privacy statement: 30 days. "
            "If you said yes, we keep it as long as you have an account.",
        ),
    ),
    Kept(
        records="devices",
        tables=("device",),
        days=400,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Welke apparaten u gebruikt: tot 400 dagen nadat wij voor het laatst iets hoorden. "
            "Zo weten wij of elk apparaat stopt als u intrekt.",
            "Which devices you use: until 400 days after we last heard from one. "
            "So we know whether each device stops when you withdraw.",
        ),
    ),
    Kept(
        records="choices",
        tables=("choice",),
        days=None,
        basis=LegalBasis.CONTRACT,
        what=_texts(
            "Welke bronnen u koos: tot u ze weghaalt of uw account verwijdert.",
            "Which sources you chose: until you remove them or delete your account.",
        ),
    ),
    Kept(
        records="objections",
        tables=("objection",),
        days=None,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Waartegen u bezwaar maakte: tot u uw account verwijdert.",
            "What you objected to: until you delete your account.",
        ),
    ),
    Kept(
        records="mandates",
        tables=("mandate",),
        days=30,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Wie iets namens u mag doen: tot 30 dagen nadat de machtiging stopt.",
            "Who may act for you: until 30 days after the mandate ends.",
        ),
    ),
    Kept(
        records="reads",
        tables=("access_log",),
        days=365,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Wie uw gegevens bekeek, en wanneer: 365 dagen.",
            "Who looked at your data, and when: 365 days.",
        ),
    ),
    Kept(
        records="requests",
        tables=("request",),
        days=1095,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Wat u ons vroeg over uw gegevens: tot 1095 dagen (drie jaar) na ons antwoord.",
            "What you asked us about your data: until 1095 days (three years) after our answer.",
        ),
    ),
    Kept(
        records="messages",
        tables=("push_outbox",),
        days=7,
        basis=LegalBasis.LEGAL_OBLIGATION,
        what=_texts(
            "Berichten die klaarstaan voor uw apparaat: 7 dagen.",
            "Messages that wait for your device: 7 days.",
        ),
    ),
)


KEPT_BY_CONSENT = _texts(
    "Alleen het laatste per apparaat. Hoogstens zo lang als bij uw toestemming staat. "
    "Trekt u die in, dan wissen wij het meteen.",
    "Only the latest of each device. At most as long as stands with your consent. "
    "If you withdraw that, we erase it at once.",
)
"""How long statuses are kept: each grant has the number of days."""


def remaining(backup_days: int) -> tuple[NoticeRemainder, ...]:
    """List what remains of an erased account while backups are kept for ``backup_days`` days."""
    return (
        NoticeRemainder(
            "log-leaves",
            None,
            _texts(
                "In ons logboek blijft van elke keuze een code staan. "
                "Niemand kan daaruit opmaken wie u bent of wat u koos.",
                "In our log a code of each choice stays. "
                "Nobody can tell from it who you are or what you chose.",
            ),
        ),
        NoticeRemainder(
            "erasures",
            backup_days,
            _texts(
                f"Na het verwijderen bewaren wij een code zonder uw naam: {backup_days} dagen. "
                "Zo zetten wij u niet terug uit een reservekopie.",
                f"After the deletion we keep a code without your name: {backup_days} days. "
                "So we do not bring you back from a backup.",
            ),
        ),
        NoticeRemainder(
            "backups",
            backup_days,
            _texts(
                f"In reservekopieën staan gewiste gegevens nog hoogstens {backup_days} dagen. "
                "Wij gebruiken ze daar niet.",
                f"In backups, erased data stay for {backup_days} days at most. "
                "We do not use them there.",
            ),
        ),
        NoticeRemainder(
            "logs",
            _LOG_DAYS,
            _texts(
                f"In de logboeken van onze servers staat wat er gebeurde: {_LOG_DAYS} dagen. "
                "Daarin staat geen vierkant en geen naam.",
                f"The logs of our servers say what happened: {_LOG_DAYS} days. "
                "They hold no square and no name.",
            ),
        ),
    )


# What is about no customer is in no notice, and time empties none of it.
ABOUT_NOBODY = {
    "clock_tolerance": "for good: it says how far apart clocks may be",
    "notice": "for good: receipts point at it",
    "source": "until its register lacks it or calls it shut, or an operator removes it",
    "known_source": "for good: a choice names one that may have left the catalogue",
    "neighbour": "until its register lacks it or calls it shut, or an operator removes it",
    "register": "for good: it says which edition the catalogue has",
    "catalogue_change": "for good: it says what operators did to the catalogue",
    "catalogue_before": "90 days: so long can a change be undone; deleted by the next change",
    "tombstone": "for good, or until the source comes back: it says why a source left",
    "neighbour_salt": "for good: without it an import would count everybody again",
    "catalogue": "for good: each import changes it",
    "pending_leaf": "until it has its place in the log, within two seconds",
    "consent_leaf": "for good: without all of them the log proves nothing",
    "consent_node": "for good: without all of them the log proves nothing",
    "checkpoint": "a day; one an hour, and each that a witness cosigned, for good",
    "cosignature": "for good: proofs show who has seen these heads",
    "disk_probe": "never kept: whether a page can be written is asked and taken back",
    "notification_channel": "for good: it says on which channel changes are told",
    "installation_key": "for good: what they signed is verified with them",
    "consent_log": "for good: it says which log this is, and which it goes on from",
    "erased_leaf": "for good: it tells an erased act from a deleted one",
    "operator": "for good: what they did points at it",
    "vulnerability_report": "until a year after it was settled",
    "operator_refusal": "for good: it is the proof of who was not let in",
    "settled_leaf": "for good: it says which operator settled a leaf without an act",
    "operator_log": "for good: it is the proof of who was let in",
    "erasure": "as long as the oldest backup (`NABIJ_BACKUP_DAYS`)",
    "alembic_version": "until the next migration",
}
