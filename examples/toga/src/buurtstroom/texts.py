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
    who_asks: str
    gps: str
    gsm: str
    wifi: str
    what: str
    why: str
    precision: str
    often: str
    kept: str
    recipients: str
    days: str
    save: str
    nothing: str
    off_until_on: str
    saved: str
    unsure: str
    os_denied: str
    square: str
    square_size: str
    square_known: str
    square_drawn: str
    square_waiting: str
    no_square: str
    nearby: str
    nothing_nearby: str
    town: str
    town_hint: str
    unknown_town: str
    search: str
    away: str
    about: str
    between: str
    made_up: str
    privacy: str
    allowed: str
    allowed_now: str
    refused: str
    withdrawn: str
    expired: str
    unanswered: str
    changed: str
    unknown: str
    withdraw_one: str
    stop: str
    item: str
    items: str
    one_source: str
    sources: str
    stopped_one: str
    stopped: str
    stopped_here: str
    on_phone: str
    forget_what: str
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
    receipt: str
    granted: str
    deferred: str
    rights: str
    controller: str
    officer: str
    back: str
    retry: str
    simulated: str


NL: Final = Texts(
    language="nl",
    other_language="English",
    title="Energie uit de buurt",
    who_asks="{controller} vraagt dit. Wij zijn verantwoordelijk voor uw gegevens.",
    gps="Mijn vierkant",
    gsm="Mobiel netwerk",
    wifi="Wifi",
    what="Wat: {text}",
    why="Waarom: {text}",
    precision="Hoe precies: {text}",
    often="Hoe vaak: {text}",
    kept="Hoe lang: {text}",
    recipients="Wie: {text}",
    days="Wij bewaren het hoogstens {days} dagen.",
    save="Bewaar mijn keuze",
    nothing="Alles weigeren",
    off_until_on="Wat u niet aanzet, blijft uit. Wat u aanzet, geldt weer een jaar.",
    saved="Uw keuze is bewaard. Het bewijs staat bij Privacy.",
    unsure="Wij weten niet of uw keuze is aangekomen. Kies opnieuw als u weer online bent.",
    os_denied="U staat dit toe, maar uw telefoon geeft het niet. Wij krijgen dus niets. "
    "U wijzigt dit in de instellingen van uw telefoon.",
    square="Mijn vierkant",
    square_size="{km} bij {km} kilometer",
    square_known="Waar u daarin bent, weet alleen uw telefoon.",
    square_drawn="Uw vierkant, met {sources} erin of eromheen.",
    square_waiting="Wij kennen uw vierkant nog niet. "
    "Uw telefoon meldt het als u ergens even blijft.",
    no_square="Wij weten niet waar u bent. Typ een plaats. "
    "U ziet dezelfde bronnen, met een afstand van … tot ….",
    nearby="In de buurt",
    nothing_nearby="Hier zijn nog geen bronnen bekend.",
    town="Plaats of wijk",
    town_hint="Wat u typt, blijft op uw telefoon.",
    unknown_town="Wij kennen “{town}” niet. Probeer een plaats in de buurt.",
    search="Zoek",
    away="{km} km",
    about="ongeveer {km} km",
    between="{nearest} tot {farthest} km",
    made_up="Verzonnen bronnen, om te laten zien hoe het werkt.",
    privacy="Privacy",
    allowed="Toegestaan tot {until}.",
    allowed_now="Toegestaan.",
    refused="Geweigerd.",
    withdrawn="Ingetrokken.",
    expired="Afgelopen. Wij hebben gewist wat wij ermee bewaarden.",
    unanswered="Nog niet gekozen.",
    changed="Onze privacyverklaring is veranderd. Tot u kiest, krijgen wij niets.",
    unknown="Dat weten wij nu niet. Zolang krijgen wij niets.",
    withdraw_one="Intrekken: {signal}",
    stop="Alles intrekken",
    item="{count} gegeven",
    items="{count} gegevens",
    one_source="{count} bron",
    sources="{count} bronnen",
    stopped_one="Gestopt op dit apparaat. Wij hebben {erased} gewist.",
    stopped="Gestopt op {stopped} van uw {devices} apparaten. Wij hebben {erased} gewist.",
    stopped_here="Gestopt op dit apparaat. Zodra u online bent, hoort de dienst het.",
    on_phone="Op deze telefoon",
    forget_what="Deze telefoon weet nog waar u was. Dat kunt u hier wissen. "
    "Wat wij bewaren, wissen wij pas als u intrekt.",
    forget="Wis de plekken",
    forgotten="De plekken op deze telefoon zijn gewist. Wij bewaren uw vierkant nog.",
    quiet="Stille plekken",
    quiet_what="Van een stille plek deelt uw telefoon niets. Uw vorige vierkant blijft staan. "
    "Uw telefoon herkent zo'n plek, maar kan niet opnoemen waar die ligt.",
    quiet_here="Dit is een stille plek. Uw telefoon deelt niet dat u hier bent.",
    quiet_name="Naam, alleen voor uzelf",
    mark_quiet="Maak deze plek stil",
    unmark_quiet="Niet meer stil: {name}",
    choices="Opnieuw kiezen",
    receipts="Mijn bewijzen",
    no_receipts="U hebt nog geen bewijzen.",
    receipts_what="Van elke keuze krijgt u een bewijs met onze handtekening. Bewaar het.",
    receipt="{kind}, {moment}",
    granted="Toegestaan",
    deferred="Uitgesteld",
    rights="Uw rechten",
    controller="Wie is verantwoordelijk",
    officer="Functionaris gegevensbescherming: {email}",
    back="Terug",
    retry="Opnieuw proberen",
    simulated="Verzonnen plek: dit is geen telefoon.",
)

