"""Editions of a register: what leaves with the next one, and what undoing brings back."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from nabij_backend.sources import changes
from nabij_backend.sources.importer import (
    Departure,
    EditionDateError,
    ImportResult,
    MostDepartError,
    OlderEditionError,
    RegisterNameError,
    RejectionReason,
    RejectsFileError,
    SavedMapping,
    import_sources,
)
from tests.backend.sources.importing import NOON, Take, taken_out

REGISTER = Path(__file__).parents[4] / "shared" / "data" / "sources" / "powerplants_europe.csv"
MILL = "mill,Molen,wind,cooperative,900,52.1,5.1\n"
WEIR = "weir,Stuw,hydro,public,300,52.2,5.2\n"
FARM = "farm,Dak,solar,farm,80,52.3,5.3\n"
ROOF = "roof,Zonnepanelen Lindeweg 3,solar,person,4.2,52.4,5.4\n"

Connection = psycopg.Connection[Any]


def contents(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All that is kept of sources and their registers, but for the record of changes."""
    queries: dict[str, LiteralString] = {
        "source": "SELECT to_jsonb(s) - 'geom', round(ST_X(geom)::numeric, 3),"
        " round(ST_Y(geom)::numeric, 3) FROM nabij.source AS s ORDER BY source_id",
        "neighbour": "SELECT to_jsonb(n) FROM nabij.neighbour AS n ORDER BY digest",
        "register": "SELECT to_jsonb(r) FROM nabij.register AS r ORDER BY name",
    }
    return {name: connection.execute(query).fetchall() for name, query in queries.items()}


def tombstones(connection: Connection) -> dict[str | None, str]:
    rows = connection.execute("SELECT source_id, reason FROM nabij.tombstone").fetchall()
    return dict(rows)


def ids(connection: Connection) -> list[str]:
    rows = connection.execute("SELECT source_id FROM nabij.source ORDER BY 1").fetchall()
    return [source_id for (source_id,) in rows if not source_id.startswith("neighbours:")]


def persons(connection: Connection) -> int:
    (row,) = connection.execute("SELECT count(*) FROM nabij.neighbour").fetchall()
    return row[0]


def test_ids_begin_with_the_register(take: Take, connection: Connection) -> None:
    result = take(MILL, WEIR)
    assert (result.register, result.edition) == ("utrecht", NOON.date())
    assert ids(connection) == ["utrecht:mill", "utrecht:weir"]


def test_a_part_of_a_register_leaves_the_rest(take: Take, connection: Connection) -> None:
    take(MILL, WEIR, ROOF)
    result = take(MILL)
    assert (result.departed, result.kept) == ({}, 2)
    assert ids(connection) == ["utrecht:mill", "utrecht:weir"]
    assert persons(connection) == 1


def test_what_an_edition_lacks_leaves_with_a_tombstone(take: Take, connection: Connection) -> None:
    take(MILL, WEIR, ROOF)
    result = take(MILL, replaces=True)
    assert result.departed == {Departure.MISSING: 2}
    assert ids(connection) == ["utrecht:mill"]
    assert tombstones(connection) == {"utrecht:weir": "missing"}
    assert persons(connection) == 0
    assert take(MILL, replaces=True).departed == {}


def test_other_registers_stay(take: Take, connection: Connection) -> None:
    take(MILL, register="gelderland")
    take(MILL, register=None)
    take(WEIR)
    take(FARM, replaces=True)
    assert ids(connection) == ["gelderland:mill", "mill", "utrecht:farm"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("weir,Stuw,hydro,public,300,,\n", "rejected"),
        ("weir,Stuw,hydro,public,300,0,0\n", "rejected"),
        ("weir,Stuw,coal,public,300,52.2,5.2\n", "rejected"),
    ],
)
def test_a_row_that_cannot_be_taken_any_more_is_not_left_as_it_was(
    take: Take, connection: Connection, line: str, reason: str
) -> None:
    take(MILL, WEIR)
    result = take(MILL, line)
    assert result.departed == {Departure(reason): 1}
    assert ids(connection) == ["utrecht:mill"]
    assert tombstones(connection) == {"utrecht:weir": reason}


