"""Names and stories carry their language; a source without a name has none."""

from pathlib import Path

import psycopg
import pytest

from nabij_backend.clock import utc_now
from nabij_backend.migrations.run import migrate
from nabij_backend.sources.importer import SavedMapping, import_sources
from tests.backend.database.older import at_revision

_NAMED = """
INSERT INTO nabij.source (source_id, name, technology, owner_kind, licence, made_up, located, geom,
                          latitude_e5, longitude_e5)
VALUES (%s, %s, %s, 'company', 'CC0', false, 'site',
        ST_Point(3973000, 3263000, 3035), 5236590, 488573)
"""


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Molen,Van ons allen.,nl", ("Molen", "nl")),
        ("Mill,,en-GB", ("Mill", "en-GB")),
        ("Mole,,Dutch!", ("Mole", None)),
        (f"Mole,,nl{'-abcdefgh' * 4}", ("Mole", None)),
        (",,nl", (None, None)),
        (",Van ons allen.,nl", (None, "nl")),
    ],
)
def test_a_language_is_taken_where_it_is_one_and_says_something(
    superuser: psycopg.Connection, tmp_path: Path, row: str, told: tuple[str | None, str | None]
) -> None:
    file = tmp_path / "sources.csv"
    header = "id,technology,latitude,longitude,capacity_kw,name,story,taal\n"
    file.write_text(f"{header}1,wind,52.1,5.1,900,{row}\n", encoding="utf-8")
    superuser.execute("SET ROLE nabij_operator")
    import_sources(
        superuser, file, mapping=SavedMapping(licence="CC0-1.0"), made_up=False, now=utc_now()
    )
    assert superuser.execute("SELECT name, language FROM source").fetchall() == [told]


def test_the_migration_takes_names_away_that_were_no_names(empty_url: str) -> None:
    with at_revision(empty_url, "0007") as connection:
        connection.execute("UPDATE nabij.catalogue SET version = 6")
        for row in (
            ("a", "Wind turbine", "wind"),
            ("b", "Wind turbine", "hydro"),
            ("c", "Molen", "wind"),
        ):
            connection.execute(_NAMED, row)
    migrate(empty_url)
    with psycopg.connect(empty_url, options="-c search_path=nabij,public") as connection:
        found = connection.execute("SELECT name FROM source ORDER BY source_id").fetchall()
        assert found == [(None,), ("Wind turbine",), ("Molen",)]
        assert connection.execute("SELECT version FROM catalogue").fetchone() == (7,)


@pytest.mark.parametrize(
    "language", ["Dutch", "nl_NL", "n", "nl-" + "a" * 9, "nl" + "-abcdefgh" * 4]
)
def test_a_language_is_a_short_tag(superuser: psycopg.Connection, language: str) -> None:
    superuser.execute(_NAMED, ("a", "Molen", "wind"))
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute("UPDATE source SET language = %s", [language])
