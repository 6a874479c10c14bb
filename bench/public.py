"""What is public: the list of a square and the catalogue, warm and cold, beside other servers.

Clients take gzip, as phones and browsers do.
"""

import json
import random
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

import httpx2

from bench import others
from bench.contest import Contender, Effort, contest
from bench.installation import Installation
from bench.load import Request
from bench.measure import Comparison, at_least, at_most
from bench.servers import Served, peer, serving
from nabij_geo import Cell

_SQUARE: Final = "/v1/cells/CRS3035RES1000mN3263000E3973000/sources"
_CONSTANT: Final = "the same bytes, Starlette"
# As `candidates`, for one square.
_BARE: Final = """
SELECT max(distance) FROM (
    SELECT geom <-> ST_Point(3973500, 3263500, 3035) AS distance FROM source
    ORDER BY geom <-> ST_Point(3973500, 3263500, 3035) LIMIT 10
) AS nearest;
SELECT source_id, latitude_e5, longitude_e5, technology::text, owner_kind::text, name, story
FROM source WHERE ST_DWithin(geom, ST_Point(3973500, 3263500, 3035), 2000);
"""
_GZIP: Final = {"Accept-Encoding": "gzip"}
_COLD: Final = 40_000
_LARGEST_K: Final = 32
_PATIENCE_S: Final = 30


def run(here: Installation, effort: Effort) -> list[Comparison]:
    """Compare what is ready to be sent with its ceilings and its peers."""
    others.prepare(here)
    with serving(here) as ours:
        return [*_warm(here, ours, effort), *_catalogue(here, ours, effort)]


def run_cold(here: Installation, effort: Effort) -> list[Comparison]:
    """Compare lists that are worked out for each request."""
    others.prepare(here)
    with serving(here) as ours:
        return _cold(here, ours, effort)


def quick(here: Installation, ours: Served, effort: Effort) -> list[Comparison]:
    """Compare a warm square and a cold one with constant bytes."""
    found = _get(ours, _SQUARE)
    with _constant(here, found) as ceiling:
        same = Contender(ceiling, [Request("GET", "/", _GZIP)])
        warm = contest(Contender(ours, [Request("GET", _SQUARE, _GZIP)]), same, effort)
        cold = contest(Contender(ours, cold_requests(here)), same, effort)
    return [
        warm.throughput("square, warm", _CONSTANT, at_least(0.35)),
        cold.throughput("square, cold", _CONSTANT, at_least(0.03)),
    ]


def _warm(here: Installation, ours: Served, effort: Effort) -> list[Comparison]:
    found = _get(ours, _SQUARE)
    square = Contender(ours, [Request("GET", _SQUARE, _GZIP)])
    held = Contender(ours, [Request("GET", _SQUARE, _GZIP | {"If-None-Match": found.etag})])
    with _constant(here, found) as ceiling:
        same = Contender(ceiling, [Request("GET", "/", _GZIP)])
        warm, not_modified = contest(square, same, effort), contest(held, same, effort)
    return [
        warm.throughput("square, warm", _CONSTANT, at_least(0.8)),
        warm.cpu("square, warm", _CONSTANT),
        not_modified.throughput("square, 304", _CONSTANT, at_least(1.0)),
        *_warm_beside_others(here, ours, square, effort),
    ]


def _warm_beside_others(
    here: Installation, ours: Served, square: Contender, effort: Effort
) -> list[Comparison]:
    area = others.Area.of(_get(ours, _SQUARE, {}).content)
    with others.nginx(here, _get(ours, _SQUARE).content) as theirs:
        file = contest(square, Contender(theirs, [Request("GET", "/square", _GZIP)]), effort)
    with others.tipg(here) as theirs:
        tipg = contest(square, Contender(theirs, others.asks_tipg(area)), effort)
    with others.pygeoapi(here) as theirs:
        pygeoapi = contest(square, Contender(theirs, others.asks_pygeoapi(area)), effort)
    return [
        file.throughput("square, warm", "nginx, the same bytes from a file"),
        tipg.throughput("square, warm", "tipg", at_least(50)),
        tipg.answered("square, warm", "tipg"),
        pygeoapi.throughput("square, warm", "pygeoapi"),
    ]