EN: Final = Texts(
    language="en",
    other_language="Nederlands",
    title="Energy from nearby",
    who_asks="{controller} asks this. We are responsible for your data.",
    gps="My square",
    gsm="Mobile network",
    wifi="Wi-Fi",
    what="What: {text}",
    why="Why: {text}",
    precision="How precise: {text}",
    often="How often: {text}",
    kept="How long: {text}",
    recipients="Who: {text}",
    days="We keep it for {days} days at most.",
    save="Save my choice",
    nothing="Refuse all",
    off_until_on="What you do not turn on stays off. What you turn on lasts another year.",
    saved="Your choice is saved. The receipt is under Privacy.",
    unsure="We do not know whether your choice arrived. Choose again when you are online.",
    os_denied="You allow this, but your phone does not give it. So we receive nothing. "
    "You change this in your phone's settings.",
    square="My square",
    square_size="{km} by {km} kilometres",
    square_known="Where you are in it, only your phone knows.",
    square_drawn="Your square, with {sources} in or around it.",
    square_waiting="We do not know your square yet. Your phone tells it once you stay somewhere.",
    no_square="We do not know where you are. Type a town. "
    "You see the same sources, with a distance from … to ….",
    nearby="Nearby",
    nothing_nearby="No sources are known here yet.",
    town="Town or district",
    town_hint="What you type stays on your phone.",
    unknown_town="We do not know “{town}”. Try a place nearby.",
    search="Search",
    away="{km} km",
    about="about {km} km",
    between="{nearest} to {farthest} km",
    made_up="Made-up sources, to show how it works.",
    privacy="Privacy",
    allowed="Allowed until {until}.",
    allowed_now="Allowed.",
    refused="Refused.",
    withdrawn="Withdrawn.",
    expired="Ended. We have erased what we kept because of it.",
    unanswered="Not chosen yet.",
    changed="Our privacy statement has changed. Until you choose, we receive nothing.",
    unknown="We do not know now. Meanwhile we receive nothing.",
    withdraw_one="Withdraw: {signal}",
    stop="Withdraw all",
    item="{count} item",
    items="{count} items",
    one_source="{count} source",
    sources="{count} sources",
    stopped_one="Stopped on this device. We have erased {erased}.",
    stopped="Stopped on {stopped} of your {devices} devices. We have erased {erased}.",
    stopped_here="Stopped on this device. The service hears of it once you are online.",
    on_phone="On this phone",
    forget_what="This phone remembers where you were. You can erase that here. "
    "We erase what we keep only when you withdraw.",
    forget="Erase the places",
    forgotten="The places on this phone are erased. We still keep your square.",
    quiet="Quiet places",
    quiet_what="Your phone shares nothing of a quiet place. Your last square stays as it was. "
    "Your phone recognises such a place, but cannot list where it is.",
    quiet_here="This is a quiet place. Your phone does not share that you are here.",
    quiet_name="A name, for yourself alone",
    mark_quiet="Make this place quiet",
    unmark_quiet="No longer quiet: {name}",
    choices="Choose again",
    receipts="My receipts",
    no_receipts="You have no receipts yet.",
    receipts_what="You get a receipt with our signature for each choice. Keep it.",
    receipt="{kind}, {moment}",
    granted="Allowed",
    deferred="Put off",
    rights="Your rights",
    controller="Who is responsible",
    officer="Data protection officer: {email}",
    back="Back",
    retry="Try again",
    simulated="A made-up place: this is no phone.",
)


def counted(one: str, several: str, count: int) -> str:
    """Such as "1 bron" or "5 bronnen"."""
    return (one if count == 1 else several).format(count=count)


def in_language(language: str) -> Texts:
    """The words for somebody who reads ``language``, such as nl_NL."""
    return NL if language.lower().startswith("nl") else EN
