"""Every word that this app says by itself. What is agreed to is in the notice, which is served."""

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The words of one language; a language that lacks one cannot be made."""

    language: Language
    other_language: str
    title: str
    gps: str
    gsm: str
    wifi: str
    save: str
    nothing: str
    off_until_on: str
    kept: str
    square: str
    square_size: str
    square_known: str
    square_waiting: str
    no_square: str
    nearby: str
    nothing_nearby: str
    town: str
    search: str
    away: str
    between: str
    made_up: str
    stop: str
    stopped: str
    stopped_here: str
    forget: str
    forgotten: str
    quiet: str
    quiet_what: str
    quiet_here: str
    quiet_name: str
    mark_quiet: str
    unmark_quiet: str
    choices: str
    receipts: str
    no_receipts: str
    receipts_what: str
    back: str
    not_reachable: str
    try_again: str
    simulated: str


NL: Final = Texts(
    language="nl",
    other_language="English",
    title="Energie uit de buurt",
    gps="Mijn vierkant",
    gsm="Mobiel netwerk",
    wifi="Wifi",
    save="Bewaar mijn keuze",
    nothing="Alles uit laten",
    kept="Wij bewaren het hooguit {days} dagen.",
    off_until_on="Wat u niet aanzet, blijft uit.",
    square="Mijn vierkant",
    square_size="{km} bij {km} kilometer",
    square_known="Waar u daarin bent, weet alleen uw telefoon.",
    square_waiting="Uw telefoon wacht tot u ergens een tijdje bent.",
    no_square="Uw telefoon deelt niet waar u bent. Typ een plaats: u ziet dezelfde bronnen.",
    nearby="In de buurt",
    nothing_nearby="Hier is nog niets bekend.",
    town="Plaats",
    search="Zoek",
    away="{km} km",
    between="{nearest} tot {farthest} km",
    made_up="Verzonnen bronnen, om te laten zien hoe het werkt.",
    stop="Intrekken: stop met delen",
    stopped="Gestopt op {stopped} van {devices} apparaten. Gewist bij ons: {erased}.",
    stopped_here="Gestopt op deze telefoon. Zodra er verbinding is, hoort de dienst het.",
    forget="Vergeet mijn plekken",
    forgotten="Uw telefoon is vergeten waar u geweest bent.",
    quiet="Stille plekken",
    quiet_what="Van een stille plek deelt uw telefoon niets. Uw vorige vierkant blijft staan. "
    "Uw telefoon herkent zo'n plek, maar kan niet opnoemen waar die ligt.",
    quiet_here="Dit is een stille plek. Uw telefoon deelt niet dat u hier bent.",
    quiet_name="Naam, alleen voor uzelf",
    mark_quiet="Maak deze plek stil",
    unmark_quiet="Niet meer stil: {name}",
    choices="Mijn keuzes",
    receipts="Mijn bewijzen",
    no_receipts="U hebt nog geen bewijzen.",
    receipts_what="Van elke keuze krijgt u een ondertekend bewijs. Kopieer het en bewaar het.",
    back="Terug",
    not_reachable="Geen verbinding. Er is niets gedeeld.",
    try_again="Dat lukte niet. Probeer het later nog eens.",
    simulated="Verzonnen plek: dit is geen telefoon.",
)

EN: Final = Texts(
    language="en",
    other_language="Nederlands",
    title="Energy from nearby",
    gps="My square",
    gsm="Mobile network",
    wifi="Wi-Fi",
    save="Save my choice",
    nothing="Leave all off",
    kept="We keep it for {days} days at most.",
    off_until_on="What you do not turn on stays off.",
    square="My square",
    square_size="{km} by {km} kilometres",
    square_known="Where you are in it, only your phone knows.",
    square_waiting="Your phone waits until you stay somewhere for a while.",
    no_square="Your phone does not share where you are. Type a town: you see the same sources.",
    nearby="Nearby",
    nothing_nearby="Nothing is known here yet.",
    town="Town",
    search="Search",
    away="{km} km",
    between="{nearest} to {farthest} km",
    made_up="Made-up sources, to show how it works.",
    stop="Withdraw: stop sharing",
    stopped="Stopped on {stopped} of {devices} devices. Erased with us: {erased}.",
    stopped_here="Stopped on this phone. The service hears of it as soon as you are online.",
    forget="Forget my places",
    forgotten="Your phone has forgotten where you have been.",
    quiet="Quiet places",
    quiet_what="Your phone shares nothing of a quiet place. Your last square stays as it was. "
    "Your phone recognises such a place, but cannot list where it is.",
    quiet_here="This is a quiet place. Your phone does not share that you are here.",
    quiet_name="A name, for yourself alone",
    mark_quiet="Make this place quiet",
    unmark_quiet="No longer quiet: {name}",
    choices="My choices",
    receipts="My receipts",
    no_receipts="You have no receipts yet.",
    receipts_what="Each choice gets you a signed receipt. Copy it and keep it.",
    back="Back",
    not_reachable="No connection. Nothing was shared.",
    try_again="That did not work. Please try again later.",
    simulated="A made-up place: this is no phone.",
)


def in_language(language: str) -> Texts:
    """The words for somebody who reads ``language``, such as nl_NL."""
    return NL if language.lower().startswith("nl") else EN
