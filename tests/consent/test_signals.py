import pytest
from hypothesis import given

from nabij_consent import ConsentError, Purpose, Signal
from tests.consent.values import slugs


@given(slugs)
def test_a_purpose_prints_as_its_slug(slug: str) -> None:
    assert str(Purpose(slug)) == slug


@pytest.mark.parametrize(
    "slug",
    [
        *("", "Nearby", "nearby sources", "nearby\n", "-nearby", "nearby-", "nearby--sources"),
        *("1st", "búurt", "a" * 61),
    ],
)
def test_a_slug_is_lower_case_words_and_is_not_repeated_in_the_error(slug: str) -> None:
    with pytest.raises(ConsentError) as caught:
        Purpose(slug)
    assert str(caught.value) == (
        "A purpose is lower-case words joined by hyphens, 60 characters at most, "
        "such as nearby-sources."
    )


def test_the_longest_slug_is_accepted() -> None:
    assert Purpose("a" * 60).slug == "a" * 60


def test_the_signals_are_these_three() -> None:
    assert [str(each) for each in Signal] == ["gps", "gsm", "wifi"]
