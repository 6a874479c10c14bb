"""Places that a customer types are looked up on the device."""

from datetime import timedelta
from pathlib import Path

import pytest

from nabij import Client, NotReachable, UnknownAnswer, testing
from nabij._wire import Answer, Identity
from tests.sdk.service import UTRECHT_CELL, Document, Phone, answer


def place(name: str, population: int = 1_000, *others: str, region: str = "Utrecht") -> Document:
    return {
        "name": name,
        "region": region,
        "country": "NL",
        "cell": UTRECHT_CELL,
        "population": population,
        "other_names": list(others),
    }


PLACES = answer(
    {
        "places": [
            place("Utrecht", 376_435, "Utrecht city"),
            place("Den Haag", 552_995, "'s-Gravenhage", "The Hague", region="Zuid-Holland"),
            place("Súdwest-Fryslân", 90_000, region="Fryslân"),
            place("Hengelo", 81_000, region="Overijssel"),
            place("Hengelo", 8_000, region="Gelderland"),
            *(place(f"Bergen {n}", n) for n in range(20)),
        ]
    },
    etag='"places"',
)


def find(phone: Phone, typed: str) -> list[str]:
    return [each.name for each in phone.play(phone.engine.places(typed))]


@pytest.fixture
def phone() -> Phone:
    """A phone that holds the places."""
    phone = Phone()
    found = phone.play(phone.engine.places("utr"), PLACES)
    assert [(each.name, each.cell.code) for each in found] == [("Utrecht", UTRECHT_CELL)]
    return phone


def test_they_are_asked_for_once_without_saying_which_or_who(phone: Phone) -> None:
    find(phone, "Den Haag")
    (call,) = phone.calls
    assert (call.path, call.identity, dict(call.params)) == ("/v1/places/all", Identity.NOBODY, {})


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("utr", "Utrecht"),
        ("UTRECHT", "Utrecht"),
        ("  utrecht ", "Utrecht"),
        ("den haag", "Den Haag"),
        ("The Hague", "Den Haag"),
        ("'s-grav", "Den Haag"),
        ("sudwest", "Súdwest-Fryslân"),
        ("SÚDWEST", "Súdwest-Fryslân"),
    ],
)
def test_the_beginning_of_a_name_finds_it(phone: Phone, typed: str, name: str) -> None:
    assert find(phone, typed) == [name]


@pytest.mark.parametrize("typed", ["recht", "Xyzzy", "", "   "])
def test_anything_else_finds_nothing(phone: Phone, typed: str) -> None:
    assert find(phone, typed) == []


def test_the_largest_come_first_and_ten_at_most(phone: Phone) -> None:
    assert find(phone, "berg") == [f"Bergen {n}" for n in range(19, 9, -1)]
    found = phone.play(phone.engine.places("hengelo"))
    assert [each.region for each in found] == ["Overijssel", "Gelderland"]


def test_they_are_looked_for_again_after_a_day(phone: Phone) -> None:
    phone.clock.advance(timedelta(days=1))
    assert phone.play(phone.engine.places("utr"), Answer(304, b""))
    assert phone.calls[-1].headers == {"If-None-Match": '"places"'}
    phone.clock.advance(timedelta(days=1))
    assert phone.play(phone.engine.places("utr"), NotReachable())
    assert find(phone, "utr") == ["Utrecht"]


def test_they_are_there_after_a_restart_without_network(tmp_path: Path) -> None:
    first = Phone(folder=tmp_path)
    first.play(first.engine.places("utr"), PLACES)
    first.device.store.close()
    second = Phone(folder=tmp_path)
    found = second.play(second.engine.places("utr"), NotReachable())
    assert [each.name for each in found] == ["Utrecht"]


def test_a_catalogue_that_is_fetched_leaves_them(nabij_phone: testing.Phone) -> None:
    arguments = nabij_phone.arguments("eva")
    with Client(**arguments) as client:
        (typed,) = client.places("Utrecht")
        assert client.nearby_at(typed.cell)
    with Client(**arguments) as client, nabij_phone.in_airplane_mode():
        assert client.places("Utrecht") == [typed]
        assert client.nearby_at(typed.cell)


def test_without_any_the_question_fails() -> None:
    phone = Phone()
    with pytest.raises(NotReachable):
        phone.play(phone.engine.places("utr"), NotReachable())
    street = place("x") | {"cell": "street"}
    nonsenses: list[object] = [{}, {"places": [{}]}, {"places": [street]}, None]
    for nonsense in nonsenses:
        with pytest.raises(UnknownAnswer):
            phone.play(phone.engine.places("utr"), answer(nonsense))
