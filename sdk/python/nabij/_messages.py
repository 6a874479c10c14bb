"""What to tell a customer when something fails, in Dutch and in English.

Titles of problems and messages of errors are for programmers. No app shows them: each problem of
the service and each error of the SDK has a sentence here, which says what the customer can do.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

from nabij._errors import (
    AnotherAccount,
    NabijError,
    NoPosition,
    NoticeSuperseded,
    NotPermitted,
    NotReachable,
    NotSignedIn,
    OutsideEurope,
    Rejected,
    SensorError,
    StoreFailed,
)
from nabij_consent import Locale

_Message: TypeAlias = tuple[str, str]

_OUR_FAULT: Final = (
    "Het lukt nu niet. Dat ligt aan ons. Probeer het over een paar minuten opnieuw.",
    "This does not work now. It is our fault. Try again in a few minutes.",
)
_SIGNED_OUT: Final = (
    "U bent afgemeld. Meld u opnieuw aan.",
    "You are signed out. Please sign in again.",
)
_NOTICE_CHANGED: Final = (
    "Onze privacyverklaring is veranderd. Lees wat er anders is, en kies opnieuw.",
    "Our privacy statement has changed. Read what is different, and choose again.",
)
_NOT_ALLOWED: Final = (
    "U hebt dit niet toegestaan. U kunt opnieuw kiezen.",
    "You have not allowed this. You can choose again.",
)
_NO_SQUARE: Final = (
    "Wij kennen uw vierkant nog niet. Typ een plaats om bronnen te zien.",
    "We do not know your square yet. Type a place to see sources.",
)
_ANSWERED: Final = (
    "U hebt al gekozen. Bij Privacy kunt u opnieuw kiezen.",
    "You have chosen already. Under Privacy you can choose again.",
)
_OUTSIDE_EUROPE: Final = (
    "Deze plek ligt buiten Europa. Typ een plaats om bronnen te zien.",
    "This place lies outside Europe. Type a place to see sources.",
)

PROBLEMS: Final[Mapping[str, _Message]] = {
    **dict.fromkeys(
        (
            *("invalid-json", "not-from-here", "wrong-method", "too-large", "wrong-media-type"),
            *("invalid-request", "unknown-field", "invalid-cell", "no-such-act", "id-reused"),
            *("not-asked", "no-page", "internal", "unavailable"),
        ),
        _OUR_FAULT,
    ),
    "not-signed-in": _SIGNED_OUT,
    "no-consent": _NOT_ALLOWED,
    "no-mandate": (
        "Uw machtiging bestaat niet of is gestopt.",
        "Your mandate does not exist or has ended.",
    ),
    "not-attested": (
        "Deze app mag dit niet vragen. Installeer de app opnieuw.",
        "This app may not ask this. Install the app again.",
    ),
    "not-by-mandate": (
        "Dit kan iemand alleen voor zichzelf doen.",
        "People can do this only for themselves.",
    ),
    "consent-expired": (
        "Uw toestemming is afgelopen. U kunt opnieuw kiezen.",
        "Your consent has ended. You can choose again.",
    ),
    "no-report": _OUR_FAULT,
    "other-host": _OUR_FAULT,
    "too-slow": (
        "De verbinding was te traag. Probeer het opnieuw.",
        "The connection was too slow. Try again.",
    ),
    "too-many-requests": (
        "Het gaat even te snel. Probeer het over een paar tellen opnieuw.",
        "That was a little too fast. Try again in a few seconds.",
    ),
    "not-found": ("Dit bestaat niet, of niet meer.", "This does not exist, or no longer."),
    "nothing-known": ("Wij bewaren niets van u.", "We keep nothing about you."),
    "not-in-log": (
        "Uw keuze staat nog niet in ons logboek. Probeer het over een paar tellen opnieuw.",
        "Your choice is not in our log yet. Try again in a few seconds.",
    ),
    "no-receipt": ("Wij kennen deze keuze niet.", "We do not know this choice."),
    "no-square": _NO_SQUARE,
    "no-local-sign-in": (
        "Deze verzonnen klant bestaat niet meer. Laad de pagina opnieuw.",
        "This made-up customer does not exist any more. Load the page again.",
    ),
    "no-notice": (
        "U kunt nog niets kiezen. Probeer het later opnieuw.",
        "You cannot choose anything yet. Try again later.",
    ),
    "notice-superseded": _NOTICE_CHANGED,
    "notice-changed": _NOTICE_CHANGED,
    "nothing-to-ask": _ANSWERED,
    "stale-epoch": (
        "Uw keuze is intussen veranderd. Kijk wat u nu toestaat.",
        "Your choice has changed meanwhile. See what you allow now.",
    ),
    "objected": (
        "U maakte hier bezwaar tegen. Daarom kunt u het nu niet toestaan.",
        "You objected to this. So you cannot allow it now.",
    ),
    "other-catalogue": (
        "Er zijn nieuwe bronnen. Laad de lijst opnieuw.",
        "There are new sources. Load the list again.",
    ),
    "erased": ("Dit account is verwijderd.", "This account has been deleted."),
    "outside-grid": _OUTSIDE_EUROPE,
    "future-hour": (
        "De klok van uw apparaat loopt voor. Laat uw apparaat de tijd zelf instellen.",
        "Your device's clock is fast. Let your device set the time itself.",
    ),
    "too-old": (
        "Deze meting is te oud. Uw apparaat meet opnieuw.",
        "This measurement is too old. Your device measures again.",
    ),
    "unknown-source": (
        "Deze bron bestaat niet meer. Laad de lijst opnieuw.",
        "This source does not exist any more. Load the list again.",
    ),
    "too-far": (
        "Er is hier geen bron binnen 200 kilometer.",
        "There is no source within 200 kilometres of here.",
    ),
    "too-many": (
        "Hier zijn heel veel bronnen. Kies een kleiner gebied.",
        "There are very many sources here. Choose a smaller area.",
    ),
}
"""By the slug of a problem: what follows ``/problems/`` in its type."""

ERRORS: Final[Mapping[type[NabijError], _Message]] = {
    NotReachable: (
        "Er is geen verbinding met ons. Probeer het later opnieuw.",
        "There is no connection to us. Please try again later.",
    ),
    NotSignedIn: _SIGNED_OUT,
    AnotherAccount: _SIGNED_OUT,
    NoticeSuperseded: _NOTICE_CHANGED,
    NotPermitted: _NOT_ALLOWED,
    NoPosition: _NO_SQUARE,
    OutsideEurope: _OUTSIDE_EUROPE,
    StoreFailed: (
        "Uw apparaat is vol. Maak ruimte, en open de app opnieuw.",
        "Your device is full. Make room, and open the app again.",
    ),
    SensorError: (
        "Uw apparaat geeft nu geen locatie. Kijk in de instellingen van uw apparaat.",
        "Your device gives no location now. Look in the settings of your device.",
    ),
}


def customer_message(error: NabijError, locale: str = "nl") -> str:
    """Say in one or two sentences what went wrong and what the customer can do.

    Args:
        error: what this package raised.
        locale: nl or en.
    """
    message = _message_of(error)
    return message[0] if Locale(locale) is Locale.NL else message[1]


def _message_of(error: NabijError) -> _Message:
    if isinstance(error, Rejected):
        return PROBLEMS.get(error.problem.type.removeprefix("/problems/"), _OUR_FAULT)
    found = (ERRORS[each] for each in type(error).__mro__ if each in ERRORS)
    return next(found, _OUR_FAULT)
