"""The erasure map names every table about people, and nothing else."""

import re
from typing import Final

import psycopg

from nabij_backend.schema import expected
from nabij_backend.tables.personal import PERSONAL
from nabij_consent import Locale
from tests.backend.database.guards import personal_tables

_TO_A_PERSON: Final = r"FOREIGN KEY \((\w+)\) REFERENCES nabij\.subject\(subject_id\)"


def test_the_map_is_what_the_catalogue_says(shared_superuser: psycopg.Connection) -> None:
    assert sorted(each.table for each in PERSONAL) == personal_tables(shared_superuser)


def test_a_table_that_the_map_misses_is_found(shared_superuser: psycopg.Connection) -> None:
    with shared_superuser.transaction(force_rollback=True):
        shared_superuser.execute("CREATE TABLE nabij.trace (subject_id uuid PRIMARY KEY)")
        found = set(personal_tables(shared_superuser)) - {each.table for each in PERSONAL}
        assert found == {"trace"}


def test_every_table_is_explained_in_every_language() -> None:
    for each in PERSONAL:
        assert all(each.title[locale] and each.why[locale] for locale in Locale)


def test_a_second_holder_is_a_column_that_names_a_person() -> None:
    for each in PERSONAL:
        keys = [
            definition
            for name, definition in expected().items()
            if name.startswith(f"constraint nabij.{each.table} ")
        ]
        named = set(re.findall(_TO_A_PERSON, "\n".join(keys)))
        assert named - {"subject_id"} == ({each.holder} if each.holder else set[str]())
