"""A cluster is a private PostGIS server that keeps data and tells nobody about it."""

import stat
import sys
from pathlib import Path

import psycopg
import pytest

from nabij_dev import embedded
from nabij_dev.embedded.account import server_account
from tests.dev.embedded.processes import connect, running_below, server_of, socket_of


def test_a_fresh_folder_becomes_a_postgis_server_that_stops_at_the_end(empty_folder: Path) -> None:
    with embedded.cluster(empty_folder, durable=False) as cluster:
        server = server_of(cluster.url())
        with connect(cluster.url()) as connection:
            connection.execute("CREATE EXTENSION postgis")
            row = connection.execute("SELECT ST_SRID(ST_Point(4321000, 3210000, 3035))").fetchone()
    assert row == (3035,)
    assert not server.is_running()
    assert running_below(empty_folder) == []


def test_data_outlives_the_server(folder: Path) -> None:
    with embedded.cluster(folder) as cluster, connect(cluster.url()) as connection:
        connection.execute("CREATE DATABASE kept")
    with embedded.cluster(folder) as cluster, connect(cluster.url("kept")) as connection:
        assert connection.info.dbname == "kept"


def test_the_server_is_private_and_set_up_alike_everywhere(folder: Path) -> None:
    expected = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "lc_collate": "C" if sys.platform == "darwin" else "C.UTF-8",
        "fsync": "on",
        "max_connections": "100",
    }
    with embedded.cluster(folder) as cluster, connect(cluster.url()) as connection:
        query = "SELECT lower(name), current_setting(name) FROM pg_settings WHERE name = ANY(%s)"
        settings = connection.execute(query, [[*expected, "TimeZone"]]).fetchall()
        socket = socket_of(cluster.url()).stat()
    assert dict(settings) == expected
    assert (stat.S_IMODE(socket.st_mode), socket.st_uid) == (0o700, server_account().uid)


def test_the_log_holds_nothing_a_client_sent(folder: Path) -> None:
    with embedded.cluster(folder, durable=False) as cluster, connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE person (name text PRIMARY KEY, age int CHECK (age > 0))")
        connection.execute("INSERT INTO person VALUES (%s, 1)", ["secret-name"])
        with pytest.raises(psycopg.errors.UniqueViolation, match="secret-name"):
            connection.execute("INSERT INTO person VALUES (%s, 1)", ["secret-name"])
        with pytest.raises(psycopg.errors.CheckViolation, match="-424242"):
            connection.execute("INSERT INTO person VALUES ('x', %s)", [-424242])
        with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="secret-age"):
            connection.execute("SELECT %s::text::int", ["secret-age"])
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid()) WHERE false")
    log = (folder / "cluster/server.log").read_text()
    assert "ready to accept connections" in log
    assert "secret" not in log
    assert "424242" not in log
    assert "person" not in log
