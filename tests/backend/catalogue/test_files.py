"""The catalogue as everybody may keep it: signed, immutable, compressed, and free to ask about."""

import gzip
import hashlib
import json
import time
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2
import psycopg
import pytest
import zstandard

from nabij_backend.catalogue import service as catalogue_service
from nabij_backend.db import operator_connection
from nabij_backend.enums import Technology
from nabij_backend.signing import InvalidSignature, JwsType, read_jwks, verify
from nabij_backend.sources.importer import SavedMapping, import_sources
from nabij_dev import embedded
from nabij_geo import Cell, Position, decode
from tests.backend.catalogue.knowing import heard, manifest, queries
from tests.backend.closing import closed
from tests.backend.sources.catalogue import fill, scattered
from tests.service import Service

UTRECHT = Position(52.0907, 5.1214)
NICOSIA = Position(35.1676, 33.3736)
PATIENCE_S = 20.0


def file(service: Service, region: str = "all", **headers: str) -> httpx2.Response:
    (path,) = (each["path"] for each in manifest(service)["files"] if each["region"] == region)
    return service.http.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.fixture
def filled(service: Service, tmp_path: Path) -> Service:
    """The service with sources in two countries."""
    sources = [
        source
        for place in (UTRECHT, NICOSIA)
        for source in scattered(Cell.containing(place, 10_000), 40, seed=3)
    ]
    fill(service.settings.required_database_url, tmp_path, sources)
    return service


def test_an_empty_catalogue_has_a_file_without_sources(service: Service) -> None:
    found = manifest(service)
    assert (found["version"], found["sources"], found["attribution"]) == (0, 0, [])
    assert [each["region"] for each in found["files"]] == ["all"]
    assert list(decode(file(service).json())) == []


def test_the_manifest_says_what_there_is(filled: Service) -> None:
    found = manifest(filled)
    assert (found["version"], found["sources"]) == (1, 80)
    assert found["changed_at"] == "2026-06-01T00:00:00Z"
    (owed,) = found["attribution"]
    assert (owed["register"], owed["licence"], owed["sources"]) == (None, "CC0-1.0", 80)
    assert (owed["attribution"], owed["edition"], owed["url"]) == (None, None, None)
    whole, *regions = found["files"]
    assert (whole["region"], whole["path"], whole["sources"]) == ("all", "/v1/catalogue/1/all", 80)
    cells = {Cell.parse(each["region"]) for each in regions}
    assert cells >= {Cell.containing(place, 100_000) for place in (UTRECHT, NICOSIA)}
    assert sum(each["sources"] for each in regions) == 80


