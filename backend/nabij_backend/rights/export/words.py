"""Texts of the export page."""

from nabij_consent import LegalBasis, Locale

VALUES: dict[str, tuple[str, str]] = {
    "agent": ("iemand met een machtiging", "somebody with a mandate"),
    "analytics": ("analyse", "analytics"),
    "android": ("Android", "Android"),
    "app": ("in de app", "in the app"),
    "call-back": ("door u terug te bellen", "by calling you back"),
    "consent-history": ("uw keuzes inzien", "looking at your choices"),
    "correction": ("verbeteren", "rectification"),
    "dashboard": ("uw overzicht", "your dashboard"),
    "deferred": ("uitgesteld", "put off"),
    "done": ("gedaan", "done"),
    "en": ("Engels", "English"),
    "erasure": ("wissen", "erasure"),
    "expired": ("verlopen", "expired"),
    "expiry": ("automatisch, op de einddatum", "by itself, on the end date"),
    "export": ("een kopie van uw gegevens", "a copy of your data"),
    "gps": ("vierkant", "square"),
    "granted": ("toegestaan", "allowed"),
    "gsm": ("mobiel netwerk", "mobile network"),
    "in-person": ("aan de balie", "in person"),
    "insight": ("inzage", "access"),
    "ios": ("iPhone of iPad", "iPhone or iPad"),
    "letter-code": ("met een code per brief", "by a code in a letter"),
    "linux": ("Linux", "Linux"),
    "mandate": ("namens u, met een machtiging", "for you, with a mandate"),
    "mandates-add": ("een machtiging vastleggen", "recording a mandate"),
    "mandates-end": ("een machtiging stoppen", "ending a mandate"),
    "mandates-list": ("machtigingen inzien", "looking at mandates"),
    "marketing": ("reclame", "marketing"),
    "nearby-sources": ("energiebronnen in de buurt", "energy sources nearby"),
    "nl": ("Nederlands", "Dutch"),
    "objection": ("bezwaar", "objection"),
    "operator": ("een medewerker", "a member of staff"),
    "other": ("ander apparaat", "another device"),
    "portability": ("meenemen", "portability"),
    "refused": ("geweigerd", "refused"),
    "requests-add": ("uw vraag vastleggen", "registering your request"),
    "requests-answer": ("uw vraag beantwoorden", "answering your request"),
    "requests-check": ("nagaan of de vraag van u komt", "checking that the request is yours"),
    "requests-list": ("zien wie op antwoord wacht", "seeing who waits for an answer"),
    "restore": ("na het terugzetten van een reservekopie", "after restoring a backup"),
    "restriction": ("beperken", "restriction"),
    "signed-in": ("u was aangemeld", "you were signed in"),
    "subject-erase": ("uw account wissen", "erasing your account"),
    "subject-export": ("een kopie voor u maken", "making a copy for you"),
    "subject-show": ("uw gegevens inzien", "looking at your data"),
    "wifi": ("wifi", "Wi-Fi"),
    "withdrawn": ("ingetrokken", "withdrawn"),
}

# What an export was for is a copy; who looked at it is whom it is about.
READER_OF_AN_EXPORT = ("uzelf", "yourself")

BASES: dict[LegalBasis, tuple[str, str]] = {
    LegalBasis.CONSENT: (
        "uw toestemming (AVG artikel 6 lid 1 onder a)",
        "your consent (GDPR article 6(1)(a))",
    ),
    LegalBasis.CONTRACT: (
        "het is nodig voor deze dienst (AVG artikel 6 lid 1 onder b)",
        "this service needs it (GDPR article 6(1)(b))",
    ),
    LegalBasis.LEGAL_OBLIGATION: (
        "wij moeten het van de wet bewaren (AVG artikel 6 lid 1 onder c)",
        "the law requires us to keep it (GDPR article 6(1)(c))",
    ),
    LegalBasis.LEGITIMATE_INTEREST: (
        "ons gerechtvaardigd belang (AVG artikel 6 lid 1 onder f)",
        "our legitimate interest (GDPR article 6(1)(f))",
    ),
}