def test_one_row_of_two_that_can_be_taken_is_enough(take: Take) -> None:
    take(MILL, WEIR)
    result = take(MILL, "weir,Stuw,coal,public,300,52.2,5.2\n", WEIR)
    assert (result.departed, result.unchanged) == ({}, 2)


def test_what_its_register_calls_shut_leaves(connection: Connection, tmp_path: Path) -> None:
    header = (
        "MaStR-Nr. der Einheit;Anzeige-Name der Einheit;Betriebs-Status;Energieträger;"
        "Bruttoleistung der Einheit;Koordinate: Breitengrad (WGS84);"
        "Koordinate: Längengrad (WGS84)\n"
    )
    file = tmp_path / "mastr.csv"
    for status, departed in (("In Betrieb", {}), ("Endgültig stillgelegt", {Departure.SHUT: 1})):
        file.write_text(f"{header}SEE1;Mühle;{status};Wind;900;51,2;7,1\n", encoding="utf-8")
        assert import_sources(connection, file, now=NOON).departed == departed
    assert tombstones(connection) == {"mastr:SEE1": "shut"}


def test_what_comes_back_has_no_tombstone(take: Take, connection: Connection) -> None:
    take(MILL, WEIR)
    take(MILL, replaces=True)
    assert take(MILL, WEIR).inserted == 1
    assert tombstones(connection) == {}


def test_an_older_edition_is_refused(take: Take, connection: Connection) -> None:
    take(MILL, edition=date(2026, 5, 1))
    before = contents(connection)
    with pytest.raises(OlderEditionError, match="2026-05-01"):
        take(WEIR, edition=date(2026, 4, 30))
    assert contents(connection) == before
    assert take(WEIR, edition=date(2026, 5, 1)).inserted == 1


@pytest.mark.parametrize("edition", [date(2026, 6, 2), date(1999, 12, 31)])
def test_an_edition_is_a_day_that_was(take: Take, edition: date) -> None:
    with pytest.raises(EditionDateError, match="YYYY-MM-DD"):
        take(MILL, edition=edition)


@pytest.mark.parametrize("name", ["neighbours", "", "a:b", "Utrecht", "a" * 41, "a b", "-"])
def test_a_register_has_a_name_that_ids_can_begin_with(take: Take, name: str) -> None:
    with pytest.raises(RegisterNameError, match="zonnedaken-utrecht"):
        take(MILL, register=name)


def test_importing_again_forgets_no_licence(take: Take, connection: Connection) -> None:
    said = {"licence": "CC-BY-4.0", "attribution": "Provincie Utrecht", "url": "https://u.example"}
    take(MILL, ROOF, **said)
    assert (take(MILL).updated, take(WEIR).inserted) == (0, 1)
    (found,) = changes.registers(connection)
    assert {name: found[name] for name in said} == said
    assert (found["sources"], found["neighbours"], found["edition"]) == (2, 1, NOON.date())
    rows = connection.execute("SELECT DISTINCT licence FROM nabij.source").fetchall()
    assert rows == [("CC-BY-4.0",)]


def test_an_id_of_another_register_is_taken(take: Take, connection: Connection) -> None:
    take(MILL)
    result = take("utrecht:mill,Schijn,wind,company,1,50,6\n", register=None)
    assert result.rejected == {RejectionReason.DUPLICATE_ID: 1}
    assert ids(connection) == ["utrecht:mill"]


def test_a_file_that_lacks_most_of_a_whole_register_is_refused(
    connection: Connection, tmp_path: Path
) -> None:
    file = tmp_path / "plants.csv"
    header = "id,Name,Fueltype,Technology,Capacity,lat,lon\n"
    rows = [f"{number},Windpark,Wind,Onshore,2,52.{number},5\n" for number in range(10, 20)]

    def take(kept: int, **options: Any) -> ImportResult:  # noqa: ANN401 - import_sources's
        file.write_text(header + "".join(rows[:kept]), encoding="utf-8")
        mapping = SavedMapping(**taken_out(options))
        return import_sources(connection, file, mapping=mapping, now=NOON, **options)

    assert take(10).inserted == 10
    assert take(5).departed == {Departure.MISSING: 5}
    with pytest.raises(MostDepartError, match="3 of the 5"):
        take(2)
    assert take(2, replaces=False).kept == 3
    assert take(2, replaces=True).departed == {Departure.MISSING: 3}


