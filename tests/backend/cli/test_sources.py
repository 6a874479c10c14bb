"""``nabij sources``."""

from pathlib import Path

import pytest

from tests.backend.cli.commands import Command

REGISTER = """id,name,technology,latitude,longitude,capacity_kw
1,Windmolen De Hoop,wind,52.1,5.1,900
2,Zonnedak [/] school,solar,52.2,5.2,40
3,Vergister,biogas,52.3,5.3,
4,Kerncentrale,nuclear,51.4,3.7,485000
5,Nergens,solar,,,1
1,Nog eens,wind,52.1,5.1,900
6,Sydney,wind,-33.9,151.2,3000
"""
OWN_COLUMNS = "nr;naam;soort;x;y\n7;Molen;wind;136000;456000\n"


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three sources that can be taken, and a row for each reason not to, in the working folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "register.csv"
    file.write_text(REGISTER, encoding="utf-8")
    return file


def test_the_summary_adds_up_and_the_rest_is_listed(nabij: Command, register: Path) -> None:
    done = nabij("sources", "import", str(register), "--json")
    assert done.code == 0, done.err
    summary = done.json
    assert (summary["read"], summary["inserted"]) == (7, 3)
    assert summary["updated"] == summary["unchanged"] == 0
    assert sum(summary["rejected"].values()) == 4
    listed = Path(summary["rejects_file"]).read_text(encoding="utf-8").splitlines()
    assert listed[0] == "row,reason"
    assert len(listed) == 1 + 4


def test_a_second_import_changes_nothing_and_says_so(nabij: Command, register: Path) -> None:
    first = nabij("sources", "import", str(register), "--json").json
    again = nabij("sources", "import", str(register))
    assert "Nothing changed." in again.out
    third = nabij("sources", "import", str(register), "--json").json
    assert (third["inserted"], third["updated"], third["unchanged"]) == (0, 0, 3)
    assert third["catalogue_version"] == first["catalogue_version"]


def test_a_source_of_two_registers_is_listed_once(nabij: Command, register: Path) -> None:
    nabij("sources", "import", str(register), "--register", "utrecht")
    again = nabij("sources", "import", str(register), "--register", "all-sources")
    assert "2 sources are in another register, too, and are shown once." in again.out
    counts = nabij("sources", "list", "--json").json["counts"]
    assert counts == {"biogas": 2, "solar": 1, "wind": 1}
    shown = nabij("sources", "show", "utrecht:1").out
    assert "all-sources:1" in shown


def test_rows_not_taken_are_listed_where_one_asks(
    nabij: Command, register: Path, tmp_path: Path
) -> None:
    rejects = tmp_path / "elsewhere.csv"
    nabij("sources", "import", str(register), "--rejects", str(rejects))
    assert rejects.read_text(encoding="utf-8").count("\n") == 5
    assert not register.with_name("register.csv.rejects.csv").exists()


