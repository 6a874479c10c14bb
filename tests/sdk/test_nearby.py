"""What is near: asked by square, ranked on the device."""

import pytest

from nabij import Cell, NoPosition, NotReachable, Position, UnknownAnswer
from nabij._wire import Answer, Identity
from nabij.testing import FakeSensor
from nabij_consent import NEARBY_SOURCES
from nabij_geo import Resolution, geodesic_distance_m
from tests.sdk.service import (
    UTRECHT,
    UTRECHT_CELL,
    Document,
    Phone,
    allowed,
    answer,
    collection,
    consents,
    feature,
    recorded,
)

DOM = feature("dom", Position(52.0908, 5.1220))
ZUILEN = feature("zuilen", Position(52.1160, 5.0810), located="cell", capacity_kw=None)
ZEIST = feature("zeist", Position(52.0880, 5.2330), owner_kind="unknown", story=None)
AROUND = answer(collection(ZEIST, DOM, ZUILEN))


@pytest.fixture
def phone() -> Phone:
    located = Phone().granted("gps")
    located.collect({"gps": FakeSensor(UTRECHT)})
    return located


def test_the_nearest_come_first_at_their_distance_from_the_device(phone: Phone) -> None:
    found = phone.play(phone.engine.nearby(NEARBY_SOURCES, 2, 1_000), AROUND)
    assert [each.id for each in found] == ["dom", "zuilen"]
    for each in found:
        assert each.distance_m == geodesic_distance_m(UTRECHT, each.position)


def test_a_source_is_told_as_the_catalogue_has_it(phone: Phone) -> None:
    (found,) = phone.play(phone.engine.nearby(NEARBY_SOURCES, 1, 1_000), AROUND)
    told = (found.name, found.technology, found.owner_kind, found.capacity_kw, found.story)
    assert told == ("Zon op dom", "solar", "cooperative", 12.5, "Samen op het dak.")
    assert (found.licence, found.made_up, found.located) == ("CC0-1.0", True, "site")


@pytest.mark.parametrize(
    ("ask_m", "code"),
    [
        (1_000, UTRECHT_CELL),
        (10_000, "CRS3035RES10000mN3230000E3980000"),
        (100_000, "CRS3035RES100000mN3200000E3900000"),
    ],
)
def test_the_question_names_a_square_and_nobody(phone: Phone, ask_m: Resolution, code: str) -> None:
    phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, ask_m), AROUND)
    call = phone.calls[-1]
    assert (call.method, call.path) == ("GET", f"/v1/cells/{code}/sources")
    assert (call.identity, call.params, call.json) == (Identity.NOBODY, {"k": "5"}, None)


def test_the_question_is_no_finer_than_was_agreed_to(phone: Phone) -> None:
    coarse = answer(consents(allowed("gps", resolution_m=10_000)))
    phone.play(phone.engine.refresh(), coarse)
    phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, 1_000), AROUND)
    assert "RES10000m" in phone.paths()[-1]


def test_without_a_position_there_is_nothing_to_rank_by() -> None:
    phone = Phone().granted("gps")
    with pytest.raises(NoPosition):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, 1_000))


def test_a_withdrawn_position_is_forgotten_even_if_it_is_permitted_again(phone: Phone) -> None:
    phone.play(phone.engine.withdraw(None, ["gps"]), answer(recorded(allowed())))
    phone.granted("gps", epoch=2)
    with pytest.raises(NoPosition):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, 1_000))


def test_a_withdrawal_of_another_signal_leaves_the_position(phone: Phone) -> None:
    still = answer(recorded(allowed("gps")))
    phone.play(phone.engine.withdraw(None, ["wifi"]), still)
    assert phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, 1_000), AROUND)


def test_a_position_without_permission_is_forgotten(phone: Phone) -> None:
    phone.play(phone.engine.refresh(), answer(consents(allowed())))
    with pytest.raises(NoPosition):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, 1_000))
    phone.play(phone.engine.refresh(), answer(consents(allowed("gps"))))
    with pytest.raises(NoPosition):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, 1_000))


def test_a_withdrawal_while_asking_ends_the_ranking(phone: Phone) -> None:
    under_way = phone.engine.nearby(NEARBY_SOURCES, 5, 1_000)
    next(under_way)
    phone.play(phone.engine.withdraw(None, None), NotReachable())
    with pytest.raises(NoPosition):
        under_way.send(AROUND)


def test_a_typed_place_needs_no_permission_and_gives_intervals() -> None:
    phone = Phone()
    cell = Cell.parse(UTRECHT_CELL)
    found = phone.play(phone.engine.nearby_at(cell, 3), AROUND)
    assert [each.id for each in found] == ["zeist", "dom", "zuilen"]
    for each in found:
        exact_m = geodesic_distance_m(UTRECHT, each.position)
        assert each.distance_m.nearest_m <= exact_m <= each.distance_m.farthest_m
    assert phone.calls[0].path == f"/v1/cells/{UTRECHT_CELL}/sources"
    assert phone.calls[0].identity is Identity.NOBODY


def test_places_are_found_without_saying_who_asks() -> None:
    phone = Phone()
    utrecht = {"name": "Utrecht", "region": "Utrecht", "country": "NL", "cell": UTRECHT_CELL}
    found = phone.play(
        phone.engine.places("utr"), answer({"places": [{**utrecht, "population": 376_435}]})
    )
    assert [(each.name, each.cell.code) for each in found] == [("Utrecht", UTRECHT_CELL)]
    assert (phone.calls[0].params, phone.calls[0].identity) == ({"q": "utr"}, Identity.NOBODY)


def _without(document: Document, *path: str) -> Document:
    if not path[1:]:
        return {name: value for name, value in document.items() if name != path[0]}
    return {**document, path[0]: _without(document[path[0]], *path[1:])}


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        {},
        {"features": {}},
        collection(_without(DOM, "geometry")),
        collection(_without(DOM, "id")),
        collection(_without(DOM, "properties", "name")),
        collection(feature("x", UTRECHT, located="street")),
        collection(feature("x", UTRECHT, capacity_kw="12")),
        collection({**DOM, "geometry": {"type": "Point", "coordinates": [5.1]}}),
        collection({**DOM, "geometry": {"type": "Point", "coordinates": [500.0, 52.0]}}),
        collection({**DOM, "geometry": {"type": "Point", "coordinates": ["5", "52"]}}),
        collection(feature("antipode", Position(-52.0907, -174.8786))),
    ],
    ids=str,
)
def test_nonsense_is_an_unknown_answer(phone: Phone, nonsense: object) -> None:
    with pytest.raises(UnknownAnswer):
        phone.play(phone.engine.nearby(NEARBY_SOURCES, 5, 1_000), Answer(200, nonsense))
    with pytest.raises(UnknownAnswer):
        phone.play(phone.engine.nearby_at(Cell.parse(UTRECHT_CELL), 5), Answer(200, nonsense))


def test_distances_are_not_printed(phone: Phone) -> None:
    found = phone.play(phone.engine.nearby(NEARBY_SOURCES, 3, 1_000), AROUND)
    assert "distance" not in str(found)
    assert "52.1" not in str(found)


def test_a_call_does_not_print_the_square_it_asks_about(phone: Phone) -> None:
    phone.play(phone.engine.nearby(NEARBY_SOURCES, 3, 1_000), AROUND)
    assert "CRS3035" not in str(phone.calls)
