"""What holds for every answer, whichever address gives it."""

import re
from functools import cache
from uuid import uuid4

import pytest

from nabij_backend.app import described_api
from tests.service import AMSTERDAM, Service

METHODS = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"}
EXAMPLES = {
    "code": AMSTERDAM,
    "purpose": "marketing",
    "slug": "not-found",
    "region": "all",
    "version": "1",
}
# What is the same for everybody; each says itself for how long.
KEPT = frozenset(
    {
        "/.well-known/jwks.json",
        "/v1/catalogue",
        "/v1/catalogue/1/all",
        f"/v1/cells/{AMSTERDAM}/sources",
        "/v1/log/checkpoint",
        "/v1/places",
        "/v1/places/all",
    }
)
NOBODYS = "00000000-0000-4000-8000-00000000dead"


@cache
def addresses() -> dict[str, set[str]]:
    """Every address that is described, and the methods that it takes."""
    paths = described_api().openapi()["paths"]
    return {
        _filled(path): {method.upper() for method in methods if method.upper() in METHODS}
        for path, methods in paths.items()
    }


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: EXAMPLES.get(found[1], NOBODYS), path)


@pytest.mark.parametrize("path", addresses())
def test_no_browser_guesses_the_type_of_an_answer(shared_service: Service, path: str) -> None:
    for method in sorted(addresses()[path]):
        answer = shared_service.http.request(method, path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", addresses())
def test_what_is_about_somebody_or_changes_is_kept_by_nobody(
    shared_service: Service, path: str
) -> None:
    eva = shared_service.caller()
    for method in sorted(addresses()[path] - ({"GET"} if path == "/v1/events" else set())):
        for headers in ({}, eva.headers):
            answer = shared_service.http.request(method, path, headers=headers)
            assert (answer.headers["Cache-Control"] == "no-store") == (
                answer.status_code >= 400 or path not in KEPT
            )


@pytest.mark.parametrize(
    "path", [path for path, methods in addresses().items() if "GET" in methods]
)
def test_head_says_what_get_does_without_the_content(shared_service: Service, path: str) -> None:
    eva = shared_service.caller()
    for headers in ({}, eva.headers):
        if path == "/v1/events" and headers:
            head = shared_service.http.head(path, headers=headers)
            assert (head.status_code, head.content) == (200, b"")
            continue
        get = shared_service.http.get(path, headers=headers)
        head = shared_service.http.head(path, headers=headers)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert head.headers["Content-Type"] == get.headers["Content-Type"]
        assert head.headers.get("ETag") == get.headers.get("ETag")


@pytest.mark.parametrize("path", addresses())
def test_another_method_is_told_all_that_the_address_takes(
    shared_service: Service, path: str
) -> None:
    methods = addresses()[path]
    whole = sorted(methods | ({"HEAD"} if "GET" in methods else set()))
    for method in METHODS - set(whole):
        answer = shared_service.http.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == ", ".join(whole)


@pytest.mark.parametrize("path", ["/v1/consents/", "/healthz/", "/docs", "/redoc"])
def test_no_address_is_made_up_from_the_host(shared_service: Service, path: str) -> None:
    answer = shared_service.http.get(
        path, headers={"Host": "localhost:4242"}, follow_redirects=False
    )
    assert answer.status_code == 404
    assert "4242" not in str(answer.headers) + answer.text


@pytest.mark.parametrize("scheme", ["Basic ZXZhOmV2YQ==", "Digest x", "Bearer", "", "bearer"])
def test_a_header_of_another_scheme_never_falls_back_to_the_cookie(
    shared_service: Service, scheme: str
) -> None:
    cookie = {"Cookie": f"nabij_session={shared_service.token('eva')}"}
    own_page = {**cookie, "Sec-Fetch-Site": "same-origin"}
    assert shared_service.http.get("/v1/consents", headers=own_page).status_code == 200
    answer = shared_service.http.get("/v1/consents", headers={**own_page, "Authorization": scheme})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed-in")


def test_two_mandates_are_refused(shared_service: Service) -> None:
    eva = shared_service.caller()
    mandates = [("Nabij-Mandate", str(uuid4())), ("Nabij-Mandate", str(uuid4()))]
    answer = shared_service.http.get("/v1/consents", headers=[*eva.headers.items(), *mandates])
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
