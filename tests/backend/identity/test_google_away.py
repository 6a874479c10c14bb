"""The service while Google is slow, away or wrong: who is harmed by it, and who is not."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from nabij.testing import ManualClock
from nabij_backend.google import Calls
from nabij_backend.identity.firebase import FirebaseIdentity
from tests.backend.identity.fake_google import (
    Account,
    FakeGoogle,
    Refusal,
)
from tests.backend.log.sequencing import read
from tests.service import Caller, Service

PROJECT = "nabij-test"
_AT_ONCE = 4
# Many times what an answer takes while other tests run, too.
_DEADLINE_S = 1.5


@pytest.fixture
def clock() -> ManualClock:
    """Certificates are of today."""
    return ManualClock(datetime.now(UTC))


@pytest.fixture
def firebase(service: Service, google: FakeGoogle) -> Iterator[Service]:
    """The service, whose sign-ins are Google's."""
    assert google
    parts = service.app.state.parts
    calls = Calls(at_once=_AT_ONCE, deadline_s=_DEADLINE_S)
    identity = FirebaseIdentity(PROJECT, tell=parts.metrics.google_failed, calls=calls)
    service.app.state.parts = replace(parts, identity=identity)
    yield service
    asyncio.run(asyncio.to_thread(identity.close))


@pytest.fixture
def caller(firebase: Service, google: FakeGoogle) -> Callable[[str], Caller]:
    """Somebody with an account at Google."""

    def sign_in(name: str) -> Caller:
        google.accounts[name] = Account(name)
        issued_at = int(firebase.clock().timestamp()) - 60
        claims = {
            "iss": f"https://securetoken.google.com/{PROJECT}",
            "aud": PROJECT,
            "sub": name,
            "iat": issued_at,
            "exp": issued_at + 3600,
            "firebase": {"sign_in_provider": "password"},
        }
        return Caller(firebase, google.sign(claims))

    return sign_in


def acts(superuser: psycopg.Connection) -> list[tuple[str, bool]]:
    query = "SELECT kind::text, revocation_unknown FROM consent_event ORDER BY number"
    return list(superuser.execute(query))


def hang(google: FakeGoogle) -> None:
    google.answering.clear()


def hang_up(google: FakeGoogle) -> None:
    google.away = True


def drip(google: FakeGoogle) -> None:
    google.byte_every_s = 0.1


def ask_to_wait(google: FakeGoogle) -> None:
    google.failures[":lookup"] = Refusal(503, "UNAVAILABLE", retry_after_s=3600)


def refuse_credentials(google: FakeGoogle) -> None:
    google.failures[":lookup"] = Refusal(403, "PERMISSION_DENIED")


def talk_nonsense(google: FakeGoogle) -> None:
    google.accounts["eva"] = Account("")


OUTAGES = [hang, hang_up, drip, ask_to_wait, refuse_credentials, talk_nonsense]


@pytest.mark.parametrize("fail", OUTAGES)
def test_nobody_s_withdrawal_waits_for_google(
    fail: Callable[[FakeGoogle], None],
    google: FakeGoogle,
    caller: Callable[[str], Caller],
    superuser: psycopg.Connection,
) -> None:
    eva = caller("eva")
    epoch = eva.grant()
    assert eva.put_status(eva.gps(epoch)).status_code == 200
    fail(google)
    withdrawn = eva.withdraw()
    assert withdrawn.status_code == 200, withdrawn.text
    assert withdrawn.json()["erased"]["gps_status"] == 1
    assert acts(superuser) == [("granted", False), ("withdrawn", True)]
    assert superuser.execute("SELECT count(*) FROM live_grant").fetchone() == (0,)


@pytest.mark.parametrize("fail", OUTAGES)
def test_what_needs_to_know_answers_that_it_does_not(
    fail: Callable[[FakeGoogle], None],
    google: FakeGoogle,
    caller: Callable[[str], Caller],
    superuser: psycopg.Connection,
) -> None:
    eva = caller("eva")
    body = eva.act("granted", ["gps"])
    fail(google)
    assert eva.post("/v1/consents", body).status_code == 503
    assert eva.get("/v1/me/export").status_code == 503
    assert eva.delete("/v1/me").status_code == 503
    assert acts(superuser) == []
    assert eva.get("/v1/consents").status_code == 200


def test_a_revoked_token_withdraws_nothing_while_google_tells(
    google: FakeGoogle, caller: Callable[[str], Caller], superuser: psycopg.Connection
) -> None:
    eva = caller("eva")
    eva.grant()
    google.accounts["eva"] = Account("eva", valid_since=datetime.now(UTC))
    assert eva.withdraw().status_code == 401
    google.accounts["eva"] = Account("eva", disabled=True)
    assert eva.withdraw().status_code == 401
    assert acts(superuser) == [("granted", False)]


def test_after_the_outage_a_withdrawal_is_one_like_any_other(
    google: FakeGoogle, caller: Callable[[str], Caller], superuser: psycopg.Connection
) -> None:
    eva = caller("eva")
    eva.grant()
    google.away = True
    eva.withdraw(signals=["gps"])
    google.away = False
    eva.withdraw()
    assert acts(superuser) == [("granted", False), ("withdrawn", True), ("withdrawn", False)]


def test_the_receipt_says_that_it_could_not_be_asked(
    google: FakeGoogle, caller: Callable[[str], Caller], firebase: Service
) -> None:
    eva = caller("eva")
    eva.grant()
    google.away = True
    held = read(firebase, eva.withdraw().json()["receipt"])
    assert held.recorded.revocation_unknown


def test_who_waits_for_google_holds_up_nobody_else(
    google: FakeGoogle, caller: Callable[[str], Caller], firebase: Service
) -> None:
    waiting = [caller(f"customer-{number}") for number in range(6 * _AT_ONCE)]
    bodies = [each.act("granted", ["gps"]) for each in waiting]
    eva = caller("eva")
    eva.grant()
    hang(google)
    with ThreadPoolExecutor(len(waiting)) as elsewhere:
        stuck = [
            elsewhere.submit(each.post, "/v1/consents", body)
            for each, body in zip(waiting, bodies, strict=True)
        ]
        assert eva.get("/v1/consents").status_code == 200
        assert eva.get("/v1/catalogue").status_code == 200
        assert firebase.http.get("/readyz").status_code == 200
        assert {each.result().status_code for each in stuck} == {503}
    # The threads still wait, and all of their places are taken: withdrawing goes on.
    assert eva.withdraw().status_code == 200
    google.answering.set()


def test_outages_are_counted(
    google: FakeGoogle, caller: Callable[[str], Caller], firebase: Service
) -> None:
    eva = caller("eva")
    body = eva.act("granted", ["gps"])
    counted = firebase.app.state.parts.metrics.registry.get_sample_value
    before = counted("nabij_google_outages_total", {"outage": "credentials"}) or 0.0
    refuse_credentials(google)
    eva.post("/v1/consents", body)
    assert counted("nabij_google_outages_total", {"outage": "credentials"}) == before + 1
