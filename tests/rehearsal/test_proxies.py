"""Behind each proxy of deploy/proxies all is as it is without one."""

import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from pydantic import SecretStr

import nabij
from nabij_backend.settings import Settings
from nabij_dev import embedded
from tests.backend.cli.commands import PATIENCE_S, invoke
from tests.backend.notices.filled import FILLED_NOTICE
from tests.contract.running import RunningService, make_up_sources
from tests.rehearsal.installation import installed
from tests.rehearsal.load import Customer, Direct
from tests.rehearsal.neighbours import free_port, proxy_before
from tests.service import CallerOf

_ELSEWHERE = {"nginx": "203.0.113.1", "haproxy": "203.0.113.2", "varnishd": "203.0.113.3"}


@dataclass(frozen=True, slots=True)
class Behind:
    """A service behind a proxy: `http` goes through it, `direct` does not."""

    program: str
    service: RunningService
    http: httpx2.Client
    direct: httpx2.Client

    def customer(self) -> Customer:
        """Somebody who is signed in, and comes through the proxy."""
        return CallerOf(Direct(self.http), self.service.token(uuid4().hex)() or "")


@pytest.fixture(scope="module")
def service() -> Generator[RunningService]:
    """A service that bears one request of an address in ten seconds, and trusts this machine."""
    with ExitStack() as parts:
        folder = parts.enter_context(embedded.temporary_folder())
        at = parts.enter_context(installed(folder))
        at.more_settings = {
            "public_url": "https://localhost",
            "trusted_proxies": '["127.0.0.1"]',
            "address_rate": "0.1",
        }
        for command in (("migrate",), ("keys", "init")):
            assert invoke(*command, **at.settings).code == 0
        up = parts.enter_context(at.running("serve", "--port", "0"))
        make_up_sources(at.url(), count=300)
        settings = Settings(database_url=SecretStr(at.url()), data_folder=folder / "data")
        service = RunningService(str(up["url"]), settings)
        service.publish(FILLED_NOTICE)
        yield service


@pytest.fixture(scope="module", params=["nginx", "haproxy", "varnishd"])
def behind(request: pytest.FixtureRequest, service: RunningService) -> Generator[Behind]:
    """It, behind one proxy after the other."""
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        proxy = proxy_before(request.param, service.address, folder / "proxy", free_port())
        parts.callback(proxy.stop)
        proxy.start()
        monkeypatch = parts.enter_context(pytest.MonkeyPatch.context())
        monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
        http, direct = (
            parts.enter_context(httpx2.Client(base_url=url, timeout=PATIENCE_S))
            for url in (proxy.url, service.address)
        )
        through = RunningService(proxy.url, service.settings)
        yield Behind(request.param, through, http, direct)


def test_a_phone_agrees_reports_looks_and_withdraws(behind: Behind) -> None:
    with nabij.Client(behind.service.address, token=behind.service.token(uuid4().hex)) as phone:
        phone.grant(phone.notice(), ["gps", "wifi"])
        assert phone.report().accepted == 0
        phone.withdraw()
        phone.refresh()
        assert isinstance(phone.permission("wifi"), nabij.Refused)
    customer = behind.customer()
    report = customer.gps(customer.grant())
    assert customer.put_status(report).json()["accepted"] == [report["id"]]
    assert customer.get("/v1/me/nearby").json()["features"]


def test_what_is_public_comes_as_it_was_sent_and_once(behind: Behind) -> None:
    for path in ("/v1/catalogue", "/.well-known/jwks.json", "/v1/places/all"):
        sent, came = behind.direct.get(path), behind.http.get(path)
        assert (came.status_code, came.content) == (200, sent.content)
        assert came.headers.get("ETag") == sent.headers.get("ETag")
    tag = behind.http.get("/v1/catalogue").headers["ETag"]
    again = behind.http.get("/v1/catalogue", headers={"If-None-Match": tag})
    assert again.status_code == 304
    if behind.program == "varnishd":  # it names who asked before, too, where it had the answer
        assert len(again.headers["X-Varnish"].split()) == 2


def test_what_is_for_one_is_kept_for_nobody(behind: Behind) -> None:
    eva, bob = behind.customer(), behind.customer()
    assert len({eva.get("/v1/notice").json()["nonce"] for _ in range(3)}) == 3
    eva.grant()
    for _ in range(2):
        assert eva.permissions()["gps"]["allowed"]
        assert not bob.permissions()["gps"]["allowed"]


def test_a_stream_is_passed_on_as_it_comes(behind: Behind) -> None:
    eva = behind.customer()
    eva.grant()
    with behind.http.stream("GET", "/v1/events", headers=eva.headers) as stream:
        lines = stream.iter_lines()
        assert "event: consent-changed" in (next(lines) for _ in range(4))
        eva.withdraw()
        assert 'data: {"number": 2}' in (line for line in lines)


def test_nobody_says_of_themselves_where_they_come_from(behind: Behind) -> None:
    """But of Varnish, which is told so by what ends TLS before it."""
    pretended = {"X-Forwarded-For": _ELSEWHERE[behind.program]}
    statuses = {behind.http.get("/v1/notice", headers=pretended).status_code for _ in range(3)}
    assert statuses == ({200, 429} if behind.program == "varnishd" else {200})
