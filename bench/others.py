"""Other people's servers over the same sources, in an environment of their own (`.venv-peers`).

What does not run on a machine is left out, and said. tipg and pygeoapi answer for a box that holds
what our list holds, GeoDjango for a place, nginx with our own bytes from a file: each with as many
sources as ours. None of them promises that a list is right for every place in a square.
"""

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from bench.installation import Installation
from bench.load import OTHERS_CPU, SERVER_CPU, Request
from bench.servers import PEERS, Served, listening

_ROOT: Final = Path(__file__).parent.parent
_VENV: Final = _ROOT / ".venv-peers"
PYTHON: Final = _VENV / "bin" / "python"
_LOCK: Final = PEERS / "requirements.lock"
_PATIENCE_S: Final = 600
_PLACES: Final = """
CREATE SCHEMA IF NOT EXISTS bench;
DROP TABLE IF EXISTS bench.place;
CREATE TABLE bench.place AS
SELECT source_id, name, technology::text, owner_kind::text, ST_Transform(geom, 4326) AS geom
FROM source;
ALTER TABLE bench.place ADD PRIMARY KEY (source_id);
CREATE INDEX ON bench.place USING gist (geom);
ANALYZE bench.place;
"""
_NGINX: Final = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{}}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
    server {{
        listen 127.0.0.1:{port};
        location / {{ root {folder}; types {{}} default_type application/geo+json;
                      add_header Content-Encoding gzip; }}
    }}
}}
"""


@dataclass(frozen=True, slots=True)
class Area:
    """What one of our lists holds."""

    features: int
    box: tuple[float, float, float, float]

    @classmethod
    def of(cls, content: bytes) -> "Area":
        """Read one of our lists."""
        features = json.loads(content)["features"]
        places = [each["geometry"]["coordinates"] for each in features]
        longitudes, latitudes = zip(*places, strict=True)
        box = min(longitudes), min(latitudes), max(longitudes), max(latitudes)
        return cls(len(features), box)

    @property
    def query(self) -> str:
        """Return the box as OGC API Features takes it."""
        return f"bbox={','.join(map(str, self.box))}&limit={self.features}"


def prepare(here: Installation) -> None:
    """Install the others, and make the table that pygeoapi reads: it knows degrees only."""
    uv = str(Path(sys.executable).with_name("uv"))
    if not PYTHON.exists():
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(_VENV)])
    _run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON), str(_LOCK)])
    with here.connect() as connection:
        connection.execute(_PLACES)


@contextmanager
def tipg(here: Installation) -> Generator[Served]:
    """Run tipg, which answers from PostGIS with OGC API Features."""
    database = f"postgresql://postgres:none@{quote(_socket(here), safe='')}:5432/postgres"
    variables = {"DATABASE_URL": database, "TIPG_DB_SCHEMAS": '["nabij"]'}
    with listening(here, _uvicorn("tipg.main:app"), variables) as served:
        yield served


def asks_tipg(area: Area) -> list[Request]:
    """Return what tipg is asked for the sources of an area."""
    return [Request("GET", f"/collections/nabij.source/items?f=geojson&{area.query}", {})]


@contextmanager
def pygeoapi(here: Installation) -> Generator[Served]:
    """Run pygeoapi, the reference implementation of OGC API Features."""
    description = here.folder / "pygeoapi-openapi.yml"
    variables = {
        "DATABASE_HOST": _socket(here),
        "PYGEOAPI_CONFIG": str(PEERS / "pygeoapi.yml"),
        "PYGEOAPI_OPENAPI": str(description),
    }
    program = str(PYTHON.with_name("pygeoapi"))
    config = str(PEERS / "pygeoapi.yml")
    _run(
        [program, "openapi", "generate", config, "--output-file", str(description)],
        here.variables | variables,
    )
    with listening(here, _uvicorn("pygeoapi.starlette_app:APP"), variables) as served:
        yield served


def asks_pygeoapi(area: Area) -> list[Request]:
    """Return what pygeoapi is asked for the sources of an area."""
    return [Request("GET", f"/collections/sources/items?f=json&{area.query}", {})]


@contextmanager
def geodjango(here: Installation) -> Generator[Served]:
    """Run GeoDjango with gunicorn, one process of eight threads."""
    command = [str(PYTHON), "-m", "gunicorn", "--threads", "8", "--bind", "127.0.0.1:{port}"]
    variables = {"DATABASE_HOST": _socket(here), "PYTHONPATH": str(PEERS)}
    with listening(here, [*command, "geodjango:application"], variables) as served:
        yield served


def asks_geodjango(area: Area) -> list[Request]:
    """Return what GeoDjango is asked: as many sources as ours, around the middle of the area."""
    west, south, east, north = area.box
    place = f"lon={(west + east) / 2}&lat={(south + north) / 2}"
    return [Request("GET", f"/?{place}&k={area.features}", {})]


@contextmanager
def nginx(here: Installation, content: bytes) -> Generator[Served]:
    """Run nginx with one worker, which sends the bytes from a file."""
    folder = here.folder / "nginx"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    (folder / "square").write_bytes(content)
    here.folder.chmod(0o755)  # its worker is another user
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port="PORT"), encoding="utf-8")
    run = f"sed s/PORT/{{port}}/ {config} > {config}.now && exec {program} -c {config}.now"
    with listening(here, ["sh", "-c", run], {}) as served:
        yield served


def pgbench(here: Installation, statements: str, rounds: int, seconds: float) -> float:
    """Return how often a second PostgreSQL runs the statements, from eight sessions."""
    script = here.folder / "statements.sql"
    script.write_text(statements, encoding="utf-8")
    program = max(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    command: list[str] = [
        *("taskset", "-c", SERVER_CPU, str(program), "--no-vacuum", "--protocol", "prepared"),
        *("--client", "8", "--time", str(max(1, round(seconds))), "--file", str(script)),
        *("--host", _socket(here), "--username", "postgres", "postgres"),
    ]
    rates: list[float] = []
    for _ in range(rounds):
        told = _run(command, here.variables | {"PGOPTIONS": "-c search_path=nabij,public"})
        (line,) = [each for each in told.splitlines() if each.startswith("tps = ")]
        rates.append(float(line.split()[2]))
    return statistics.median(rates)


def redis(here: Installation, places: Sequence[tuple[float, float]], k: int, rounds: int) -> float:
    """Return how often a second Redis finds the nearest of a place, as ids alone."""
    with _redis_server(here) as socket:
        cli = ["redis-cli", "-s", socket]
        lines = [f"GEOADD places {lon} {lat} {number}" for number, (lon, lat) in enumerate(places)]
        _run([*cli, "--pipe"], stdin="\n".join(lines) + "\n")
        longitude, latitude = places[0]
        search = f"GEOSEARCH places FROMLONLAT {longitude} {latitude} BYRADIUS 20 km ASC COUNT {k}"
        command = ["taskset", "-c", OTHERS_CPU, "redis-benchmark", "-s", socket, "-c", "8"]
        command += ["-n", "20000", "--csv", *search.split()]
        rates = [_rate(_run(command)) for _ in range(rounds)]
    return statistics.median(rates)


def _rate(told: str) -> float:
    return float(told.splitlines()[-1].split('","')[1].strip('"'))


@contextmanager
def _redis_server(here: Installation) -> Generator[str]:
    socket = str(here.folder / "redis.socket")
    command = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir"]
    server = subprocess.Popen(
        ["taskset", "-c", SERVER_CPU, *command, str(here.folder)], stdout=subprocess.DEVNULL
    )
    try:
        _run(["sh", "-c", f"until [ -S {socket} ]; do sleep 0.05; done"])
        yield socket
    finally:
        server.terminate()
        server.wait(_PATIENCE_S)


def _uvicorn(application: str) -> list[str]:
    return [
        *(str(PYTHON), "-m", "uvicorn", application, "--port", "{port}"),
        *("--no-access-log", "--log-level", "error"),
    ]


def _socket(here: Installation) -> str:
    return parse_qs(urlsplit(here.url).query)["host"][0]


def _run(
    command: Sequence[str], variables: Mapping[str, str] | None = None, stdin: str = ""
) -> str:
    done = subprocess.run(
        command,
        env=None if variables is None else dict(variables),
        input=stdin,
        capture_output=True,
        check=True,
        text=True,
        timeout=_PATIENCE_S,
    )
    return done.stdout
