"""What customers are told when something fails."""

import re

import pytest

import nabij
from nabij import NabijError, Rejected, customer_message
from nabij._messages import PROBLEMS
from nabij_backend.http.problems import ProblemType

_FOR_PROGRAMS = re.compile(r"bearer|token|JSON|cell|grant|notice|/problems|`|epoch", re.IGNORECASE)


def errors() -> list[type[NabijError]]:
    """Everything that the SDK raises."""
    found = [getattr(nabij, name) for name in nabij.__all__]
    return [each for each in found if isinstance(each, type) and issubclass(each, NabijError)]


def of_problem(slug: str) -> Rejected:
    return Rejected(nabij.Problem(f"/problems/{slug}", "A title for programs.", 400))


def test_every_problem_of_the_service_has_its_sentence() -> None:
    assert {each.value.slug for each in ProblemType} == PROBLEMS.keys()


@pytest.mark.parametrize("slug", PROBLEMS)
def test_a_problem_is_told_in_both_languages_and_without_its_title(slug: str) -> None:
    dutch, english = (customer_message(of_problem(slug), each) for each in ("nl", "en"))
    assert dutch != english
    for told in (dutch, english):
        assert told.endswith(".")
        assert "title for programs" not in told
        assert _FOR_PROGRAMS.search(told) is None


@pytest.mark.parametrize("kind", errors(), ids=lambda kind: kind.__name__)
def test_every_error_has_its_sentence(kind: type[NabijError]) -> None:
    error = kind.__new__(kind)
    if isinstance(error, Rejected):
        error = of_problem("erased")
    for locale in ("nl", "en"):
        assert _FOR_PROGRAMS.search(customer_message(error, locale)) is None


def test_a_problem_of_a_later_service_is_told_as_ours() -> None:
    assert customer_message(of_problem("too-tired"), "en").startswith("This does not work now.")


def test_an_error_is_told_by_what_it_is_most_of_all() -> None:
    assert "buiten Europa" in customer_message(nabij.OutsideEurope())
    assert "geeft nu geen locatie" in customer_message(nabij.SensorTimeout())
    assert "ligt aan ons" in customer_message(nabij.ServiceUnavailable(3))
