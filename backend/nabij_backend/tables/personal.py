"""The erasure map: every table about a person, with its description.

The export reads these tables, the erasure counts them, the documentation lists them; a test
compares the list with PostgreSQL's catalogue. Erasing needs no list: each row goes with its
subject, by foreign key.
"""

from dataclasses import dataclass

from nabij_consent import Locale, Texts


@dataclass(frozen=True, slots=True)
class Personal:
    """One table about people.

    ``holder`` names a second column that tells whom a row is about: who holds a mandate is named
    in a row that belongs to somebody else.
    """

    table: str
    title: Texts
    why: Texts
    holder: str | None = None


def _texts(nl: str, en: str) -> Texts:
    return {Locale.NL: nl, Locale.EN: en}


WHY_A_SQUARE = _texts("Om bronnen bij u in de buurt te tonen.", "To show sources near you.")
WHY_A_NETWORK = _texts(
    "Om u te laten zien waarom uw vierkant oud is.", "To show you why your square is old."
)

# In the order in which people read it: what they permit now and what is known by that come first.
PERSONAL = (
    Personal(
        "live_grant",
        _texts("Wat u nu toestaat", "What you allow now"),
        _texts(
            "Zonder uw toestemming bewaren wij geen metingen van uw apparaat.",
            "Without your consent we keep no measurements of your device.",
        ),
    ),
    Personal(
        "gps_status", _texts("Het vierkant waarin u bent", "The square you are in"), WHY_A_SQUARE
    ),
    Personal(
        "gsm_status",
        _texts("Het mobiele netwerk van uw apparaat", "Your device's mobile network"),
        WHY_A_NETWORK,
    ),
    Personal(
        "wifi_status",
        _texts("De wifi van uw apparaat", "Your device's Wi-Fi"),
        WHY_A_NETWORK,
    ),
    Personal(
        "consent_event",
        _texts("Wat u toestond, weigerde of introk", "What you allowed, refused or withdrew"),
        _texts(
            "Elke keuze blijft staan zoals u die maakte.",
            "Each choice stays as you made it.",
        ),
    ),
    Personal(
        "device",
        _texts("Uw apparaten", "Your devices"),
        _texts(
            "Elk apparaat waarop u koos, of dat iets meldde.",
            "Each device on which you chose, or which told us something.",
        ),
    ),
    Personal(
        "access_log",
        _texts("Wie uw gegevens bekeek", "Who looked at your data"),
        _texts(
            "Zo kunt u zien wie er keek, wanneer en waarvoor.",
            "So you can see who looked, when and what for.",
        ),
    ),
    Personal(
        "choice",
        _texts("De bronnen die u koos", "The sources you chose"),
        _texts("Om ze in uw overzicht te tonen.", "To show them in your dashboard."),
    ),
    Personal(
        "objection",
        _texts("Waartegen u bezwaar maakte", "What you objected to"),
        _texts(
            "Zolang uw bezwaar er staat, gebruiken wij uw gegevens daar niet voor.",
            "As long as your objection stands, we do not use your data for that.",
        ),
    ),
    Personal(
        "request",
        _texts("Wat u ons vroeg over uw gegevens", "What you asked us about your data"),
        _texts(
            "Om op tijd te antwoorden. Een kopie van uw paspoort bewaren wij nooit.",
            "To answer on time. We never keep a copy of your passport.",
        ),
    ),
    Personal(
        "mandate",
        _texts("Wie iets namens een ander mag doen", "Who may act for whom"),
        _texts(
            "Om een machtiging na te kijken: van u aan een ander, of van een ander aan u.",
            "To check a mandate: from you to somebody else, or from somebody else to you.",
        ),
        holder="agent_id",
    ),
    Personal(
        "notice_served",
        _texts("Welke privacyverklaring u zag", "Which privacy statement you saw"),
        _texts(
            "Zo kunnen wij aantonen dat u de tekst zag voordat u ja zei.",
            "So we can show that you saw the text before you said yes.",
        ),
    ),
    Personal(
        "push_outbox",
        _texts("Berichten voor uw apparaat", "Messages for your device"),
        _texts(
            "Een bericht dat klaarstaat. Er staat alleen in dat er iets veranderd is.",
            "A message that waits. It says only that something has changed.",
        ),
    ),
    Personal(
        "subject",
        _texts("Uw nummer", "Your number"),
        _texts(
            "Een willekeurig nummer in plaats van uw naam.",
            "A random number instead of your name.",
        ),
    ),
    Personal(
        "identity",
        _texts("Uw aanmelding", "Your sign-in"),
        _texts(
            "Een code waaraan wij u herkennen. Uw naam en e-mailadres staan er niet in.",
            "A code by which we know you. It does not hold your name or e-mail address.",
        ),
    ),
)
