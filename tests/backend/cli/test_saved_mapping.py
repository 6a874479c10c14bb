"""An operator's hour with a workbook that nobody has seen, and the same again next year."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.backend.cli.commands import Command
from tests.backend.sources.workbooks import write_workbook

HEADER = ["Nummer", "Omschrijving", "Soort", "Fase", "kW", "X RD", "Y RD", "Beheerder"]
SUN = [1, "Dak school", "panelen", "in bedrijf", 80, 155_000, 463_000, "Stichting Zon"]
TANK = [2, "Tank", "peut", "in bedrijf", 900, 155_100, 463_100, "Olie BV"]
PLAN = [3, "Plan", "panelen", "gepland", 70, 155_200, 463_200, "Stichting Zon"]
MILL = [4, "Molen", "wiekenkruis", "in bedrijf", 500, 155_300, 463_300, "Molen BV"]


def workbook(folder: Path, *rows: Sequence[object]) -> str:
    sheet = [["Opwek in de provincie"], ["stand 1 januari"], [], HEADER, *rows]
    path = write_workbook(folder / "opwek.xlsx", {"Toelichting": [["Lees mij"]], "Lijst": sheet})
    return str(path)


def test_an_unknown_workbook_is_mapped_by_what_a_dry_run_says_and_again_next_year(
    nabij: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = workbook(tmp_path, SUN, TANK, PLAN, MILL)
    words: list[str] = ["sources", "import", file, "--dry-run"]
    assert "Toelichting, Lijst" in nabij(*words).err
    words += ["--layer", "Lijst"]
    assert "--map field=column" in nabij(*words).err
    columns = ["id=Nummer", "name=Omschrijving", "technology=Soort", "capacity_kw=kW"]
    columns += ["easting=X RD", "northing=Y RD", "status=Fase", "owner_kind=Beheerder"]
    words += [word for each in columns for word in ("--map", each)]
    assert "--operating WORD" in nabij(*words).err
    words += ["--operating", "In bedrijf"]
    assert "--crs" in nabij(*words).err
    words += ["--crs", "EPSG:28992", "--register", "opwek"]
    told = nabij(*words, "--json")
    assert (told.code, told.json["form"]["header row"]) == (1, "4")
    assert told.json["unknown_words"] == {"panelen": 2, "peut": 1, "wiekenkruis": 1}
    for value in ("panelen=solar", "peut=not-renewable", "wiekenkruis=wind"):
        words += ["--value", f"Soort:{value}"]
    words += ["--value", "Beheerder:Stichting Zon=public"]
    words += ["--licence", "CC0-1.0", "--replace", "--save", "opwek.toml"]
    done = nabij(*(word for word in words if word != "--dry-run"), "--edition", "2025-01-01")
    assert done.code == 0, done.err
    assert nabij("sources", "list", "--json").json["counts"] == {"solar": 1, "wind": 1}
    school = nabij("sources", "show", "opwek:1", "--json").json
    assert (school["owner_kind"], school["capacity_kw"]) == ("public", 80)

    workbook(tmp_path, SUN, PLAN, [5, "Dak hal", "panelen", "in bedrijf", 60, *SUN[5:]])
    again = nabij("sources", "import", file, "--as", "opwek.toml", "--json").json
    assert (again["inserted"], again["unchanged"]) == (1, 1)
    assert again["departed"] == {"missing": 1}
    assert nabij("sources", "show", "opwek:5", "--json").json["licence"] == "CC0-1.0"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--value", "Soort:panelen=sun"), "kind of owner"),
        (("--value", "kW:80=solar"), "mapped to technology"),
        (("--operating", "in bedrijf"), "--map status=COLUMN"),
        (("--map", "status=kW"), "--operating WORD"),
        (("--id", "kW", "--row-ids"), "in one way"),
        (("--technology", "wind"), "are of every row"),
        (("--owner", "farm", "--map", "owner_kind=kW"), "are of every row"),
        (("--attribution", "Lindeweg"), "--register"),
        (("--url", "https://lindeweg.example"), "--register"),
        (("--id", "Plaats"), "--map or --id names a column"),
        (("--as", "letter.toml"), "no mapping"),
        (("--as", "nowhere.toml"), "no mapping"),
        (("--as", "odd.toml"), "no mapping"),
        (("--save", "letter.toml"), "no mapping"),
    ],
)
def test_what_cannot_be_followed_says_so(
    nabij: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("letter.toml").write_text("Dear neighbour", "utf-8")
    Path("odd.toml").write_text('colour = "Lindeweg"', "utf-8")
    Path("a.csv").write_text("id,Soort,kW,lat,lon\n1,wind,80,52,5\n", "utf-8")
    done = nabij("sources", "import", "a.csv", "--map", "technology=Soort", *words)
    assert done.code == 1
    assert said in " ".join(done.err.split())
    assert "Lindeweg" not in done.err
    assert Path("letter.toml").read_text("utf-8") == "Dear neighbour"
    assert nabij("sources", "list", "--json").json["counts"] == {}


def test_one_technology_and_owner_of_every_row(nabij: Command, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,kW,lat,lon\n1,80,52,5\n", "utf-8")
    words = ("--technology", "wind", "--owner", "cooperative")
    assert nabij("sources", "import", str(file), *words).code == 0
    shown = nabij("sources", "show", "1", "--json").json
    assert (shown["technology"], shown["owner_kind"]) == ("wind", "cooperative")


@pytest.mark.parametrize("value", ["Soort", "Soort:wind", "=wind", ":a=wind"])
def test_half_a_value_says_how_to_write_one(nabij: Command, tmp_path: Path, value: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,technology,lat,lon\n1,wind,52,5\n", "utf-8")
    done = nabij("sources", "import", str(file), "--value", value)
    assert (done.code, "COLUMN:WORD=MEANING" in done.err) == (2, True)
