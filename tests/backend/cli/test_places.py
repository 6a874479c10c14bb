"""``nabij places`` makes a file for NABIJ_PLACES."""

from pathlib import Path

from nabij_backend.sources.gazetteer import places
from nabij_backend.sources.geonames import places_of
from tests.backend.cli.commands import Command


def test_the_command_makes_a_file_that_is_read(nabij: Command, tmp_path: Path) -> None:
    file = tmp_path / "places.json"
    done = nabij("places", "be", "LU", "--file", str(file), "--json")
    assert done.code == 0, done.err
    found = places(file)
    assert done.json == {"file": str(file), "places": len(found)}
    assert {place.country for place in found} == {"BE", "LU"}
    assert found == places_of(["BE", "LU"])


def test_the_command_refuses_a_country_that_is_none(nabij: Command, tmp_path: Path) -> None:
    file = tmp_path / "places.json"
    done = nabij("places", "Belgium", "--file", str(file), "--json")
    assert (done.code, list(done.json)) == (1, ["error"])
    assert "ISO 3166-1" in done.json["error"]
    assert "Belgium" not in done.out + done.err
    assert not file.exists()
