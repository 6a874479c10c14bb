"""What is near: ranked on the device, from a catalogue that is asked for without saying where."""

from dataclasses import replace

import pytest

from nabij import (
    Cell,
    NoPosition,
)
from nabij._catalogue import Kinds
from nabij._sources import at_distance
from nabij._wire import Identity
from nabij_consent import NEARBY_SOURCES
from nabij_geo import Ranked, geodesic_distance_m
from tests.sdk.catalogues import ALL, AROUND, ZEIST, located, nearby
from tests.sdk.service import (
    UTRECHT,
    UTRECHT_CELL,
    VELDHOVEN,
    Phone,
    allowed,
    answer,
    consents,
    recorded,
)


@pytest.fixture
def phone() -> Phone:
    return located(Phone())


def test_the_nearest_come_first_at_their_distance_from_the_device(phone: Phone) -> None:
    found = phone.play(phone.engine.nearby(NEARBY_SOURCES, 2, ALL), AROUND.manifest, AROUND.file)
    assert [each.id for each in found] == ["dom", "neighbours:1"]
    for each in found:
        assert each.distance_m == geodesic_distance_m(UTRECHT, each.position)


def test_a_source_is_told_as_the_catalogue_has_it(phone: Phone) -> None:
    found, roofs = phone.ask(phone.engine.nearby(NEARBY_SOURCES, 2, ALL), AROUND)
    told = (found.name, found.technology, found.owner_kind, found.capacity_kw, found.story)
    assert told == ("Zon op dom", "solar", "cooperative", 12.5, "Samen op het dak.")
    assert (found.licence, found.register, found.made_up) == ("CC-BY-4.0", "test", False)
    assert (found.count, found.located, found.label()) == (1, "site", "Zon op dom")
    assert (roofs.name, roofs.count, roofs.capacity_band_kw) == (None, 3, (0.0, 5.0))
    assert roofs.label("nl") == "3 zonnedaken van particulieren"
    assert roofs.label("en") == "3 solar roofs of private persons"


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        (Kinds(technologies={"wind"}, owner_kinds=None), ["zuilen"]),
        (Kinds(technologies=None, owner_kinds=("farm", "person")), ["neighbours:1", "zeist"]),
        (Kinds(technologies=["solar"], owner_kinds=["cooperative"]), ["dom"]),
        (Kinds(technologies=[], owner_kinds=None), []),
    ],
)
def test_only_what_is_wanted_is_ranked(phone: Phone, kinds: Kinds, found: list[str]) -> None:
    assert nearby(phone, 9, AROUND, kinds) == found


def test_what_is_asked_is_the_same_wherever_the_phone_is(phone: Phone) -> None:
    far = located(Phone(), VELDHOVEN)
    for each, k in ((phone, 1), (far, 20)):
        each.ask(each.engine.nearby(NEARBY_SOURCES, k, ALL), AROUND)
        each.ask(each.engine.nearby_at(Cell.containing(UTRECHT), k, ALL), AROUND)
    assert phone.calls == far.calls
    assert phone.paths() == ["/v1/catalogue", "/v1/catalogue/1/all"]
    assert {each.identity for each in phone.calls} == {Identity.NOBODY}
    assert {(each.json, *each.params, *each.headers) for each in phone.calls} == {(None,)}


def test_without_a_position_there_is_nothing_to_rank_by() -> None:
    phone = Phone().granted("gps")
    with pytest.raises(NoPosition):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, ALL))


def test_a_withdrawn_position_is_forgotten_even_if_it_is_permitted_again(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, ["gps"]), answer(recorded(allowed())))
    phone.granted("gps", epoch=2)
    with pytest.raises(NoPosition):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, ALL))


def test_a_withdrawal_of_another_signal_leaves_the_position(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, ["wifi"]), answer(recorded(allowed("gps"))))
    assert phone.ask(phone.engine.nearby(NEARBY_SOURCES, 1, ALL), AROUND)


def test_a_position_without_permission_is_forgotten(phone: Phone) -> None:
    for permissions in (allowed(), allowed("gps")):
        phone.play(phone.engine.refresh(), answer(consents(permissions)))
        with pytest.raises(NoPosition):
            phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, ALL))


def test_a_withdrawal_while_asking_ends_the_ranking(phone: Phone) -> None:
    under_way = phone.engine.nearby(NEARBY_SOURCES, 5, ALL)
    next(under_way)
    phone.withdraw_offline()
    under_way.send(AROUND.manifest)
    with pytest.raises(NoPosition):
        under_way.send(AROUND.file)


def test_a_typed_place_needs_no_permission_and_gives_intervals() -> None:
    phone = Phone()
    found = phone.ask(phone.engine.nearby_at(Cell.parse(UTRECHT_CELL), 3, ALL), AROUND)
    assert [each.id for each in found] == ["dom", "neighbours:1", "zuilen"]
    for each in found:
        exact_m = geodesic_distance_m(UTRECHT, each.position)
        assert each.distance_m.nearest_m <= exact_m <= each.distance_m.farthest_m


def test_distances_are_not_printed(phone: Phone) -> None:
    found = phone.ask(phone.engine.nearby(NEARBY_SOURCES, 3, ALL), AROUND)
    assert "distance" not in str(found)
    assert "52.1" not in str(found)


@pytest.mark.parametrize(
    ("technology", "locale", "label"),
    [
        ("wind", "nl", "windmolen"),
        ("wind", "en", "wind turbine"),
        ("marine", "nl", "getij- of golfcentrale"),
        ("unheard-of", "en", "energy source"),
    ],
)
def test_a_source_without_a_name_is_called_in_the_readers_language(
    technology: str, locale: str, label: str
) -> None:
    nameless = replace(ZEIST, name=None, technology=technology)
    (found,) = at_distance([Ranked(nameless, 1.0)])
    assert (found.label(locale), found.language) == (label, None)
