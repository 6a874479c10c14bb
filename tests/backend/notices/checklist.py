"""What Articles 13 and 15 of the GDPR ask, and where a notice says it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nabij_consent import Locale


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to tell: where it stands in the document, and words that must be among it."""

    asked: str
    path: tuple[str | int, ...]
    nl: str
    en: str

    def text(self, document: dict[str, Any], locale: Locale) -> str:
        """What the document says of it."""
        found: Any = document
        for step in self.path:
            found = found[step]
        return found if isinstance(found, str) else found[locale]

    def is_told(self, document: dict[str, Any]) -> bool:
        """Whether the document says it, in both languages."""
        words = {Locale.NL: self.nl, Locale.EN: self.en}
        return all(words[each] in self.text(document, each) for each in Locale)

    def remove(self, document: dict[str, Any]) -> None:
        """Take the text away."""
        *steps, last = self.path
        holder: Any = document
        for step in steps:
            holder = holder[step]
        if isinstance(holder[last], dict):
            holder[last] = dict.fromkeys(Locale, "")
        else:
            holder[last] = ""


def _signals() -> Iterator[Row]:
    for number, (signal, why, who) in enumerate(
        [
            ("gps", ("bij u in de buurt", "near you"), ("vierkant", "square")),
            ("gsm", ("waarom uw vierkant oud is", "why your square is old"), ("mobiel", "mobile")),
            ("wifi", ("waarom uw vierkant oud is", "why your square is old"), ("wifi", "Wi-Fi")),
        ]
    ):
        at = ("purposes", 0, "signals", number)
        yield Row(f"{signal}: what (15(1)(b))", (*at, "reads"), *who)
        yield Row(f"{signal}: why (13(1)(c))", (*at, "why"), *why)
        yield Row(f"{signal}: how precisely", (*at, "precision"), "hele uur", "whole hour")
        yield Row(f"{signal}: how often", (*at, "often"), "app open is", "app is open")
        yield Row(f"{signal}: how long (13(2)(a))", (*at, "kept"), "30 dagen", "30 days")


CHECKLIST = (
    Row("controller (13(1)(a))", ("controller", "name"), "Voorbeeld", "Voorbeeld"),
    Row("their address", ("controller", "address"), "Amsterdam", "Amsterdam"),
    Row("their e-mail", ("controller", "email"), "@", "@"),
    Row("data protection officer (13(1)(b))", ("controller", "privacy_officer_email"), "@", "@"),
    Row("purpose (13(1)(c))", ("purposes", 0, "title"), "Bronnen", "Sources"),
    *_signals(),
    Row("legal basis (13(1)(c))", ("statement", "basis"), "artikel 6 lid 1", "article 6(1)"),
    Row("recipients (13(1)(e))", ("statement", "recipients"), "Verder krijgt niemand", "Nobody"),
    Row("transfers (13(1)(f))", ("statement", "recipients"), "Economische Ruimte", "Economic Area"),
    Row("processor (28)", ("recipients", 0, "name"), "Hosting", "Hosting"),
    Row("what they do", ("recipients", 0, "role"), "in onze opdracht", "on our behalf"),
    Row("how long a yes lasts", ("statement", "lasts"), "365 dagen", "365 days"),
    Row("access (15)", ("statement", "rights"), "inzien", "access"),
    Row("rectification (16)", ("statement", "rights"), "verbeteren", "rectify"),
    Row("erasure (17)", ("statement", "rights"), "laten wissen", "erase"),
    Row("restriction (18)", ("statement", "rights"), "beperken", "restrict"),
    Row("portability (20)", ("statement", "rights"), "meenemen", "take"),
    Row("objection (21)", ("statement", "rights"), "bezwaar", "object"),
    Row("withdrawal (13(2)(c))", ("withdrawal",), "Intrekken", "Withdraw"),
    Row("what came before stays lawful", ("withdrawal",), "mocht", "lawful"),
    Row("complaint (13(2)(d))", ("statement", "complaint"), "Autoriteit", "Authority"),
    Row("nothing is owed (13(2)(e))", ("statement", "obligation"), "niets verplicht", "agree"),
    Row("contract and price", ("statement", "obligation"), "contract en uw prijs", "contract and"),
    Row("automated decisions (13(2)(f))", ("statement", "decisions"), "computer", "computer"),
    Row("source (15(1)(g))", ("statement", "origin"), "apparaat", "device"),
    Row("children (8)", ("statement", "age"), "16", "16"),
    Row("what the device remembers", ("statement", "on_device"), "Stille plekken", "Quiet places"),
    Row("log leaves", ("statement", "remains", 0, "what"), "logboek", "log"),
    Row("erasure pseudonyms", ("statement", "remains", 1, "what"), "30 dagen", "30 days"),
    Row("backups", ("statement", "remains", 2, "what"), "eservekopie", "backups"),
    Row("server logs", ("statement", "remains", 3, "what"), "servers", "servers"),
    *(
        Row(f"how long: {records}", ("retention", number, "what"), nl, en)
        for number, (records, nl, en) in enumerate(
            [
                ("account", "account", "account"),
                ("acts", "weigerde of introk", "refused or withdrew"),
                ("grants", "intrekt of tot het afloopt", "until it ends"),
                ("showings", "privacyverklaring", "privacy statement"),
                ("devices", "400 dagen", "400 days"),
                ("choices", "bronnen u koos", "sources you chose"),
                ("objections", "bezwaar", "objected"),
                ("mandates", "30 dagen", "30 days"),
                ("reads", "365 dagen", "365 days"),
                ("requests", "1095 dagen", "1095 days"),
                ("messages", "7 dagen", "7 days"),
            ]
        )
    ),
)
