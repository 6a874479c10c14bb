"""Write what the page says in common with the SDK and the export: ``python -m tools.page_texts``.

It is said once, in Python, and generated for TypeScript: sentences for problems, why a square is
old, what nameless sources are called, and the words of the export. With ``--check`` nothing is
written; it ends with 1 where a file differs.
"""

import json
import sys
from pathlib import Path

from nabij._messages import PROBLEMS
from nabij_backend.rights.export import words
from nabij_consent import Locale
from nabij_consent.freshness import SENTENCES
from nabij_consent.labels import NOUNS, OTHERS, WHOSE

FOLDER = Path(__file__).parents[1] / "sdk" / "web" / "src" / "texts"


PHRASES = (
    *("what", "why", "precision", "often", "long", "controller", "officer", "recipients"),
    *("origin", "rights", "complaint", "obligation", "lasts", "decisions", "age", "on_device"),
    *("withdrawal", "lawful", "retention", "remains"),
)
"""What a privacy statement's parts are called, in the export as on the page."""


def files() -> dict[Path, str]:
    """Every file, and what it holds. Sentences for problems are loaded only when one is met."""
    return {
        FOLDER / f"{kind}.{locale}.json": _written(document(locale))
        for locale in Locale
        for kind, document in (("generated", generated), ("problems", problems))
    }


def problems(locale: Locale) -> dict[str, object]:
    """The customer's sentence for each problem of the service."""
    at = (Locale.NL, Locale.EN).index(locale)
    return {slug: told[at] for slug, told in PROBLEMS.items()}


def generated(locale: Locale) -> dict[str, object]:
    """The other words, in one language."""
    at = (Locale.NL, Locale.EN).index(locale)
    return {
        "freshness": {each.value: texts[locale] for each, texts in SENTENCES.items()},
        "nouns": NOUNS[locale],
        "other": OTHERS[locale],
        "whose": WHOSE[locale],
        "values": {name: told[at] for name, told in words.VALUES.items()},
        "phrases": {name: words.PHRASES[name][at] for name in PHRASES},
        "reader_of_an_export": words.READER_OF_AN_EXPORT[at],
    }


def _written(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main(*, check: bool) -> int:
    """Write the files, or compare them."""
    for file, text in files().items():
        if not check:
            file.write_text(text, encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            print(f"{file.name} differs. Run `make openapi`, and commit what it writes.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
