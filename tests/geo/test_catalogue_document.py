"""The catalogue file: what is written is read again, and nothing else is."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from nabij_geo import (
    Catalogue,
    Cell,
    InvalidCatalogue,
    Position,
    candidates,
    decode,
    encode,
    nearest,
)
from tests.geo.catalogues import catalogues, neighbours, source

VECTORS = Path(__file__).parents[1] / "vectors" / "catalogue.json"


def _through_json(catalogue: Catalogue) -> Any:  # noqa: ANN401 - JSON
    return json.loads(json.dumps(encode(catalogue)))


@given(catalogues)
def test_what_is_written_is_read_again(catalogue: Catalogue) -> None:
    document = _through_json(catalogue)
    read = decode(document)
    assert (read.version, read.region) == (catalogue.version, catalogue.region)
    assert list(read) == list(catalogue)
    assert _through_json(read) == document


SOME = Catalogue.of(
    4,
    "all",
    [
        source("a", Position(52.1, 5.1)),
        source("b", Position(52.2, 5.2), name="Molen", technology="wind"),
        neighbours("c", Position(52.3, 5.3)),
    ],
)


DAMAGES: list[tuple[tuple[str | int, ...], object]] = [
    (("format",), 2),
    (("format",), True),
    (("version",), -1),
    (("version",), 1.5),
    (("version",), None),
    (("region",), None),
    (("sources",), 2),
    (
        (
            "latitude_e5",
            0,
        ),
        9_000_001,
    ),
    (
        (
            "latitude_e5",
            0,
        ),
        52.1,
    ),
    (
        (
            "latitude_e5",
            1,
        ),
        True,
    ),
    (
        (
            "longitude_e5",
            0,
        ),
        -18_000_001,
    ),
    (("longitude_e5",), [1, 2]),
    (
        (
            "id",
            0,
        ),
        7,
    ),
    (
        (
            "id",
            1,
        ),
        "a",
    ),
    (
        (
            "count",
            0,
        ),
        0,
    ),
    (
        (
            "count",
            0,
        ),
        2,
    ),
    (("name",), ["Molen"]),
    (
        (
            "name",
            "values",
            0,
        ),
        7,
    ),
    (
        (
            "name",
            "values",
            0,
        ),
        5,
    ),
    (
        (
            "name",
            "values",
            -1,
        ),
        "Zonnepanelen Lindeweg",
    ),
    (
        (
            "name",
            "index",
            0,
        ),
        3,
    ),
    (
        (
            "name",
            "index",
            0,
        ),
        -1,
    ),
    (
        (
            "capacity_kw",
            "values",
            0,
        ),
        -1,
    ),
    (
        (
            "capacity_kw",
            "values",
            0,
        ),
        "50",
    ),
    (
        (
            "capacity_kw",
            "values",
            0,
        ),
        float("nan"),
    ),
    (
        (
            "capacity_band_kw",
            "values",
            -1,
        ),
        [5],
    ),
    (
        (
            "capacity_band_kw",
            "values",
            -1,
        ),
        [],
    ),
    (
        (
            "capacity_band_kw",
            "values",
            -1,
        ),
        [None, 5],
    ),
    (
        (
            "made_up",
            "values",
            0,
        ),
        0,
    ),
    (
        (
            "located",
            "values",
            0,
        ),
        "house",
    ),
    (
        (
            "owner_kind",
            "values",
            -1,
        ),
        "company",
    ),
]


@pytest.mark.parametrize(("path", "to"), DAMAGES, ids=[repr(each) for each in DAMAGES])
def test_whatever_else_is_refused_and_not_repeated(path: tuple[str | int, ...], to: object) -> None:
    document = damaged = _through_json(SOME)
    *way, last = path
    for step in way:
        damaged = damaged[step]
    damaged[last] = to
    with pytest.raises(InvalidCatalogue) as caught:
        decode(document)
    assert str(caught.value) == str(InvalidCatalogue())


@pytest.mark.parametrize("document", [None, [], "catalogue", {}, {"format": 1}])
def test_what_is_no_catalogue_is_refused(document: object) -> None:
    with pytest.raises(InvalidCatalogue):
        decode(document)


def test_members_of_a_later_version_are_passed_over() -> None:
    document = _through_json(SOME) | {"colours": {"values": ["red"], "index": [0, 0, 0]}}
    assert list(decode(document)) == list(SOME)


def test_the_vectors_hold() -> None:
    vectors = json.loads(VECTORS.read_text("utf-8"))
    catalogue = decode(vectors["document"])
    assert json.loads(json.dumps(encode(catalogue))) == vectors["document"]
    assert [each.id for each in catalogue] == vectors["ids"]
    for case in vectors["nearest"]:
        position = Position(case["latitude_deg"], case["longitude_deg"])
        ranked = nearest(
            catalogue,
            position,
            case["k"],
            technologies=case["technologies"],
            owner_kinds=case["owner_kinds"],
        )
        assert [each.source.id for each in ranked] == case["ids"]
        assert [each.distance_m for each in ranked] == pytest.approx(case["distances_m"], abs=0.001)
    for case in vectors["candidates"]:
        found = candidates(catalogue, Cell.parse(case["cell"]), case["k"])
        assert [each.id for each in found] == case["ids"]
