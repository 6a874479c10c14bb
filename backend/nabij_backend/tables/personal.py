"""The erasure map: every table about a person, and what it says, in the words that they are shown.

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


PERSONAL = (
    Personal(
        "subject",
        _texts("Uw nummer", "Your number"),
        _texts(
            "Een willekeurig nummer in plaats van uw naam. Het gaat weg als u uw account wist.",
            "A random number instead of your name. It goes when you erase your account.",
        ),
    ),
    Personal(
        "identity",
        _texts("Uw aanmelding", "Your sign-in"),
        _texts(
            "Een kenmerk, gemaakt met een geheime sleutel, waaraan we u herkennen. Uw naam of "
            "e-mailadres staat er niet in. Het gaat weg als u uw account wist.",
            "A mark, made with a secret key, by which we know you. It does not hold your name "
            "or e-mail address. It goes when you erase your account.",
        ),
    ),
    Personal(
        "consent_event",
        _texts("Wat u toestond, weigerde of introk", "What you allowed, refused or withdrew"),
        _texts(
            "Het bewijs van uw keuzes. Daarom verandert er nooit iets in.",
            "The proof of your choices. That is why nothing in it ever changes.",
        ),
    ),
    Personal(
        "live_grant",
        _texts("Wat u nu toestaat", "What you allow now"),
        _texts(
            "Zonder zo'n regel bewaren we geen meting. U trekt uw toestemming in met één tik.",
            "Without such a line we keep no measurement. You withdraw your consent in one tap.",
        ),
    ),
    Personal(
        "gps_status",
        _texts("Het vierkant waar u bent", "The square you are in"),
        _texts(
            "Om energiebronnen bij u in de buurt te tonen. Uw precieze plek weten we niet. Het "
            "gaat weg zodra u de toestemming intrekt.",
            "To show energy sources near you. We do not know your precise place. It goes as soon "
            "as you withdraw the consent.",
        ),
    ),
    Personal(
        "gsm_status",
        _texts("Het mobiele netwerk van uw telefoon", "Your phone's mobile network"),
        _texts(
            "Om te laten zien waarom uw vierkant oud kan zijn. Het gaat weg zodra u de "
            "toestemming intrekt.",
            "To show why your square may be old. It goes as soon as you withdraw the consent.",
        ),
    ),
    Personal(
        "wifi_status",
        _texts("De wifi van uw telefoon", "Your phone's Wi-Fi"),
        _texts(
            "Om te laten zien waarom uw vierkant oud kan zijn. Het gaat weg zodra u de "
            "toestemming intrekt.",
            "To show why your square may be old. It goes as soon as you withdraw the consent.",
        ),
    ),
    Personal(
        "device",
        _texts("Uw telefoons", "Your phones"),
        _texts(
            "Om te weten of elke telefoon gestopt is als u iets intrekt.",
            "To know whether each phone has stopped when you withdraw something.",
        ),
    ),
    Personal(
        "notice_served",
        _texts("Welke privacytekst u zag", "Which privacy statement you saw"),
        _texts(
            "Het bewijs dat u de tekst zag voordat u ja zei.",
            "The proof that you saw the text before you said yes.",
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
            "Zolang uw bezwaar er staat, gebruiken we uw gegevens daar niet voor.",
            "As long as your objection stands, we do not use your data for that.",
        ),
    ),
    Personal(
        "access_log",
        _texts("Wie uw gegevens bekeek", "Who looked at your data"),
        _texts(
            "Zodat u kunt zien wie er keek, wanneer en waarvoor.",
            "So that you can see who looked, when and what for.",
        ),
    ),
    Personal(
        "request",
        _texts("Wat u ons vroeg over uw gegevens", "What you asked us about your data"),
        _texts(
            "Om op tijd te antwoorden. Een kopie van uw paspoort bewaren we nooit.",
            "To answer in time. We never keep a copy of your passport.",
        ),
    ),
    Personal(
        "mandate",
        _texts("Wie voor wie mag handelen", "Who may act for whom"),
        _texts(
            "Wie namens u mag handelen, of namens wie u dat mag, met een geschreven machtiging.",
            "Who may act for you, or for whom you may, with a written mandate.",
        ),
        holder="agent_id",
    ),
    Personal(
        "push_outbox",
        _texts("Berichten voor uw telefoon", "Messages for your phone"),
        _texts(
            "Een bericht dat klaarstaat. Er staat alleen in dat er iets veranderd is.",
            "A message that waits. It says only that something has changed.",
        ),
    ),
)