def test_changes_are_undone_in_reverse_order(take: Take, connection: Connection) -> None:
    empty = contents(connection)
    states: list[tuple[int, dict[str, list[tuple[Any, ...]]]]] = []
    steps: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
        ((MILL, WEIR, ROOF), {"licence": "CC0-1.0", "edition": date(2026, 1, 1)}),
        ((MILL.replace("900", "800"), FARM), {"licence": "CC-BY-4.0", "edition": date(2026, 2, 1)}),
        ((FARM, ROOF.replace("4.2", "8")), {"replaces": True, "url": "https://u.example"}),
    )
    for lines, options in steps:
        states.append((take(*lines, **options).change, contents(connection)))
    with pytest.raises(changes.LaterChange):
        changes.undo(connection, states[0][0], NOON)
    for (change, _), (_, before) in reversed(list(zip(states[1:], states[:-1], strict=True))):
        assert changes.undo(connection, None, NOON).change == change
        assert contents(connection) == before
    changes.undo(connection, None, NOON)
    after = contents(connection)
    assert (after["source"], after["neighbour"]) == (empty["source"], empty["neighbour"])
    assert set(tombstones(connection).values()) == {"undone"}
    with pytest.raises(changes.NothingToUndo):
        changes.undo(connection, None, NOON)
    with pytest.raises(changes.AlreadyUndone):
        changes.undo(connection, states[0][0], NOON)
    assert take(MILL, edition=date(2020, 1, 1)).inserted == 1


def test_a_change_can_be_undone_for_ninety_days(take: Take, connection: Connection) -> None:
    first = take(MILL)
    later = NOON + timedelta(days=91)
    with pytest.raises(changes.TooOld):
        changes.undo(connection, first.change, later)
    take(MILL.replace("900", "950"))
    remembered = "SELECT count(*) FROM nabij.catalogue_before"
    assert connection.execute(remembered).fetchall() == [(1,)]
    take(MILL.replace("900", "950"), now=later)
    assert connection.execute(remembered).fetchall() == [(0,)]


def test_a_source_that_was_counted_and_is_named_now_is_counted_again(
    take: Take, connection: Connection
) -> None:
    take(ROOF)
    before = contents(connection)
    take(ROOF.replace("person", "cooperative"))
    assert ids(connection) == ["utrecht:roof"]
    changes.undo(connection, None, NOON)
    assert contents(connection) == before
    assert tombstones(connection) == {}


def test_nothing_brings_a_private_persons_name_back(take: Take, connection: Connection) -> None:
    take(ROOF.replace("person", "cooperative"))
    take(MILL)
    take(MILL, replaces=True)
    assert tombstones(connection) == {"utrecht:roof": "missing"}
    take(MILL, ROOF)
    for table in ("source", "catalogue_before", "tombstone", "known_source"):
        query = sql.SQL("SELECT count(*) FROM nabij.{} AS t WHERE t::text ~ 'Linde|utrecht:roof'")
        found = connection.execute(query.format(sql.Identifier(table))).fetchall()
        assert found == [(0,)], table
    changes.undo(connection, None, NOON)
    changes.undo(connection, None, NOON)
    assert ids(connection) == ["utrecht:mill"]


def test_a_source_that_an_operator_removed_stays_away(take: Take, connection: Connection) -> None:
    take(MILL, WEIR)
    done = changes.remove(connection, "utrecht:mill", NOON)
    assert done.departed == 1
    assert changes.show(connection, "utrecht:mill")["reason"] == "removed"
    again = take(MILL, WEIR)
    assert (again.rejected, again.unchanged) == ({RejectionReason.REMOVED: 1}, 1)
    changes.undo(connection, again.change, NOON)
    changes.undo(connection, done.change, NOON)
    assert ids(connection) == ["utrecht:mill", "utrecht:weir"]
    with pytest.raises(changes.NoSuchSource):
        changes.remove(connection, "utrecht:tree", NOON)


def test_a_private_persons_source_is_removed_and_not_remembered(
    take: Take, connection: Connection
) -> None:
    take(MILL, ROOF)
    done = changes.remove(connection, "utrecht:roof", NOON)
    assert persons(connection) == 0
    assert tombstones(connection) == {None: "removed"}
    assert take(MILL, ROOF).rejected == {RejectionReason.REMOVED: 1}
    changes.undo(connection, None, NOON)
    assert changes.undo(connection, done.change, NOON).returned == 0
    assert persons(connection) == 0
    assert take(MILL, ROOF).inserted == 1


