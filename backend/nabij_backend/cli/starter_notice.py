"""The starter notice: shown by the demo, and a template for operators."""

from nabij_backend.settings import DEFAULT_BACKUP_DAYS
from nabij_backend.tables.columns import fields_of
from nabij_backend.tables.personal import WHY_A_NETWORK, WHY_A_SQUARE
from nabij_backend.tables.retention import RETENTION, remaining
from nabij_consent import (
    NEARBY_SOURCES,
    Controller,
    Locale,
    Notice,
    NoticePurpose,
    NoticeSignal,
    Recipient,
    Signal,
    SignalDetails,
    Statement,
    Texts,
)


def _texts(nl: str, en: str) -> Texts:
    return {Locale.NL: nl, Locale.EN: en}


_KEPT_DAYS = 30
_GRANT_DAYS = 365
_KEPT = _texts(
    f"Alleen het laatste per apparaat, hoogstens {_KEPT_DAYS} dagen. "
    "Trekt u uw toestemming in, dan wissen wij het meteen.",
    f"Only the latest of each device, {_KEPT_DAYS} days at most. "
    "If you withdraw your consent, we erase it at once.",
)
_A_YES_OR_A_NO = _texts("Ja of nee, met het hele uur.", "Yes or no, with the whole hour.")
_WHILE_OPEN = _texts("Alleen als de app open is.", "Only while the app is open.")

_GPS = NoticeSignal(
    signal=Signal.GPS,
    resolution_m=1_000,
    retention_days=_KEPT_DAYS,
    reads=_texts(
        "Het vierkant waarin u bent, en het uur. Uw apparaat rekent het uit. "
        "Uw precieze plek krijgen wij niet.",
        "The square you are in, and the hour. Your device works it out. "
        "We do not get your exact place.",
    ),
    why=WHY_A_SQUARE,
    details=SignalDetails(
        fields=fields_of("gps_status"),
        precision=_texts(
            "Een vierkant van 1 bij 1 kilometer, met het hele uur.",
            "A square of 1 by 1 kilometre, with the whole hour.",
        ),
        often=_texts(
            "Als uw vierkant verandert, en anders eens per week. Alleen als de app open is.",
            "When your square changes, and otherwise once a week. Only while the app is open.",
        ),
        kept=_KEPT,
    ),
)

_GSM = NoticeSignal(
    signal=Signal.GSM,
    resolution_m=None,
    retention_days=_KEPT_DAYS,
    reads=_texts(
        "Of uw apparaat een mobiel netwerk heeft, en het uur. Niet welk netwerk of welke zendmast.",
        "Whether your device has a mobile network, and the hour. Not which network or which mast.",
    ),
    why=WHY_A_NETWORK,
    details=SignalDetails(
        fields=fields_of("gsm_status"), precision=_A_YES_OR_A_NO, often=_WHILE_OPEN, kept=_KEPT
    ),
)

_WIFI = NoticeSignal(
    signal=Signal.WIFI,
    resolution_m=None,
    retention_days=_KEPT_DAYS,
    reads=_texts(
        "Of uw apparaat wifi heeft, en het uur. Niet de naam van de wifi.",
        "Whether your device has Wi-Fi, and the hour. Not the name of the Wi-Fi.",
    ),
    why=WHY_A_NETWORK,
    details=SignalDetails(
        fields=fields_of("wifi_status"), precision=_A_YES_OR_A_NO, often=_WHILE_OPEN, kept=_KEPT
    ),
)


def starter_notice(backup_days: int) -> Notice:
    """Make the notice of a service whose oldest backup is ``backup_days`` days old."""
    return Notice(
        version=1,
        material_since=1,
        controller=Controller(
            name="Energiebedrijf Voorbeeld B.V.",
            address="Voorbeeldstraat 1, 1000 AA Amsterdam",
            email="klantenservice@example.com",
            privacy_officer_email="privacy@example.com",
        ),
        recipients=(
            Recipient(
                name="Voorbeeld Hosting B.V.",
                country="NL",
                role=_texts(
                    "Bewaart de gegevens in onze opdracht.", "Keeps the data on our behalf."
                ),
                processor=True,
            ),
        ),
        grant_days=_GRANT_DAYS,
        title=_texts("Energie uit de buurt", "Energy from nearby"),
        body=_texts(
            "Deze app toont zonnedaken, windmolens en andere bronnen bij u in de buurt. "
            "U kiest zelf welke gegevens wij daarvoor krijgen. Weigert u, dan typt u een plaats. "
            "U ziet dan dezelfde bronnen, met een afstand van … tot ….",
            "This app shows solar roofs, wind turbines and other sources near you. "
            "You choose which data we get for that. If you refuse, you type a place. "
            "You then see the same sources, with a distance from … to ….",
        ),
        withdrawal=_texts(
            "Open de app, kies Privacy en tik op Intrekken. "
            "Het kan voor alles of voor één gegeven. Het werkt meteen. "
            "Wat wij daarvoor met uw toestemming deden, mocht. "
            "Lukt het niet? Mail dan onze functionaris gegevensbescherming: privacy@example.com.",
            "Open the app, choose Privacy and tap Withdraw. "
            "You can do so for everything or for one kind of data. It works at once. "
            "What we did before with your consent was lawful. "
            "If it does not work, write to our data protection officer: privacy@example.com.",
        ),
        purposes=(
            NoticePurpose(
                purpose=NEARBY_SOURCES,
                title=_texts("Bronnen bij u in de buurt", "Sources near you"),
                signals=(_GPS, _GSM, _WIFI),
            ),
        ),
        retention=tuple(kept.as_shown() for kept in RETENTION),
        statement=_statement(backup_days),
    )


