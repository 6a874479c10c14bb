"""Pages of other origins read what looks at no identity, and nothing else."""

import pytest

from nabij_backend.app import described_api
from nabij_backend.http.cross_origin import is_public
from tests.service import AMSTERDAM, Service

PARAMETERS = {
    "{code}": AMSTERDAM,
    "{version}": "0",
    "{region}": "all",
    "{z}": "0",
    "{x}": "0",
    "{y}": "0",
}
ORIGIN = {"Origin": "https://buren.example"}


def paths() -> list[str]:
    return sorted(path for path, methods in described_api().openapi()["paths"].items() if methods)


PUBLIC = [
    "/v1/catalogue",
    "/v1/catalogue/{version}/{region}",
    "/v1/cells/{code}/sources",
    "/v1/places/all",
]


def filled(path: str) -> str:
    for name, value in PARAMETERS.items():
        path = path.replace(name, value)
    return path


def test_these_are_public_and_no_others() -> None:
    assert [path for path in paths() if is_public(path)] == PUBLIC


@pytest.mark.parametrize("path", paths())
def test_only_a_public_answer_is_for_every_page(shared_service: Service, path: str) -> None:
    asked = shared_service.http.get(filled(path), headers=ORIGIN)
    allowed = asked.headers.get("access-control-allow-origin")
    assert allowed == ("*" if path in PUBLIC else None)
    assert "access-control-allow-credentials" not in asked.headers


@pytest.mark.parametrize("path", PUBLIC)
def test_a_cache_that_keeps_it_may_give_it_to_a_page(shared_service: Service, path: str) -> None:
    answer = shared_service.http.get(filled(path))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Origin" not in answer.headers.get("vary", "")


def test_a_page_may_read_that_a_catalogue_is_gone(shared_service: Service) -> None:
    answer = shared_service.http.get("/v1/catalogue/7/all", headers=ORIGIN)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (410, "*")


PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "GET"}


def test_a_page_may_say_what_it_holds(shared_service: Service) -> None:
    asked = {**PREFLIGHT, "Access-Control-Request-Headers": "if-none-match"}
    answer = shared_service.http.options("/v1/catalogue", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-headers"] == "If-None-Match"
    assert answer.headers["access-control-allow-methods"] == "GET"


@pytest.mark.parametrize("path", ["/v1/me/nearby", "/v1/consents", "/v1/catalogues", "/v1/events"])
def test_nothing_else_may_be_asked_across_origins(shared_service: Service, path: str) -> None:
    answer = shared_service.http.options(path, headers=PREFLIGHT)
    assert answer.status_code in {404, 405}
    assert "access-control-allow-origin" not in answer.headers
