"""A notice to begin from: the demo shows it, and an operator can change it into their own."""

from nabij_backend.retention.declared import RETENTION
from nabij_consent import (
    NEARBY_SOURCES,
    Controller,
    Locale,
    Notice,
    NoticePurpose,
    NoticeSignal,
    Signal,
    Texts,
)


def _texts(nl: str, en: str) -> Texts:
    return {Locale.NL: nl, Locale.EN: en}


_KEPT_DAYS = 30

_GPS = NoticeSignal(
    signal=Signal.GPS,
    resolution_m=1_000,
    retention_days=_KEPT_DAYS,
    reads=_texts(
        "Het vierkant van 1 bij 1 kilometer waarin uw telefoon is. Uw telefoon rekent het zelf "
        "uit; uw precieze plek gaat de telefoon niet uit.",
        "The square of 1 by 1 kilometre that your phone is in. Your phone works it out itself; "
        "your exact place never leaves the phone.",
    ),
    why=_texts(
        "Om te laten zien welke energie in uw buurt wordt opgewekt.",
        "To show which energy is made around you.",
    ),
)

_GSM = NoticeSignal(
    signal=Signal.GSM,
    resolution_m=None,
    retention_days=_KEPT_DAYS,
    reads=_texts(
        "Of uw telefoon mobiel bereik heeft, hoe sterk, en of u in het buitenland belt. "
        "Niet welk netwerk en niet welke zendmast.",
        "Whether your phone has mobile reception, how strong, and whether it roams. "
        "Not which network and not which mast.",
    ),
    why=_texts(
        "Om pas te versturen als de verbinding dat toelaat.",
        "To send only when the connection allows it.",
    ),
)

_WIFI = NoticeSignal(
    signal=Signal.WIFI,
    resolution_m=None,
    retention_days=_KEPT_DAYS,
    reads=_texts(
        "Of uw telefoon wifi heeft, hoe sterk, en of u per hoeveelheid betaalt. Niet welke wifi.",
        "Whether your phone is on Wi-Fi, how strong, and whether it is metered. Not which Wi-Fi.",
    ),
    why=_texts(
        "Om uw databundel te sparen.",
        "To spare your data allowance.",
    ),
)

STARTER_NOTICE = Notice(
    version=1,
    material_since=1,
    controller=Controller(
        name="Energiebedrijf Voorbeeld B.V.",
        address="Voorbeeldstraat 1, 1000 AA Amsterdam",
        email="klantenservice@example.com",
        privacy_officer_email="privacy@example.com",
    ),
    recipients=(),
    grant_days=365,
    title=_texts("Energie uit de buurt", "Energy from nearby"),
    body=_texts(
        "Wij laten u graag zien welke zonnedaken, windmolens en andere bronnen om u heen staan. "
        "Daarvoor vragen wij uw toestemming, voor elk gegeven apart. Zegt u nee, dan typt u een "
        "plaats en ziet u precies hetzelfde. U trekt uw toestemming in met één tik; wat wij "
        "daardoor bewaarden, wissen wij op datzelfde moment. Uw telefoon onthoudt zelf waar u vaak "
        "bent, om steeds hetzelfde vierkant te noemen; ook dat wist hij dan. Alleen een "
        "controlegetal van elk vierkant dat hij noemde, bewaart hij nog 30 dagen: zo noemt hij "
        "geen ander, als u opnieuw ja zegt. Niemand anders krijgt deze gegevens.",
        "We would like to show you which solar roofs, wind turbines and other sources stand "
        "around you. For that we ask your consent, for each kind of data apart. If you say no, "
        "you type a place and see exactly the same. You withdraw with one tap; what we kept "
        "because of it is erased at that same moment. Your phone itself remembers where you often "
        "are, so as to name the same square each time; it erases that, too. Only a check number of "
        "each square that it named is kept there for 30 days more: so it names no other, should "
        "you say yes again. Nobody else gets these data.",
    ),
    withdrawal=_texts(
        "Open de app, ga naar Privacy en tik op Intrekken. Het kan voor alles of voor één gegeven, "
        "en het werkt meteen. Lukt het niet, mail dan onze privacy officer.",
        "Open the app, go to Privacy and tap Withdraw. You can do so for everything or for one "
        "kind of data, and it works at once. If that fails, write to our privacy officer.",
    ),
    purposes=(
        NoticePurpose(
            purpose=NEARBY_SOURCES,
            title=_texts("Bronnen bij u in de buurt", "Sources near you"),
            signals=(_GPS, _GSM, _WIFI),
        ),
    ),
    retention=tuple(kept.as_shown() for kept in RETENTION),
)