# What a row is called, of its columns; tables that are not here have nothing but codes.
HEADINGS: dict[str, tuple[str, str]] = {
    "live_grant": ("{signal}: toegestaan tot {expires_at}", "{signal}: allowed until {expires_at}"),
    "gps_status": ("{cell}, {hour}, voor {purpose}", "{cell}, {hour}, for {purpose}"),
    "gsm_status": ("{hour}: {connected}, voor {purpose}", "{hour}: {connected}, for {purpose}"),
    "wifi_status": ("{hour}: {connected}, voor {purpose}", "{hour}: {connected}, for {purpose}"),
    "consent_event": ("{kind}: {signals}, {occurred_at}", "{kind}: {signals}, {occurred_at}"),
    "device": ("{platform}, laatst gezien op {seen_on}", "{platform}, last seen on {seen_on}"),
    "notice_served": (
        "Versie {notice_version}, getoond op {served_at}",
        "Version {notice_version}, shown on {served_at}",
    ),
    "choice": ("{source}, gekozen op {chosen_at}", "{source}, chosen on {chosen_at}"),
    "objection": (
        "{purpose}: bezwaar sinds {objected_at}",
        "{purpose}: objected since {objected_at}",
    ),
    "access_log": ("{read_at}: {reader}, voor {purpose}", "{read_at}: {reader}, for {purpose}"),
    "request": ("{kind}, gevraagd op {received_at}", "{kind}, asked on {received_at}"),
    "mandate": ("Geldig tot {expires_at}", "Valid until {expires_at}"),
    "push_outbox": ("Klaargezet op {queued_at}", "Queued on {queued_at}"),
}

PHRASES: dict[str, tuple[str, str]] = {
    "title": ("Wat wij van u bewaren", "What we keep about you"),
    "made": ("Gemaakt op {moment}, Nederlandse tijd.", "Made on {moment}, Dutch time."),
    "scope": (
        "Dit is alles wat Nabij van u bewaart. Uw contract en rekening vraagt u op bij {email}.",
        "This is all that Nabij keeps about you. Ask {email} for your contract and bills.",
    ),
    "skip": ("Naar uw gegevens", "Skip to your data"),
    "contents": ("Inhoud", "Contents"),
    "kept": ("Hoe lang wij het bewaren:", "How long we keep it:"),
    "basis": ("Waarom wij dit mogen:", "Why we may do this:"),
    "empty": ("Hierover bewaren wij niets van u", "Of this we keep nothing about you"),
    "codes": ("Technische gegevens", "Technical data"),
    "yes": ("ja", "yes"),
    "no": ("nee", "no"),
    "connected": ("verbonden", "connected"),
    "not-connected": ("niet verbonden", "not connected"),
    "every": ("alles", "everything"),
    "square": ("Een vierkant van {size} bij {size} km", "A square of {size} by {size} km"),
    "now": ("Onze privacyverklaring, versie {version}", "Our privacy statement, version {version}"),
    "earlier": (
        "Eerdere privacyverklaringen die u zag",
        "Earlier privacy statements that you saw",
    ),
    "notice": ("Versie {version}: {title}", "Version {version}: {title}"),
    "purposes": ("Waarvoor", "What for"),
    "what": ("Wat", "What"),
    "why": ("Waarom", "Why"),
    "precision": ("Hoe precies", "How precise"),
    "often": ("Hoe vaak", "How often"),
    "days": ("Wij bewaren het {days} dagen.", "We keep it for {days} days."),
    "long": ("Hoe lang", "How long"),
    "controller": ("Wie is verantwoordelijk", "Who is responsible"),
    "officer": (
        "Functionaris gegevensbescherming (FG): {email}",
        "Data protection officer (DPO): {email}",
    ),
    "recipients": ("Wie de gegevens krijgt", "Who gets the data"),
    "origin": ("Waar de gegevens vandaan komen", "Where the data come from"),
    "lasts": ("Hoe lang uw toestemming geldt", "How long your consent lasts"),
    "withdrawal": ("Zo trekt u uw toestemming in", "How to withdraw your consent"),
    "rights": ("Uw rechten", "Your rights"),
    "complaint": ("Klagen", "Complaining"),
    "obligation": ("U hoeft niets toe te staan", "You do not have to allow anything"),
    "decisions": ("Besluiten door een computer", "Decisions by a computer"),
    "age": ("Jonger dan 16", "Under 16"),
    "on_device": ("Wat uw apparaat zelf onthoudt", "What your device itself remembers"),
    "lawful": ("Waarom wij dit mogen", "Why we may do this"),
    "retention": ("Hoe lang wij alles bewaren", "How long we keep everything"),
    "remains": ("Wat overblijft als u uw account verwijdert", "What is left when you delete"),
}


def choose(words: tuple[str, str], locale: Locale) -> str:
    """Return the word in this language."""
    return words[0] if locale is Locale.NL else words[1]


def phrase(name: str, locale: Locale, **parts: object) -> str:
    """Return one of ``PHRASES``, filled in."""
    return choose(PHRASES[name], locale).format(**parts)