def _cold(here: Installation, ours: Served, effort: Effort) -> list[Comparison]:
    requests = cold_requests(here)
    cold = Contender(ours, requests)
    with peer(here, "handwritten.py") as theirs:
        result = contest(cold, Contender(theirs, requests), effort)
    area = others.Area.of(_get(ours, _SQUARE, {}).content)
    with others.tipg(here) as theirs:
        tipg = contest(cold, Contender(theirs, others.asks_tipg(area)), effort)
    with others.geodjango(here) as theirs:
        django = contest(cold, Contender(theirs, others.asks_geodjango(area)), effort)
    bare = others.pgbench(here, _BARE, effort.rounds, effort.seconds)
    redis = others.redis(here, _places(here), area.features, effort.rounds)
    by_hand = "Starlette and psycopg by hand"
    rate = result.ours.per_second
    unit = "requests/s"
    return [
        result.throughput("square, cold", by_hand, at_least(0.8)),
        result.cpu("square, cold", by_hand),
        result.answered("square, cold", by_hand),
        tipg.throughput("square, cold", "tipg", at_least(8)),
        django.throughput("square, cold", "GeoDjango, nearest of one place"),
        Comparison("square, cold", rate, "pgbench, two statements", bare, unit),
        Comparison("square, cold", rate, "Redis GEOSEARCH, ids alone", redis, unit),
    ]


def _places(here: Installation) -> list[tuple[float, float]]:
    with here.connect() as connection:
        return connection.execute(
            "SELECT longitude_e5 / 1e5, latitude_e5 / 1e5 FROM source"
        ).fetchall()


def _catalogue(here: Installation, ours: Served, effort: Effort) -> list[Comparison]:
    files = json.loads(_get(ours, "/v1/catalogue", {}).content)["files"]
    path = max(files, key=lambda each: each["sources"])["path"]
    with _constant(here, _get(ours, path)) as ceiling:
        result = contest(
            Contender(ours, [Request("GET", path, _GZIP)]),
            Contender(ceiling, [Request("GET", "/", _GZIP)]),
            effort,
        )
    return [
        result.throughput("catalogue file", _CONSTANT, at_least(0.9)),
        Comparison(
            "catalogue, until a committed change of one source is served",
            _rebuilt_s(here, ours),
            "the goal",
            2.0,
            "s",
            at_most(1.0),
        ),
    ]


def _rebuilt_s(here: Installation, ours: Served) -> float:
    """Return the seconds from the commit of one source's change until all files are there anew."""
    with httpx2.Client(base_url=ours.address, timeout=_PATIENCE_S) as http:
        before = http.get("/v1/catalogue").json()["version"]
        here.rename_a_source()
        begun = time.perf_counter()
        while http.get("/v1/catalogue").json()["version"] == before:
            assert time.perf_counter() - begun < _PATIENCE_S
        return time.perf_counter() - begun


class _Answer:
    """What a server answered, as it came."""

    def __init__(self, raw: httpx2.Response) -> None:
        self.content = b"".join(raw.iter_raw())
        self.etag = raw.headers["ETag"]
        names = ("Content-Type", "Content-Encoding", "ETag", "Cache-Control", "Vary")
        self.headers = {name: raw.headers[name] for name in names if name in raw.headers}


def _get(served: Served, path: str, headers: dict[str, str] = _GZIP) -> _Answer:
    with (
        httpx2.Client(base_url=served.address, timeout=_PATIENCE_S) as http,
        http.stream("GET", path, headers={"Accept-Encoding": "identity"} | headers) as raw,
    ):
        raw.raise_for_status()
        return _Answer(raw)


@contextmanager
def _constant(here: Installation, found: _Answer) -> Generator[Served]:
    file = here.folder / "constant"
    file.write_bytes(found.content)
    pairs = [text for pair in found.headers.items() for text in pair]
    with peer(here, "constant.py", file, *pairs) as served:
        yield served


def cold_requests(here: Installation, codes: Sequence[str] | None = None) -> list[Request]:
    """Return requests for so many squares that none is kept until its turn comes again."""
    chosen = codes or squares(here)
    paths = (_path(code, k) for k in (10, *range(8, _LARGEST_K + 1)) for code in chosen)
    return [Request("GET", path, _GZIP) for path in islice(paths, _COLD)]


def squares(here: Installation) -> list[str]:
    """Return every square that has a source, in an order of chance."""
    with here.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT floor(ST_Y(geom) / 1000)::integer * 1000,"
            " floor(ST_X(geom) / 1000)::integer * 1000 FROM source ORDER BY 1, 2"
        ).fetchall()
    codes = [Cell(1_000, northing_m, easting_m).code for northing_m, easting_m in rows]
    random.Random(1).shuffle(codes)  # noqa: S311 - an order, no secret
    return codes


def listed(served: Served, codes: Sequence[str]) -> list[str]:
    """Return those of the squares that have a list: in the densest land it would be too long."""
    with httpx2.Client(base_url=served.address, timeout=_PATIENCE_S) as http:
        return [code for code in codes if http.get(_path(code, _LARGEST_K)).is_success]


def _path(code: str, k: int) -> str:
    return f"/v1/cells/{code}/sources?k={k}"