def test_a_register_is_removed_and_brought_back(take: Take, connection: Connection) -> None:
    take(MILL, register="gelderland")
    take(MILL, WEIR, ROOF)
    before = contents(connection)
    assert changes.remove_register(connection, "utrecht", NOON).departed == 3
    assert ids(connection) == ["gelderland:mill"]
    assert persons(connection) == 0
    with pytest.raises(changes.NoSuchRegister):
        changes.remove_register(connection, "utrecht", NOON)
    changes.undo(connection, None, NOON)
    assert contents(connection) == before
    changes.remove_register(connection, "utrecht", NOON)
    assert take(MILL, edition=date(2020, 1, 1)).inserted == 1


def test_a_choice_ends_with_the_source_that_turns_out_to_be_somebodys_roof(
    take: Take, superuser: Connection
) -> None:
    take(ROOF.replace("person", "cooperative"), MILL)
    superuser.execute("RESET ROLE")
    superuser.execute("INSERT INTO nabij.subject VALUES (gen_random_uuid())")
    superuser.execute(
        "INSERT INTO nabij.choice SELECT subject_id, known, now() FROM nabij.subject,"
        " unnest(ARRAY['utrecht:roof', 'utrecht:mill']) AS known"
    )
    superuser.execute("SET ROLE nabij_operator")
    take(ROOF, MILL)
    superuser.execute("RESET ROLE")
    chosen = superuser.execute("SELECT source_id FROM nabij.choice").fetchall()
    assert chosen == [("utrecht:mill",)]


def test_what_is_somebodys_is_never_replaced_by_a_list_of_rejects(
    take: Take, connection: Connection, tmp_path: Path
) -> None:
    bad = "coal,Kolen,coal,,,52,5\n"
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear neighbour", "utf-8")
    for path in (letter, tmp_path / "sources.csv", tmp_path):
        with pytest.raises(RejectsFileError, match="--rejects"):
            take(MILL, bad, rejects=path)
    assert letter.read_text("utf-8") == "Dear neighbour"
    assert ids(connection) == []
    listing = tmp_path / "rejects.csv"
    take(MILL, rejects=listing)
    assert not listing.exists()
    take(MILL, bad, rejects=listing)
    take(MILL, bad, bad, rejects=listing)
    assert listing.read_text("utf-8") == "row,reason\n3,not-renewable\n4,not-renewable\n"
    assert {each.name for each in tmp_path.iterdir()} == {"letter.txt", "sources.csv", listing.name}


@pytest.mark.skipif(not REGISTER.exists(), reason="needs shared/data/sources beside the checkout")
def test_editions_of_a_real_register(connection: Connection, tmp_path: Path) -> None:
    file = tmp_path / "powerplants.csv"
    with REGISTER.open(encoding="utf-8", newline="") as opened:
        header, *rows = list(csv.reader(opened))

    def take(kept: list[list[str]], edition: date) -> ImportResult:
        with file.open("w", encoding="utf-8", newline="") as written:
            csv.writer(written).writerows([header, *kept])
        return import_sources(connection, file, edition=edition, now=NOON)

    first = take(rows, date(2026, 4, 1))
    assert first.inserted > 15_000
    again = take(rows, date(2026, 4, 1))
    assert (again.inserted, again.updated, again.departed) == (0, 0, {})
    assert again.catalogue_version == first.catalogue_version
    published = set(ids(connection))
    gone = [row for row in rows if f"powerplantmatching:{row[0]}" in published][:100]
    kept = [row for row in rows if row not in gone]
    third = take(kept, date(2026, 5, 1))
    assert (third.inserted, third.updated, third.departed) == (0, 0, {Departure.MISSING: 100})
    assert tombstones(connection) == {f"powerplantmatching:{row[0]}": "missing" for row in gone}
    with pytest.raises(OlderEditionError):
        take(rows, date(2026, 4, 1))
    assert changes.undo(connection, None, NOON).returned == 100
    assert set(ids(connection)) == published
