"""The page's session is a cookie that only the page itself can use."""

from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from nabij_backend.caller.credentials import COOKIE
from tests.service import Service

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def no_jar(service: Service) -> Iterator[None]:
    """Leave no cookie behind with the client that the next test uses."""
    yield
    service.http.cookies.clear()


@pytest.fixture
def page(service: Service) -> Service:
    """A service whose page can be two made-up customers."""
    service.change(local_customers=("Eva-1", "Bram-1"))
    return service


def sign_in(service: Service, token: str, **headers: str) -> httpx2.Response:
    given = {"Authorization": f"Bearer {token}"} | OURS | headers
    return service.http.post("/v1/session", headers=given)


def as_eva(service: Service) -> dict[str, str]:
    """What the page's browser sends."""
    return OURS | {"Cookie": f"{COOKIE}={service.token('eva')}"}


def test_the_cookie_holds_the_token_and_lives_no_longer(service: Service) -> None:
    token = service.token("eva", timedelta(minutes=20))
    service.change(public_url="https://nabij.example")
    answer = sign_in(service, token, Host="nabij.example")
    name_and_value, *flags = answer.headers["set-cookie"].split("; ")
    assert (answer.status_code, name_and_value) == (204, f"{COOKIE}={token}")
    assert sorted(flags) == ["HttpOnly", "Max-Age=1200", "Path=/v1", "SameSite=strict", "Secure"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000"])
def test_only_a_machine_that_speaks_to_itself_may_leave_secure_out(
    service: Service, host: str
) -> None:
    answer = sign_in(service, service.token("eva"), Host=host)
    assert "Secure" not in answer.headers["set-cookie"]


def test_behind_a_proxy_that_names_loopback_the_cookie_is_secure(service: Service) -> None:
    service.change(public_url="https://nabij.example")
    answer = sign_in(service, service.token("eva"), Host="127.0.0.1:8000")
    assert "Secure" in answer.headers["set-cookie"]
    gone = service.http.delete("/v1/session", headers=OURS | {"Host": "127.0.0.1:8000"})
    assert "Secure" in gone.headers["set-cookie"]


def test_a_token_that_is_not_accepted_becomes_no_cookie(service: Service) -> None:
    answer = sign_in(service, "a.b.c")
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)


def test_the_cookie_signs_in_like_the_header(service: Service) -> None:
    answer = service.http.get("/v1/consents", headers=as_eva(service))
    assert answer.json() == service.caller("eva").get("/v1/consents").json()


def test_a_cookie_that_expired_signs_nobody_in(service: Service) -> None:
    cookie = as_eva(service)
    service.clock.advance(timedelta(days=2))
    assert service.http.get("/v1/consents", headers=cookie).status_code == 401
    assert service.http.get("/v1/session", headers=cookie).json()["signed_in"] is False


def test_the_header_wins_over_the_cookie(service: Service) -> None:
    bram = service.caller("bram")
    bram.grant()
    answer = service.http.get("/v1/consents", headers=as_eva(service) | bram.headers)
    assert answer.json() == bram.get("/v1/consents").json()
    assert answer.json() != service.http.get("/v1/consents", headers=as_eva(service)).json()


@pytest.mark.parametrize(
    "browser",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_no_other_page_changes_anything_with_the_cookie(
    service: Service, browser: dict[str, str]
) -> None:
    cookie = {"Cookie": f"{COOKIE}={service.token('eva')}"} | browser
    body: dict[str, list[str]] = {"source_ids": []}
    answers = [
        service.http.put("/v1/me/choices", json=body, headers=cookie),
        service.http.request("DELETE", "/v1/me", headers=cookie),
        service.http.delete("/v1/session", headers=cookie),
        service.http.post("/v1/session/local", json={"customer": "x"}, headers=cookie),
    ]
    assert {each.json()["type"] for each in answers} == {"/problems/not-from-here"}


@pytest.mark.parametrize(
    "browser", [OURS, {"Origin": "http://localhost"}, OURS | {"Origin": "http://localhost"}]
)
def test_our_own_page_changes_things_with_it(service: Service, browser: dict[str, str]) -> None:
    cookie = {"Cookie": f"{COOKIE}={service.token('eva')}"} | browser
    answer = service.http.put("/v1/me/choices", json={"source_ids": []}, headers=cookie)
    assert answer.status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_page_reads_with_it(service: Service, site: str) -> None:
    cookie = as_eva(service) | {"Sec-Fetch-Site": site}
    assert service.http.get("/v1/consents", headers=cookie).status_code == 403


def test_signing_out_takes_the_cookie_away(service: Service) -> None:
    answer = service.http.delete("/v1/session", headers=as_eva(service))
    assert answer.status_code == 204
    assert answer.headers["set-cookie"].startswith(f'{COOKIE}=""; ')
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_the_page_can_be_a_made_up_customer(page: Service) -> None:
    before = page.http.get("/v1/session").json()
    assert before == {
        "signed_in": False,
        "customer": None,
        "sign_in": {
            "kind": "local",
            "customers": [{"id": "Eva-1", "name": "Eva"}, {"id": "Bram-1", "name": "Bram"}],
        },
        "dutch_map": False,
    }
    answer = page.http.post("/v1/session/local", json={"customer": "Eva-1"}, headers=OURS)
    cookie = answer.headers["set-cookie"].partition(";")[0]
    after = page.http.get("/v1/session", headers={"Cookie": cookie}).json()
    assert (answer.status_code, after["signed_in"], after["customer"]) == (204, True, "Eva")


def test_nobody_else_can_be_chosen(page: Service) -> None:
    answer = page.http.post("/v1/session/local", json={"customer": "Mallory"}, headers=OURS)
    assert answer.json()["type"] == "/problems/no-local-sign-in"


def test_who_was_erased_is_a_stranger_to_the_cookie(service: Service) -> None:
    eva = service.caller("eva")
    eva.grant()
    erased = service.http.request("DELETE", "/v1/me", headers=as_eva(service))
    answer = service.http.get("/v1/consents", headers=as_eva(service))
    assert (erased.status_code, answer.json()) == (
        200,
        service.caller("bram").get("/v1/consents").json(),
    )


def test_with_firebase_the_page_is_told_how_to_reach_it_once_it_has_a_key(
    service: Service,
) -> None:
    service.change(identity="firebase", firebase_project="demo-nabij")
    assert service.http.get("/v1/session").json()["sign_in"] is None
    service.change(identity="firebase", firebase_project="demo-nabij", firebase_api_key="k")
    assert service.http.get("/v1/session").json()["sign_in"] == {
        "kind": "firebase",
        "api_key": "k",
        "auth_domain": "demo-nabij.firebaseapp.com",
        "project_id": "demo-nabij",
    }
