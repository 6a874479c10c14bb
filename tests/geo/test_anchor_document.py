"""What a device stores about its places: no more than is told, and nothing else is taken back."""

import json
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabij_geo import Anchors, Cell, GeoError, GridPoint, InvalidAnchors
from tests.geo.phones import START_S, Phone, fix_at, moved, reloaded

HOME = GridPoint(3_263_600.5, 3_973_400.5)
DAY = int(START_S // 86_400)
SEED = "CRS3035RES10000mN3300000E4000000"

Change = Callable[[dict[str, Any]], object]


def stored() -> dict[str, Any]:
    """Return the document of a phone that dwells at home and was once elsewhere."""
    phone = Phone(Anchors.seeded({Cell.parse(SEED): 3}))
    phone.cell_of(moved(HOME, -7_000))
    phone.cell_of(HOME)
    return json.loads(json.dumps(phone.anchors.document()))


def test_a_document_says_this_and_no_more() -> None:
    document = stored()
    last_s = document["stay"].pop("last_s")
    assert START_S < last_s < START_S + 20_000
    assert document == {
        "version": 4,
        "approximate": False,
        "anchors": [
            {
                "northing_m": 3_263_605,
                "easting_m": 3_973_405,
                "cell": "CRS3035RES1000mN3263000E3973000",
                "alias": False,
            },
            {
                "northing_m": 3_256_605,
                "easting_m": 3_973_405,
                "cell": "CRS3035RES1000mN3256000E3973000",
                "alias": False,
            },
        ],
        "stay": {"northing_m": 3_263_605, "easting_m": 3_973_405, "fixes": 3, "dwelt_s": 600},
        "seeds": [{"cell": SEED, "times": 3}],
        "fruitless": 0,
        "sightings": [
            {"northing_m": 3_261_605, "easting_m": 3_973_405, "days": 1, "last_day": DAY},
        ],
        "told": [
            {"cell": "CRS3035RES1000mN3263000E3973000", "times": 2},
            {"cell": "CRS3035RES1000mN3256000E3973000", "times": 2},
        ],
    }


@pytest.mark.parametrize("approximate", [False, True], ids=["precise", "approximate"])
@given(looks=st.lists(st.tuples(st.floats(-400, 400), st.floats(0, 4_000)), max_size=40))
def test_no_place_is_finer_than_the_grain_and_no_time_than_the_minute(
    looks: list[tuple[float, float]], *, approximate: bool
) -> None:
    anchors, now_s = Anchors().for_fixes(approximate=approximate), START_S
    grain_m = 200 if approximate else 10
    for north_m, wait_s in looks:
        now_s += wait_s
        anchors = anchors.step(fix_at(moved(HOME, north_m, north_m / 3)), now_s).anchors
        document: dict[str, Any] = anchors.document()
        kept = [*document["anchors"], *document["sightings"]]
        kept += [document["stay"]] if document["stay"] else []
        for place in kept:
            assert place["northing_m"] % grain_m == place["easting_m"] % grain_m == grain_m // 2
            assert place.get("last_s", 0) % 60 == place.get("dwelt_s", 0) % 60 == 0
        assert reloaded(anchors) == anchors


def test_who_remembers_nothing_writes_nothing() -> None:
    nothing: dict[str, object] = {
        "version": 4,
        "approximate": False,
        "anchors": [],
        "stay": None,
        "seeds": [],
        "fruitless": 0,
        "sightings": [],
        "told": [],
    }
    assert Anchors().document() == nothing
    assert Anchors.from_document(nothing) == Anchors()


def test_what_was_written_is_read() -> None:
    document = stored()
    anchors = Anchors.from_document(document)
    assert anchors.document() == document
    assert anchors == Anchors.from_document(document)
    assert hash(anchors) == hash(Anchors.from_document(document))
    assert anchors not in (Anchors(), Anchors.seeded({Cell.parse(SEED): 3}), document)


NOT_DOCUMENTS: list[object] = [None, [], {}, "{}", 1, {"version": 4}, [stored()]]

CHANGES: dict[str, Change] = {
    "a version to come": lambda document: document.update(version=5),
    "a version before": lambda document: document.update(version=3),
    "fixes that are perhaps approximate": lambda document: document.update(approximate=None),
    "places that are precise after all": lambda document: document.update(approximate=True),
    "a version that is true": lambda document: document.update(version=True),
    "a key too many": lambda document: document.update(home="Damrak 1"),
    "a key too few": lambda document: document.pop("seeds"),
    "no list of anchors": lambda document: document.update(anchors={}),
    "33 anchors": lambda document: document.update(anchors=document["anchors"][:1] * 33),
    "a dwell without anchors": lambda document: document.update(anchors=[]),
    "a dwell at another anchor": lambda document: document["anchors"].reverse(),
    "an anchor that is text": lambda document: document["anchors"].append("home"),
    "an anchor with a name": lambda document: document["anchors"][0].update(name="home"),
    "a northing that is text": lambda document: document["anchors"][0].update(northing_m="3"),
    "a northing that is true": lambda document: document["anchors"][0].update(northing_m=True),
    "an anchor off the grid": lambda document: document["anchors"][1].update(northing_m=1),
    "an anchor to the metre": lambda document: document["anchors"][0].update(northing_m=3_263_601),
    "a stay to the metre": lambda document: document["stay"].update(easting_m=3_973_401),
    "a stay in halves": lambda document: document["stay"].update(easting_m=3_973_405.0),
    "a stay to the second": lambda document: document["stay"].update(last_s=int(START_S) + 1),
    "a dwell to the second": lambda document: document["stay"].update(dwelt_s=599),
    "no number": lambda document: document["stay"].update(northing_m=float("nan")),
    "no end": lambda document: document["stay"].update(easting_m=float("inf")),
    "a number too long": lambda document: document["stay"].update(last_s=10**400),
    "a cell that is a number": lambda document: document["anchors"][0].update(cell=1),
    "a cell misspelt": lambda document: document["anchors"][0].update(cell="Damrak 1"),
    "a cell of 10 km": lambda document: document["anchors"][0].update(cell=SEED),
    "another place's cell": lambda document: document["anchors"][0].update(
        cell="CRS3035RES1000mN3256000E3973000"
    ),
    "a stay that is true": lambda document: document.update(stay=True),
    "a stay without fixes": lambda document: document["stay"].update(fixes=0),
    "half a fix": lambda document: document["stay"].update(fixes=2.5),
    "more than its fixes prove": lambda document: document["stay"].update(fixes=2),
    "more than a dwell": lambda document: document["stay"].update(fixes=9, dwelt_s=901),
    "less than nothing": lambda document: document["stay"].update(dwelt_s=-1),
    "no time": lambda document: document["stay"].update(last_s=None),
    "a seed that is no cell": lambda document: document["seeds"][0].update(cell="Damrak 1"),
    "seeds in another order": lambda document: document.update(
        seeds=[*document["seeds"], *document["told"]]
    ),
    "no list of told cells": lambda document: document.update(told=None),
    "a cell told twice": lambda document: document["told"].append(document["told"][0]),
    "a cell told never": lambda document: document["told"][0].update(times=0),
    "a cell told without end": lambda document: document["told"][0].update(times=2**53),
    "33 told cells": lambda document: document.update(
        told=[{"cell": f"CRS3035RES1000mN{n}000E3973000", "times": 1} for n in range(3_200, 3_233)]
    ),
    "a count below zero": lambda document: document.update(fruitless=-1),
    "a count too high": lambda document: document.update(fruitless=4),
    "an alias that is a number": lambda document: document["anchors"][0].update(alias=0),
    "no list of sightings": lambda document: document.update(sightings=None),
    "33 sightings": lambda document: document.update(sightings=document["sightings"][:1] * 33),
    "a sighting to the metre": lambda document: document["sightings"][0].update(
        northing_m=3_261_601
    ),
    "a sighting of three days": lambda document: document["sightings"][0].update(days=3),
    "a sighting on half a day": lambda document: document["sightings"][0].update(last_day=1.5),
}


@pytest.mark.parametrize("document", NOT_DOCUMENTS, ids=repr)
def test_what_is_no_document_is_refused(document: object) -> None:
    with pytest.raises(InvalidAnchors, match="begin with Anchors"):
        Anchors.from_document(document)


@pytest.mark.parametrize("change", CHANGES)
def test_a_document_that_was_changed_is_refused_and_not_repeated(change: str) -> None:
    document = stored()
    CHANGES[change](document)
    with pytest.raises(InvalidAnchors) as refused:
        Anchors.from_document(document)
    error = refused.value
    assert isinstance(error, GeoError)
    assert error.__cause__ is None
    told = "".join(traceback.format_exception_only(error))
    assert "Damrak" not in told
    assert not set("23456789") & set(told)
