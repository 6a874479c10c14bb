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


def generated(locale: Locale) -> str:
    """The file of one language."""
    at = (Locale.NL, Locale.EN).index(locale)
    document = {
        "problems": {slug: told[at] for slug, told in PROBLEMS.items()},
        "freshness": {each.value: texts[locale] for each, texts in SENTENCES.items()},
        "nouns": NOUNS[locale],
        "other": OTHERS[locale],
        "whose": WHOSE[locale],
        "values": {name: told[at] for name, told in words.VALUES.items()},
        "phrases": {name: told[at] for name, told in words.PHRASES.items()},
        "reader_of_an_export": words.READER_OF_AN_EXPORT[at],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def file_of(locale: Locale) -> Path:
    """Where it stands."""
    return FOLDER / f"generated.{locale}.json"


def main(*, check: bool) -> int:
    """Write the files, or compare them."""
    for locale in Locale:
        if not check:
            file_of(locale).write_text(generated(locale), encoding="utf-8")
        elif file_of(locale).read_text(encoding="utf-8") != generated(locale):
            print(f"{file_of(locale)} differs. Run `make openapi`, and commit what it writes.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
