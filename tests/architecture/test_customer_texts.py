"""What customers read is plain: no word that misleads, and no sentence of more than 15 words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nabij_consent import Locale
from tests.architecture.customer_texts import WEB, CustomerText, customer_texts, page_texts

_MOST_WORDS = 15
_ASIDE = re.compile(r"\([^)]*\)")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
_WORD = re.compile(r"\w[\w'-]*")

# What may not stand there, and what to write.
BANNED = {
    Locale.NL: {
        r"\bwist\b": "wissen, verwijderen (wist also means knew)",
        r"\bwe\b|\bons apart": "wij",
        r"privacytekst|deze tekst": "privacyverklaring",
        r"per hoeveelheid": "datalimiet",
        r"buitenland belt|buiten het eigen netwerk": "buitenlands netwerk",
        r"\bkenmerk\b|\btoeval\b": "code, geheim getal",
        r"ervoor instaat|wie instaat": "wie is verantwoordelijk",
        r"precies hetzelfde|zelfde bronnen(?!, met een afstand)": "…, met een afstand",
        r"niemand anders krijgt": "name the processors",
        r"privacy officer": "functionaris gegevensbescherming",
        r"hier staat niets|regel bewaren": "wij bewaren hier niets van u",
        r"vierkant is ingetrokken|vierkant intrekken": "the consent is withdrawn, not the square",
        r"\bdata\b(?!limiet)|bearer|token|signaal|signalen": "gegevens, gegeven",
        r"laten u graag|helaas|gewoon": "leave it out",
        r"!": "no exclamation marks",
    },
    Locale.EN: {
        r"\binsight\b": "access",
        r"\bcorrection\b": "rectification",
        r"\bin time\b": "on time",
        r"\bapart\b": "separately",
        r"looked on": "seen on",
        r"exactly the same|same sources(?!, with a distance)": "the same sources, with a distance",
        r"nobody else gets these data": "name the processors",
        r"privacy officer": "data protection officer",
        r"a square of \d+ km": "of 1 by 1 km",
        r"bearer|\btoken\b|\bepoch\b|cell code": "a word that customers know",
        r"!": "no exclamation marks",
    },
}
TEXTS = customer_texts()


def faults(told: CustomerText) -> Iterator[str]:
    """What is wrong with a text."""
    for banned, instead in BANNED[told.locale].items():
        if re.search(banned, told.text, re.IGNORECASE):
            yield f"{told.where}: “{told.text}” has {banned}; write: {instead}"
    for sentence in _SENTENCE.split(_ASIDE.sub("", told.text)):
        words = len(_WORD.findall(sentence))
        if words > _MOST_WORDS:
            yield f"{told.where}: {words} words in “{sentence}”"


def test_no_text_for_customers_misleads_or_runs_on() -> None:
    assert [fault for each in TEXTS for fault in faults(each)] == []


def test_every_place_where_customers_are_told_something_is_looked_at() -> None:
    places = {each.where for each in TEXTS}
    assert len(places) == 13
    assert min(sum(each.where == place for each in TEXTS) for place in places) > 1


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        (Locale.NL, "Dat u een account hebt: tot u het wist."),
        (Locale.NL, "Dat u deze privacytekst zag."),
        (Locale.NL, "Of u per hoeveelheid betaalt."),
        (Locale.NL, "Dan ziet u precies hetzelfde."),
        (Locale.NL, "Alles wat we van u bewaren."),
        (Locale.EN, "You see the same sources."),
        (Locale.EN, " ".join(["word"] * 16) + "."),
    ],
)
def test_a_fault_is_found(locale: Locale, text: str) -> None:
    assert list(faults(CustomerText("here", locale, text)))


def test_the_page_says_everything_in_both_languages() -> None:
    dutch, english = (page_texts(each) for each in Locale)
    assert list(dutch) == list(english)
    for key, text in dutch.items():
        filled_in = (sorted(re.findall(r"{\w+}", each)) for each in (text, english[key]))
        assert len(set(map(tuple, filled_in))) == 1, key


def test_every_text_of_the_page_is_used() -> None:
    code = "".join(
        file.read_text("utf-8")
        for file in (WEB / "src").rglob("*.ts")
        if file.name != "schema.d.ts"
    )
    stems = [re.escape(each) for each in re.findall(r"`([\w.]+\.)\$", code)]
    computed = re.compile("|".join(stems))
    unused = [
        key
        for key in page_texts(Locale.NL)
        if f'"{key}"' not in code
        and f'"{re.sub("[.](one|other)$", "", key)}"' not in code
        and not computed.match(key)
    ]
    assert unused == []


def test_no_page_of_a_browser_or_app_has_words_besides() -> None:
    """A template with Dutch words of its own would not be looked at above."""
    page = Path(__file__).parents[2] / "backend/nabij_backend/rights/export/page.py"
    assert re.findall(r">[A-Z][a-z]+ [a-z]+", page.read_text("utf-8")) == []
