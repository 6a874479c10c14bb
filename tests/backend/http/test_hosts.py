"""The service answers under its own names; a page whose name was pointed at it learns nothing."""

import pytest

from nabij_backend.http.hosts import known_hosts
from nabij_backend.settings import Settings
from tests.service import Service

OTHERS = [
    *("evil.example", "evil.example:8000", "localhost.evil.example", "nabij.example@evil.example"),
    *("127.0.0.2", "[::2]", "[", "", "localhost, evil.example", "evil.example/localhost"),
]
PATHS = ["/", "/v1/notice", "/v1/me", "/v1/sessions", "/nothing", "/openapi.json"]


@pytest.mark.parametrize("host", OTHERS)
@pytest.mark.parametrize("path", PATHS)
def test_under_another_name_nothing_is_answered(service: Service, path: str, host: str) -> None:
    eva = service.caller()
    answer = service.http.get(path, headers={**eva.headers, "Host": host})
    assert (answer.status_code, answer.json()["type"]) == (421, "/problems/other-host")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "LOCALHOST.", "127.0.0.1:1", "[::1]:8000"]
)
def test_on_loopback_this_machine_is_known(service: Service, host: str) -> None:
    assert service.http.get("/v1/notice", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_watches_a_process_asks_it_by_its_address(service: Service, path: str) -> None:
    assert service.http.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_a_service_for_others_is_known_by_its_public_name_and_its_proxys() -> None:
    settings = Settings(
        host="0.0.0.0",  # noqa: S104 - not listened on
        public_url="https://nabij.example:8443/energy",
        hosts=("backend",),
    )
    assert known_hosts(settings) == {"nabij.example", "backend"}