def test_a_register_is_named_as_its_publisher_wants(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "sources.csv"
    path.write_text("id,technology,latitude,longitude\n1,wind,52.1,5.1\n", encoding="utf-8")
    mapping = SavedMapping(
        register="molens",
        licence="CC-BY-4.0",
        attribution="Provincie Utrecht",
        url="https://utrecht.example/molens",
    )
    with operator_connection(service.settings.required_database_url) as connection:
        import_sources(
            connection, path, mapping=mapping, edition=date(2026, 1, 15), now=datetime.now(UTC)
        )
    (owed,) = manifest(service)["attribution"]
    assert owed == {
        "register": "molens",
        "licence": "CC-BY-4.0",
        "attribution": "Provincie Utrecht",
        "edition": "2026-01-15",
        "url": "https://utrecht.example/molens",
        "sources": 1,
    }


def test_each_file_is_what_the_manifest_says(filled: Service) -> None:
    for each in manifest(filled)["files"]:
        content = filled.http.get(each["path"]).content
        assert len(content) == each["bytes"]
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
        document = json.loads(content)
        assert (document["version"], document["region"]) == (1, each["region"])


def test_the_regions_together_are_everything(filled: Service) -> None:
    whole = set(decode(file(filled).json()))
    regions = [each["region"] for each in manifest(filled)["files"][1:]]
    parts = [each for region in regions for each in decode(file(filled, region).json())]
    assert (len(parts), set(parts)) == (80, whole)
    for region in regions:
        cell = Cell.parse(region)
        assert all(
            Cell.containing(each.position, 100_000) == cell
            for each in decode(file(filled, region).json())
        )


def test_anybody_can_check_a_copy(filled: Service) -> None:
    found = manifest(filled)
    signed = found.pop("jws")
    keys = read_jwks(filled.http.get("/.well-known/jwks.json").content)
    assert verify(signed, JwsType.CATALOGUE, keys) == found
    with pytest.raises(InvalidSignature):
        verify(signed, JwsType.CHECKPOINT, keys)


def test_above_a_megabyte_there_are_regions_alone(
    filled: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_service, "LARGEST_WHOLE", 100)
    found = manifest(filled)
    assert "all" not in {each["region"] for each in found["files"]}
    assert sum(each["sources"] for each in found["files"]) == 80
    answer = filled.http.get("/v1/catalogue/1/all")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_the_regions_are_weighed_together(filled: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    together = sum(each["gzip_bytes"] for each in manifest(filled)["files"][1:])
    for limit, whole in ((together, False), (together + 1, True)):
        monkeypatch.setattr(catalogue_service, "LARGEST_WHOLE", limit)
        filled.app.state.catalogue._published.clear()  # noqa: SLF001 - made once for a version
        # Another question each time: no response is sent again.
        found = filled.http.get("/v1/catalogue", params={"limit": limit}).json()
        assert ("all" in {each["region"] for each in found["files"]}) is whole


def raw(service: Service, path: str, accept: str) -> tuple[httpx2.Response, bytes]:
    """An answer with the bytes of its body as they were sent."""
    request = service.http.build_request("GET", path, headers={"Accept-Encoding": accept})
    answer = service.http.send(request, stream=True)
    return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", ["/v1/catalogue", "/v1/catalogue/1/all", "/v1/places/all"])
def test_it_is_sent_as_the_caller_reads_it(filled: Service, path: str) -> None:
    plain, content = raw(filled, path, "identity")
    assert "content-encoding" not in plain.headers
    zipped, by_gzip = raw(filled, path, "gzip")
    squeezed, by_zstd = raw(filled, path, "gzip, zstd, br")
    assert zipped.headers["content-encoding"] == "gzip"
    assert squeezed.headers["content-encoding"] == "zstd"
    assert gzip.decompress(by_gzip) == content
    assert zstandard.decompress(by_zstd) == content
    tags = {each.headers["etag"] for each in (plain, zipped, squeezed)}
    assert len(tags) == 3
    for answer in (plain, zipped, squeezed):
        assert answer.headers["vary"] == "Accept-Encoding"
    for tag in tags:
        held = filled.http.get(path, headers={"If-None-Match": tag})
        assert (held.status_code, held.content) == (304, b"")


def test_a_file_is_kept_for_good_and_the_manifest_for_a_minute(filled: Service) -> None:
    answer = file(filled)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "application/json"
    assert filled.http.get("/v1/catalogue").headers["cache-control"] == "public, max-age=60"


def test_who_asks_plays_no_part(filled: Service) -> None:
    stranger = file(filled)
    known = file(filled, Authorization="Bearer x.y.z", Cookie="eva=1")
    assert known.content == stranger.content
    assert "set-cookie" not in known.headers


@pytest.mark.parametrize("path", ["/v1/catalogue", "/v1/catalogue/1/all"])
def test_who_holds_it_costs_the_database_nothing(
    filled: Service, superuser: psycopg.Connection, path: str
) -> None:
    heard(filled, 1)
    tag = filled.http.get(path).headers["etag"]
    before = queries(superuser)
    for _ in range(20):
        filled.clock.advance(catalogue_service.FRESHNESS)
        assert filled.http.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert queries(superuser) == before


def test_a_file_of_an_older_version_is_gone_and_the_answer_says_where_the_new_one_is(
    filled: Service,
) -> None:
    answer = filled.http.get("/v1/catalogue/0/all")
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (410, "/problems/other-catalogue")
    assert problem["instead"] == "/v1/catalogue/1/all"
    assert filled.http.get(problem["instead"]).status_code == 200


@pytest.mark.parametrize(
    ("region", "status"),
    [
        ("CRS3035RES100000mN900000E900000", 404),
        ("CRS3035RES1000mN3263000E3973000", 422),
        ("everything", 422),
    ],
)
def test_there_are_no_other_regions(filled: Service, region: str, status: int) -> None:
    answer = filled.http.get(f"/v1/catalogue/1/{region}")
    assert (answer.status_code, region in answer.text) == (status, False)


def test_a_new_version_is_heard_of(filled: Service, tmp_path: Path) -> None:
    heard(filled, 1)
    before = file(filled)
    fill(filled.settings.required_database_url, tmp_path, [(Technology.WIND, UTRECHT)])
    deadline = time.monotonic() + PATIENCE_S
    while manifest(filled)["version"] == 1:  # its clock stands still: it looks nothing up
        assert time.monotonic() < deadline
    assert file(filled).content != before.content
    assert filled.http.get("/v1/catalogue/1/all").status_code == 410


def test_while_nothing_is_heard_what_was_known_counts_for_a_moment(
    filled: Service, cluster: embedded.Cluster
) -> None:
    heard(filled, 1)
    with closed(cluster, filled.settings.required_database_url):
        assert filled.http.get("/v1/catalogue").status_code == 200
