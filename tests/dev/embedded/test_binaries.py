"""Which PostgreSQL is taken."""

from pathlib import Path

import pytest

from nabij_dev import embedded
from nabij_dev.embedded.binaries import find_programs


def installation(root: Path, version: str, *, postgis: bool) -> Path:
    """Lay out a PostgreSQL that can say its version and where its extensions lie."""
    programs, extensions = root / version / "bin", root / version / "share/extension"
    programs.mkdir(parents=True)
    extensions.mkdir(parents=True)
    if postgis:
        (extensions / "postgis.control").touch()
    for name, answer in (
        ("postgres", f"postgres (PostgreSQL) {version}"),
        ("initdb", ""),
        ("pg_config", str(extensions.parent)),
    ):
        (programs / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
        (programs / name).chmod(0o755)
    return programs


def test_the_newest_with_postgis_wins_wherever_it_stands(tmp_path: Path) -> None:
    bare = installation(tmp_path, "18.1", postgis=False)
    old = installation(tmp_path, "9.6.3", postgis=True)
    new = installation(tmp_path, "17beta2", postgis=True)
    assert find_programs([bare, old, new, tmp_path / "nothing"], made_by=None) == new


def test_a_link_on_path_leads_to_the_programs_beside_it(tmp_path: Path) -> None:
    programs = installation(tmp_path, "15.2", postgis=True)
    (tmp_path / "postgres").symlink_to(programs / "postgres")
    assert find_programs([tmp_path], made_by=None) == programs


def test_existing_data_gets_the_version_that_made_it(tmp_path: Path) -> None:
    old, new = (installation(tmp_path, version, postgis=True) for version in ("15.1", "17.0"))
    assert find_programs([old, new], made_by=15) == old
    with pytest.raises(embedded.VersionMismatch, match="Install PostgreSQL 14 with PostGIS"):
        find_programs([old, new], made_by=14)


def test_without_postgis_the_error_says_what_to_install(tmp_path: Path) -> None:
    bare = installation(tmp_path, "15.1", postgis=False)
    with pytest.raises(embedded.PostgisMissing, match="apt-get install postgresql postgis"):
        find_programs([bare], made_by=None)


def test_data_of_a_version_that_is_not_installed(folder: Path) -> None:
    (folder / "cluster/data/PG_VERSION").write_text("8\n")
    with pytest.raises(embedded.VersionMismatch), embedded.cluster(folder, durable=False):
        pass
