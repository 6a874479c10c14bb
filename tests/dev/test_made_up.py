import csv
from collections import Counter
from pathlib import Path

from nabij_backend.enums import OwnerKind, Technology
from nabij_backend.sources.gazetteer import places
from nabij_dev.made_up import COLUMNS, write_community
from nabij_geo import Position, geodesic_distance_m


def community(folder: Path, seed: int = 1, count: int = 500) -> list[dict[str, str]]:
    path = folder / f"{seed}.csv"
    write_community(path, seed=seed, count=count)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_community(tmp_path: Path) -> None:
    assert community(tmp_path, seed=7) == community(tmp_path, seed=7)
    assert community(tmp_path, seed=7) != community(tmp_path, seed=8)


def test_every_source_is_complete_and_its_texts_filled_in(tmp_path: Path) -> None:
    sources = community(tmp_path)
    assert len({source["id"] for source in sources}) == 500
    for source in sources:
        assert tuple(source) == COLUMNS
        assert all(source.values())
        assert "{" not in source["name"] + source["story"]
        assert Technology(source["technology"])
        assert OwnerKind(source["owner_kind"])
        assert 1 < float(source["capacity_kw"]) < 5_000


def test_most_are_solar_roofs_and_every_kind_of_owner_takes_part(tmp_path: Path) -> None:
    sources = community(tmp_path, count=2_000)
    technologies = Counter(source["technology"] for source in sources)
    assert technologies["solar"] > 1_500
    assert set(technologies) == {"solar", "wind", "biogas", "hydro", "biomass"}
    assert {source["owner_kind"] for source in sources} == set(OwnerKind) - {OwnerKind.UNKNOWN}


def test_every_source_is_near_a_dutch_town(tmp_path: Path) -> None:
    towns = [Position(place.latitude_deg, place.longitude_deg) for place in places()]
    for source in community(tmp_path, count=20):
        here = Position(float(source["latitude"]), float(source["longitude"]))
        assert min(geodesic_distance_m(here, town) for town in towns) < 10_000
