"""Both languages say the same, and nothing is left out."""

import re
from dataclasses import asdict

import pytest

from buurtstroom.texts import EN, NL, Texts, in_language


@pytest.mark.parametrize("texts", [NL, EN])
def test_no_text_is_empty(texts: Texts) -> None:
    assert all(text.strip() for text in asdict(texts).values())


def test_both_languages_fill_in_the_same() -> None:
    blanks = [
        {name: set(re.findall(r"{\w+}", text)) for name, text in asdict(texts).items()}
        for texts in (NL, EN)
    ]
    assert blanks[0] == blanks[1]


def test_no_text_but_a_distance_is_the_same_in_both() -> None:
    same = {name for name, text in asdict(NL).items() if text == asdict(EN)[name]}
    assert same == {"away", "privacy", "receipt"}


@pytest.mark.parametrize(
    ("language", "texts"), [("nl_NL", NL), ("nl-BE", NL), ("en_GB", EN), ("de", EN), ("", EN)]
)
def test_whoever_does_not_read_dutch_gets_english(language: str, texts: Texts) -> None:
    assert in_language(language) is texts