def test_columns_are_mapped_and_coordinates_brought_over(nabij: Command, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text(OWN_COLUMNS, encoding="utf-8")
    named = ["id=nr", "name=naam", "technology=soort", "easting=x", "northing=y"]
    mapping = [word for pair in named for word in ("--map", pair)]
    done = nabij("sources", "import", str(file), *mapping, "--crs", "EPSG:28992", "--json")
    assert (done.code, done.json["inserted"]) == (0, 1), done.err


@pytest.mark.parametrize(
    ("words", "code", "advice"),
    [
        (("--map", "name"), 2, "FIELD=COLUMN"),
        (("--map", "colour=name"), 1, "unknown field"),
        (("--map", "name=title"), 1, "file's columns"),
        (("--crs", "EPSG:0"), 1, "EPSG:28992"),
    ],
    ids=["half a mapping", "unknown field", "unknown column", "unknown system"],
)
def test_options_that_cannot_be_followed_say_what_to_write(
    nabij: Command, register: Path, words: tuple[str, ...], code: int, advice: str
) -> None:
    done = nabij("sources", "import", str(register), *words)
    assert done.code == code
    assert advice in done.err
    assert nabij("sources", "list", "--json").json["sources"] == []


def test_a_folder_that_takes_no_list_is_said(nabij: Command, register: Path) -> None:
    rejects = str(register / "no-folder" / "rejects.csv")
    done = nabij("sources", "import", str(register), "--rejects", rejects, "--json")
    assert (done.code, list(done.json)) == (1, ["error"])
    assert nabij("sources", "list", "--json").json["counts"] == {}


def test_list_counts_and_filters(nabij: Command, register: Path) -> None:
    nabij("sources", "import", str(register), "--made-up")
    listed = nabij("sources", "list", "--json").json
    assert listed["counts"] == {"solar": 1, "wind": 1, "biogas": 1}
    wind = nabij("sources", "list", "--technology", "wind", "--json").json["sources"]
    assert [source["name"] for source in wind] == ["Windmolen De Hoop"]
    assert (wind[0]["capacity_kw"], wind[0]["made_up"]) == (900, True)
    assert len(nabij("sources", "list", "--limit", "2", "--json").json["sources"]) == 2


def test_list_shows_names_as_they_are(nabij: Command, register: Path) -> None:
    nabij("sources", "import", str(register))
    assert "Zonnedak [/] school" in nabij("sources", "list").out


def test_an_empty_catalogue_says_how_to_fill_it(nabij: Command) -> None:
    assert "nabij sources import" in nabij("sources", "list").out


def test_registers_are_listed_and_changes_taken_back(nabij: Command, register: Path) -> None:
    words = ("--register", "utrecht", "--edition", "2026-01-02", "--licence", "CC0-1.0")
    first = nabij("sources", "import", str(register), *words)
    assert "utrecht, 2026-01-02: 7 rows read" in first.out
    assert "takes this import back." in first.out
    (listed,) = nabij("sources", "registers", "--json").json["registers"]
    assert (listed["name"], listed["edition"], listed["sources"]) == ("utrecht", "2026-01-02", 3)
    assert "2026-01-02" in nabij("sources", "registers").out
    assert "Windmolen De Hoop" in nabij("sources", "show", "utrecht:1").out
    removed = nabij("sources", "remove", "utrecht:1", "--json").json
    assert nabij("sources", "show", "utrecht:1", "--json").json["reason"] == "removed"
    assert nabij("sources", "remove", "--register", "utrecht", "--json").json["departed"] == 2
    assert f"Change {removed['change'] + 1} is undone." in nabij("sources", "undo").out
    undone = nabij("sources", "undo", str(removed["change"]), "--json").json
    assert undone["returned"] == 1
    assert nabij("sources", "list", "--json").json["counts"] == {"biogas": 1, "solar": 1, "wind": 1}


def test_what_cannot_be_taken_back_or_found_says_so(nabij: Command) -> None:
    for words, said in (
        (("undo",), "No change"),
        (("show", "x"), "No source has this id"),
        (("remove", "x"), "No source has this id"),
        (("remove", "--register", "x"), "no sources of this register"),
    ):
        done = nabij("sources", *words)
        assert (done.code, said in " ".join(done.err.split())) == (1, True), done.err
    assert nabij("sources", "remove").code == 2
    assert nabij("sources", "remove", "x", "--register", "x").code == 2


def test_a_dry_run_says_what_would_be_and_changes_nothing(nabij: Command, register: Path) -> None:
    done = nabij("sources", "import", str(register), "--dry-run")
    assert "&minlat=52.100&minlon=5.100&maxlat=52.300&maxlon=5.300" in done.out.replace("\n", "")
    assert done.code == 0, done.err
    for words in ("header row", "column capacity_kw", "EPSG:4326", "dry run", "De Hoop"):
        assert words in done.out
    assert nabij("sources", "list", "--json").json["counts"] == {}
    assert [each.name for each in register.parent.glob("*.csv")] == ["register.csv"]
    listing = register.with_name("rejects.csv")
    nabij("sources", "import", str(register), "--dry-run", "--rejects", str(listing))
    assert listing.read_text(encoding="utf-8").count("\n") == 5


def test_a_file_of_which_nothing_is_taken_fails_with_the_cause(
    nabij: Command, register: Path
) -> None:
    register.write_text("id,technology,latitude,longitude\n1,wind,5.1,52.1\n", encoding="utf-8")
    done = nabij("sources", "import", str(register))
    assert (done.code, "look swapped" in done.out) == (1, True)
    told = nabij("sources", "import", str(register), "--json")
    assert (told.code, len(told.json["causes"])) == (1, 1)


def test_a_file_that_is_not_there_is_no_file(nabij: Command, tmp_path: Path) -> None:
    done = nabij("sources", "import", str(tmp_path / "Lindeweg-3.csv"))
    assert (done.code, "no such file" in done.err, "Lindeweg" in done.err) == (2, True, False)


def test_a_file_comes_from_standard_input(nabij: Command, register: Path) -> None:
    done = nabij("sources", "import", "-", "--json", stdin=register.read_text(encoding="utf-8"))
    assert (done.code, done.json["inserted"]) == (0, 3), done.err
