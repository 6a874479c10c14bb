"""Sources that several registers have: linked, and one of them shown."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from nabij_backend import sql
from nabij_backend.db import operator_connection
from nabij_backend.sources import changes
from nabij_backend.sources.importer import SavedMapping, import_sources
from tests.backend.sources.importing import HEADER, NOON, Take, written
from tests.service import UTRECHT, Service

MILL = "mill,Molen,wind,cooperative,900,52.1,5.1\n"
# 42 m to the north, and 69 m.
SAME = "7,De Molen,wind,unknown,1000,52.10038,5.1\n"
SECOND = "8,De Molen,wind,unknown,1000,52.10062,5.1\n"
FAR = "far,Ver,wind,cooperative,50,53.1,5.1\n"

Connection = psycopg.Connection[Any]


def links(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        "SELECT source_id, same_as FROM nabij.source WHERE same_as IS NOT NULL"
    ).fetchall()
    return dict(rows)


def published(connection: Connection) -> list[str]:
    with connection.transaction():
        connection.execute("SET LOCAL search_path = nabij, public")
        cursor = connection.execute(sql.load("catalogue")["published"])
        place = [column.name for column in cursor.description or ()].index("id")
        return sorted(row[place] for row in cursor.fetchall())


def test_the_source_that_was_there_first_is_shown(take: Take, connection: Connection) -> None:
    assert take(MILL, register="utrecht").linked == 0
    result = take(SAME, register="all-mills")
    assert (result.inserted, result.linked) == (1, 1)
    assert links(connection) == {"all-mills:7": "utrecht:mill"}
    assert published(connection) == ["utrecht:mill"]


def test_no_source_that_is_shown_gives_way_to_a_new_one(take: Take, connection: Connection) -> None:
    take(FAR, register="utrecht")
    take(SAME, register="all-mills")
    take(FAR, MILL, register="utrecht")
    take(MILL, register=None)
    assert links(connection) == {"mill": "all-mills:7", "utrecht:mill": "all-mills:7"}


def test_a_source_is_one_of_another_register_at_most(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht")
    take(SAME, register="all-mills")
    take(MILL, SECOND, register="utrecht")
    assert links(connection) == {"utrecht:8": "all-mills:7"}


def test_the_answer_for_a_square_has_it_once(service: Service, tmp_path: Path) -> None:
    file = written(tmp_path, HEADER, MILL, FAR)
    with operator_connection(service.settings.required_database_url) as connection:
        for register in ("utrecht", "all-mills"):
            mapping = SavedMapping(register=register, licence="CC0-1.0")
            import_sources(connection, file, mapping=mapping, now=NOON)
    for query in ("", "?k=2", "?k=2&technology=wind"):
        answer = service.http.get(f"/v1/cells/{UTRECHT}/sources{query}").json()
        assert [each["id"] for each in answer["features"]] == ["utrecht:mill", "utrecht:far"]


def test_each_is_told_with_the_other(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht")
    take(SAME, register="all-mills")
    assert changes.show(connection, "utrecht:mill")["linked"] == ["all-mills:7"]
    assert changes.show(connection, "all-mills:7")["same_as"] == "utrecht:mill"
    linked = {each["name"]: each["linked"] for each in changes.registers(connection)}
    assert linked == {"all-mills": 1, "utrecht": 0}


@pytest.mark.parametrize(
    "other",
    [
        SAME.replace("wind", "solar"),
        SAME.replace("1000", "1200"),
        SAME.replace("1000", "700"),
        SAME.replace("1000", ""),
        SAME.replace("52.10038", "52.10092"),
    ],
    ids=["technology", "more", "less", "unknown capacity", "102 m"],
)
def test_what_differs_is_another_source(take: Take, connection: Connection, other: str) -> None:
    take(MILL, register="utrecht")
    assert take(other, register="all-mills").linked == 0
    assert len(published(connection)) == 2


def test_two_of_one_register_are_two(take: Take, connection: Connection) -> None:
    assert take(SAME, SECOND, register="all-mills").linked == 0
    assert len(published(connection)) == 2


def test_of_two_that_could_be_it_the_nearer_one_is(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht")
    assert take(SECOND, SAME, register="all-mills").linked == 1
    assert published(connection) == ["all-mills:8", "utrecht:mill"]


def test_a_source_of_three_registers_is_shown_once(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht")
    take(SAME, register="all-mills")
    assert take(SECOND, register="mills").linked == 1
    assert published(connection) == ["utrecht:mill"]


def test_made_up_sources_hide_no_real_ones(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht", made_up=True)
    assert take(SAME, register="all-mills").linked == 0
    assert len(published(connection)) == 2


def test_private_persons_sources_are_linked_to_nothing(take: Take) -> None:
    take("roof,Dak,solar,person,12,52.1,5.1\n", register="utrecht")
    result = take("7,Dak,solar,cooperative,12,52.1,5.1\n", register="roofs")
    assert (result.inserted, result.linked) == (1, 0)


def test_the_other_is_shown_when_one_leaves(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht")
    version = take(SAME, register="all-mills").catalogue_version
    done = changes.remove(connection, "utrecht:mill", NOON)
    assert published(connection) == ["all-mills:7"]
    assert done.catalogue_version == version + 1
    changes.undo(connection, done.change, NOON)
    assert published(connection) == ["utrecht:mill"]


def test_the_other_is_shown_when_one_moves(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht")
    take(SAME, register="all-mills")
    result = take(MILL.replace("52.1", "53.1"), register="utrecht")
    assert (result.updated, result.linked) == (1, 0)
    assert published(connection) == ["all-mills:7", "utrecht:mill"]
    assert take(MILL, register="utrecht").linked == 1


def test_what_was_linked_comes_back_linked(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht")
    take(SAME, register="all-mills")
    before = links(connection)
    removed = changes.remove_register(connection, "all-mills", NOON)
    assert links(connection) == {}
    changes.undo(connection, removed.change, NOON)
    assert links(connection) == before


def test_what_comes_back_is_linked_to_nothing_that_left(take: Take, connection: Connection) -> None:
    take(MILL, register="utrecht")
    take(SAME, register="all-mills")
    removed = changes.remove_register(connection, "all-mills", NOON)
    changes.remove(connection, "utrecht:mill", NOON)
    changes.undo(connection, removed.change, NOON)
    assert published(connection) == ["all-mills:7"]


def test_nothing_names_a_source_that_turns_out_to_be_private(
    take: Take, connection: Connection
) -> None:
    roof = "roof,Dak,solar,cooperative,12,52.1,5.1\n"
    take(roof, register="utrecht")
    take(roof, register="roofs")
    take(roof.replace("Dak", "Zonnedak"), register="roofs")
    assert links(connection) == {"roofs:roof": "utrecht:roof"}
    take(roof.replace("cooperative", "person"), register="utrecht")
    for table in ("source", "catalogue_before", "tombstone", "known_source"):
        query = SQL("SELECT count(*) FROM nabij.{} AS t WHERE t::text ~ 'utrecht:roof'")
        found = connection.execute(query.format(Identifier(table))).fetchall()
        assert found == [(0,)], table


def test_an_import_that_changes_nothing_links_what_was_never_linked(
    take: Take, connection: Connection
) -> None:
    take(MILL, register="utrecht")
    version = take(SAME, register="all-mills").catalogue_version
    connection.execute("UPDATE nabij.source SET same_as = NULL")
    result = take(SAME, register="all-mills")
    assert (result.unchanged, result.linked) == (1, 1)
    assert result.catalogue_version == version + 1
    assert take(SAME, register="all-mills").catalogue_version == version + 1