def _statement(backup_days: int) -> Statement:
    return Statement(
        basis=_texts(
            "Uw vierkant, mobiel netwerk en wifi gebruiken wij alleen als u dat toestaat "
            "(AVG artikel 6 lid 1 onder a; Telecommunicatiewet artikel 11.7a). "
            "Uw account en uw bronnen hebben wij nodig voor deze dienst "
            "(AVG artikel 6 lid 1 onder b). "
            "De rest moeten wij van de wet bewaren (AVG artikel 6 lid 1 onder c).",
            "We use your square, mobile network and Wi-Fi only because you allow it. "
            "That is GDPR article 6(1)(a), and Dutch Telecommunications Act article 11.7a. "
            "We need your account and your sources for this service (GDPR article 6(1)(b)). "
            "The law requires us to keep the rest (GDPR article 6(1)(c)).",
        ),
        recipients=_texts(
            "Voorbeeld Hosting B.V. in Nederland bewaart de gegevens in onze opdracht. "
            "Verder krijgt niemand ze. Ze blijven in de Europese Economische Ruimte.",
            "Voorbeeld Hosting B.V. in the Netherlands keeps the data on our behalf. "
            "Nobody else gets them. They stay in the European Economic Area.",
        ),
        lasts=_texts(
            f"Uw toestemming geldt {_GRANT_DAYS} dagen. "
            "Daarna stopt het vanzelf, en wissen wij wat wij ermee bewaarden.",
            f"Your consent lasts {_GRANT_DAYS} days. "
            "Then it stops by itself, and we erase what we kept because of it.",
        ),
        rights=_texts(
            "U mag uw gegevens inzien, verbeteren, laten wissen, laten beperken en meenemen. "
            "U mag bezwaar maken. Mail privacy@example.com. Wij antwoorden binnen een maand.",
            "You may access, rectify, erase, restrict and take your data. "
            "You may object. Write to privacy@example.com. We answer within a month.",
        ),
        complaint=_texts(
            "Niet tevreden? "
            "U kunt klagen bij de Autoriteit Persoonsgegevens: autoriteitpersoonsgegevens.nl.",
            "Not satisfied? You can complain to the Dutch Data Protection Authority: "
            "autoriteitpersoonsgegevens.nl.",
        ),
        obligation=_texts(
            "U bent niets verplicht. Uw contract en uw prijs veranderen niet, wat u ook kiest.",
            "You do not have to agree. "
            "Your contract and your price stay the same, whatever you choose.",
        ),
        decisions=_texts(
            "Een computer neemt geen besluiten over u.", "No computer takes decisions about you."
        ),
        origin=_texts("Uw apparaat stuurt dit zelf.", "Your device sends this itself."),
        age=_texts(
            "Bent u jonger dan 16? Dan kiest uw ouder of voogd.",
            "Are you under 16? Then your parent or guardian chooses.",
        ),
        on_device=_texts(
            "Uw apparaat onthoudt waar u vaak bent, om steeds hetzelfde vierkant te noemen. "
            "Trekt u in, dan verdwijnt dat. "
            "Van elk genoemd vierkant blijft 30 dagen een code op uw apparaat. "
            "Zo noemt het geen ander vierkant als u weer ja zegt. "
            "Stille plekken blijven op uw apparaat tot u ze weghaalt. "
            "Uw bewijzen blijven er zolang u de app gebruikt.",
            "Your device remembers where you often are, to tell the same square each time. "
            "If you withdraw, that goes. "
            "A code of each square that it told stays on your device for 30 days. "
            "So it tells no other square if you say yes again. "
            "Quiet places stay on your device until you remove them. "
            "Your receipts stay there as long as you use the app.",
        ),
        remains=remaining(backup_days),
    )


STARTER_NOTICE = starter_notice(DEFAULT_BACKUP_DAYS)
"""The notice where nobody set how long backups are kept."""
