"""Every text that a customer meets, wherever it is written, with the language that it is in."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

from buurtstroom.texts import EN, NL
from nabij._messages import ERRORS, PROBLEMS
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.rights.export import words
from nabij_backend.tables.columns import COLUMNS
from nabij_backend.tables.personal import PERSONAL
from nabij_backend.tables.retention import KEPT_BY_CONSENT
from nabij_consent import Freshness, Locale, notice_document
from nabij_consent.freshness import SENTENCES
from nabij_consent.labels import NOUNS
from nabij_dev.made_up import recipe

WEB: Final = Path(__file__).parents[2] / "sdk" / "web"


@dataclass(frozen=True, slots=True)
class CustomerText:
    """A text, its language, and where it is written."""

    where: str
    locale: Locale
    text: str


def customer_texts() -> list[CustomerText]:
    """All of them."""
    return [
        *_in_document("the starter notice", notice_document(STARTER_NOTICE)),
        *_of("retention", [KEPT_BY_CONSENT]),
        *_of("tables", [text for each in PERSONAL for text in (each.title, each.why)]),
        *_of("columns", COLUMNS.values()),
        *_of("freshness", [SENTENCES[each] for each in Freshness]),
        *_pairs("export", [*words.VALUES.values(), words.READER_OF_AN_EXPORT]),
        *_pairs("export", [*words.PHRASES.values(), *words.HEADINGS.values()]),
        *_pairs("export", words.BASES.values()),
        *_pairs("problems", PROBLEMS.values()),
        *_pairs("errors", ERRORS.values()),
        *(
            CustomerText("labels", locale, noun)
            for locale, nouns in NOUNS.items()
            for forms in nouns.values()
            for noun in forms
        ),
        *(
            CustomerText("the example app", Locale(texts.language), text)
            for texts in (NL, EN)
            for text in asdict(texts).values()
        ),
        *(
            CustomerText("the page", locale, text)
            for locale in Locale
            for text in page_texts(locale).values()
        ),
        *_without_script(),
        *(
            CustomerText("stories", Locale.NL, text)
            for kind in recipe().kinds
            for text in (*kind.stories, *kind.names)
        ),
    ]


def page_texts(locale: Locale) -> dict[str, str]:
    """What the page says by itself, by key."""
    folder = WEB / "src" / "texts"
    files = (folder / f"{locale}.json", folder / f"nearby.{locale}.json")
    return {
        key: text
        for file in files
        for key, text in cast("dict[str, str]", json.loads(file.read_text("utf-8"))).items()
    }


def _without_script() -> Iterator[CustomerText]:
    """What the page says where there is no JavaScript."""
    dutch, english = (WEB / "index.html").read_text("utf-8").split('<section lang="en">')
    for locale, part in ((Locale.NL, dutch.split("<noscript>")[1]), (Locale.EN, english)):
        for text in re.findall(r"<(?:h1|h2|p)>([^<]+)<", part):
            yield CustomerText("without JavaScript", locale, text)


def _of(where: str, texts: Iterable[Mapping[Locale, str]]) -> Iterator[CustomerText]:
    for each in texts:
        yield from (CustomerText(where, locale, each[locale]) for locale in Locale)


def _pairs(where: str, pairs: Iterable[tuple[str, str]]) -> Iterator[CustomerText]:
    yield from _of(where, ({Locale.NL: nl, Locale.EN: en} for nl, en in pairs))


def _in_document(where: str, document: Any) -> Iterator[CustomerText]:  # noqa: ANN401 - JSON
    match document:
        case {"nl": str(nl), "en": str(en)}:
            yield from _pairs(where, [(nl, en)])
        case dict():
            for each in cast("dict[str, Any]", document).values():
                yield from _in_document(where, each)
        case list():
            for each in cast("list[Any]", document):
                yield from _in_document(where, each)
        case _:
            return
