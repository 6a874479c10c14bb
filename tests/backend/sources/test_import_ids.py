"""Ids of a register that has none of its own."""

from pathlib import Path

import pytest

from nabij_backend.sources.importer import (
    ImportResult,
    SavedMapping,
    UnknownColumnError,
    import_sources,
)
from nabij_backend.sources.importer.errors import SeveralIdsError, UnmappableFileError
from nabij_backend.sources.importer.mapping import read_mapping
from nabij_backend.sources.importer.registers import Field
from tests.backend.sources.importing import NOON, Connection, place, written

ROWS = (
    "Gemeente;Nr;technology;latitude;longitude\n",
    "Utrecht;1;wind;52.1;5.1\n",
    "Zeist;1;wind;52.2;5.2\n",
    "Zeist;;wind;52.3;5.3\n",
)


def imported(connection: Connection, path: Path, mapping: SavedMapping) -> ImportResult:
    return import_sources(connection, path, mapping=mapping, now=NOON)


def ids(connection: Connection) -> list[object]:
    return [row[0] for row in connection.execute("SELECT source_id FROM nabij.source ORDER BY 1")]


def test_several_columns_make_an_id(connection: Connection, tmp_path: Path) -> None:
    mapping = SavedMapping(register="molens", id_columns=("gemeente", "NR"))
    result = imported(connection, written(tmp_path, *ROWS), mapping)
    assert ids(connection) == ["molens:Utrecht-1", "molens:Zeist-1"]
    assert result.rejected == {"no-id": 1}
    assert result.report.columns[Field.ID] == "Gemeente + Nr"


def test_the_row_is_an_id_where_one_says_so(connection: Connection, tmp_path: Path) -> None:
    mapping = SavedMapping(register="molens", row_ids=True)
    imported(connection, written(tmp_path, *ROWS), mapping)
    assert ids(connection) == ["molens:2", "molens:3", "molens:4"]


def test_a_register_has_an_id_of_several_columns(connection: Connection, tmp_path: Path) -> None:
    header = "TYP;LEISTUNG;OSTWERT;NORDWERT;STATUS;BST_NR;ANL_NR\n"
    running = "Mühle 112;3450;32500000;5999000;in Betrieb;51001;0001\n"
    planned = "Mühle 117;3450;32505000;5983000;im Gen.Verf.;51001;0002\n"
    path = written(tmp_path, header, running, planned)
    result = imported(connection, path, SavedMapping())
    assert (result.register, result.inserted) == ("windkraft-sh", 1)
    assert result.rejected == {"not-operating": 1}
    assert ids(connection) == ["windkraft-sh:51001-0001"]
    assert place(connection, "windkraft-sh:51001-0001") == pytest.approx((9.0, 54.14), abs=0.01)


def test_a_register_without_its_id_needs_one(connection: Connection, tmp_path: Path) -> None:
    path = written(tmp_path, "LEISTUNG;OSTWERT;NORDWERT;STATUS\n", "3450;32500000;5999000;ja\n")
    with pytest.raises(UnmappableFileError, match="recognised as id"):
        imported(connection, path, SavedMapping())


@pytest.mark.parametrize(
    "mapping",
    [
        SavedMapping(id_columns=("Nr",), row_ids=True),
        SavedMapping(id_columns=("Nr",), columns={"id": "Nr"}),
        SavedMapping(row_ids=True, columns={"id": "Nr"}),
    ],
)
def test_it_is_said_in_one_way(
    connection: Connection, tmp_path: Path, mapping: SavedMapping
) -> None:
    with pytest.raises(SeveralIdsError):
        imported(connection, written(tmp_path, *ROWS), mapping)


def test_a_column_that_is_not_there_is_refused(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(UnknownColumnError):
        imported(connection, written(tmp_path, *ROWS), SavedMapping(id_columns=("Nr", "Plaats")))


def test_it_is_saved(tmp_path: Path) -> None:
    for mapping in (SavedMapping(id_columns=("Gemeente", "Nr")), SavedMapping(row_ids=True)):
        mapping.write(tmp_path / "molens.toml")
        assert read_mapping(tmp_path / "molens.toml") == mapping
