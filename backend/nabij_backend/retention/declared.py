"""How long each kind of record is kept: the one place.

The notice shows the sentences of ``RETENTION``, and what erases old rows reads its days. Signals
are not here: each purpose of the notice says how long it keeps them.
"""

from dataclasses import dataclass

from nabij_consent import InvalidNotice, Locale, Notice, NoticeRetention, Texts


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of record: the tables that hold it, and how long.

    ``records`` is a slug; ``days`` None: until the account is erased.
    """

    records: str
    tables: tuple[str, ...]
    days: int | None
    what: Texts

    def as_shown(self) -> NoticeRetention:
        """The same, as a notice says it."""
        return NoticeRetention(self.records, self.days, self.what)


def _texts(nl: str, en: str) -> Texts:
    return {Locale.NL: nl, Locale.EN: en}


RETENTION = (
    Kept(
        records="account",
        tables=("subject", "identity"),
        days=None,
        what=_texts(
            "Dat u een account hebt: tot u het wist.",
            "That you have an account: until you erase it.",
        ),
    ),
    Kept(
        records="acts",
        tables=("consent_event",),
        days=None,
        what=_texts(
            "Wat u toestond, weigerde of introk: zolang u een account hebt. Het is het bewijs.",
            "What you allowed, refused or withdrew: as long as you have an account. It is the "
            "proof.",
        ),
    ),
    Kept(
        records="showings",
        tables=("notice_served",),
        days=30,
        what=_texts(
            "Dat u deze tekst zag: 30 dagen. Hebt u erop ja gezegd, dan zolang u een account hebt.",
            "That you saw this text: 30 days. If you said yes to it, as long as you have an "
            "account.",
        ),
    ),
    Kept(
        records="devices",
        tables=("device",),
        days=400,
        what=_texts(
            "Welke telefoons u gebruikt: tot 400 dagen nadat een telefoon zich voor het laatst "
            "meldde.",
            "Which phones you use: until 400 days after a phone was last heard of.",
        ),
    ),
    Kept(
        records="choices",
        tables=("choice",),
        days=None,
        what=_texts(
            "Welke bronnen u koos: tot u ze weghaalt of uw account wist.",
            "Which sources you chose: until you remove them or erase your account.",
        ),
    ),
    Kept(
        records="objections",
        tables=("objection",),
        days=None,
        what=_texts(
            "Waartegen u bezwaar maakte: tot u uw account wist.",
            "What you objected to: until you erase your account.",
        ),
    ),
    Kept(
        records="mandates",
        tables=("mandate",),
        days=30,
        what=_texts(
            "Wie namens u mag handelen: tot 30 dagen nadat dat stopt.",
            "Who may act for you: until 30 days after that ends.",
        ),
    ),
    Kept(
        records="reads",
        tables=("access_log",),
        days=365,
        what=_texts(
            "Wie uw gegevens bekeek, en wanneer: een jaar.",
            "Who looked at your data, and when: a year.",
        ),
    ),
    Kept(
        records="requests",
        tables=("request",),
        days=1095,
        what=_texts(
            "Wat u ons vroeg over uw gegevens: tot drie jaar na ons antwoord.",
            "What you asked us about your data: until three years after our answer.",
        ),
    ),
    Kept(
        records="messages",
        tables=("push_outbox",),
        days=7,
        what=_texts(
            "Berichten die klaarstaan voor uw telefoon: een week.",
            "Messages that wait for your phone: a week.",
        ),
    ),
)


# What is about no customer is in no notice, and time empties none of it.
ABOUT_NOBODY = {
    "notice": "for good: receipts point at it",
    "source": "for good: imports add and change, and remove none",
    "neighbour": "for good: imports add and change, and remove none",
    "neighbour_salt": "for good: without it an import would count everybody again",
    "catalogue": "for good: each import changes it",
    "pending_leaf": "until it has its place in the log, within two seconds",
    "consent_leaf": "for good: without all of them the log proves nothing",
    "consent_node": "for good: without all of them the log proves nothing",
    "checkpoint": "for good: proofs are of these heads",
    "consent_log": "for good: it says which log this is",
    "erased_leaf": "for good: it tells an erased act from a deleted one",
    "operator": "for good: what they did points at it",
    "operator_log": "for good: it is the proof of who was let in",
    "erasure": "for good: a backup of any age may be restored",
    "alembic_version": "until the next migration",
}


def require_as_kept(notice: Notice) -> None:
    """Refuse a notice that promises other times than these.

    Raises:
        InvalidNotice: it does; the message names our records, and nothing of the notice.
    """
    promised = {each.records: each.days for each in notice.retention}
    kept = {each.records: each.days for each in RETENTION}
    if promised == kept:
        return
    other = [name for name in kept if (name in promised, promised.get(name)) != (True, kept[name])]
    which = f" about {', '.join(other)}" if other else ", about records that nobody keeps"
    raise InvalidNotice(
        f"The notice promises other times than are kept{which}. Take the part `retention` of "
        "`nabij notice show --starter --json`; its sentences may be your own."
    )
