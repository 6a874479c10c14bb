"""Firebase App Check: whether a request comes from one of the supplier's own apps."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from nabij_backend.google import Calls, Outage
from nabij_backend.identity import IdentityMisconfigured, IdentityUnavailable
from nabij_backend.identity.app_check import AppCheck
from nabij_backend.identity.providers import open_app_check
from nabij_backend.settings import Settings
from tests.backend.identity.fake_google import (
    APP_CHECK_KEY_ID,
    FakeGoogle,
    rsa_key,
)
from tests.backend.identity.forging import compact, rs256, unsigned
from tests.service import Service

PROJECT = "nabij-test"
NOW = int(datetime.now(UTC).timestamp())
CLAIMS: dict[str, object] = {
    "iss": "https://firebaseappcheck.googleapis.com/1234567890",
    "aud": ["projects/1234567890", f"projects/{PROJECT}"],
    "sub": "1:1234567890:android:321abc456def7890",
    "iat": NOW - 60,
    "exp": NOW + 3600,
}


@pytest.fixture
def app_check(google: FakeGoogle, told: list[Outage]) -> Iterator[AppCheck]:
    assert google
    app_check = AppCheck(PROJECT, tell=told.append, calls=Calls(deadline_s=2))
    yield app_check
    app_check.close()


def attested(app_check: AppCheck, token: str) -> bool:
    return asyncio.run(app_check.attests(token))


def test_an_app_that_google_attests_is_one_of_ours(google: FakeGoogle, app_check: AppCheck) -> None:
    assert attested(app_check, google.attest(CLAIMS))
    assert attested(app_check, google.attest(CLAIMS))
    assert len(google.requests) == 1  # the keys are kept


@pytest.mark.parametrize(
    "change",
    [
        {"aud": ["projects/another"]},
        {"aud": f"projects/{PROJECT}"},
        {"iss": "https://accounts.example/"},
        {"iss": None},
        {"sub": 5},
        {"exp": NOW - 60},
    ],
    ids=["project", "one-project", "issuer", "no-issuer", "no-app", "expired"],
)
def test_a_token_for_anything_else_is_none(
    google: FakeGoogle, app_check: AppCheck, change: dict[str, object]
) -> None:
    assert not attested(app_check, google.attest(CLAIMS | change))


def test_forged_tokens_are_none(google: FakeGoogle, app_check: AppCheck) -> None:
    header = {"alg": "RS256", "kid": APP_CHECK_KEY_ID, "typ": "JWT"}
    assert not attested(app_check, compact(header, CLAIMS, rs256(rsa_key("stranger"))))
    assert not attested(app_check, compact(header | {"alg": "none"}, CLAIMS, unsigned))
    assert not attested(app_check, google.attest(CLAIMS, kid="made-up"))
    assert not attested(app_check, google.sign(CLAIMS))
    assert not attested(app_check, "app-check")
    assert not attested(app_check, "")


def test_keys_out_of_reach_are_an_outage_not_a_bad_token(
    google: FakeGoogle, app_check: AppCheck, told: list[Outage]
) -> None:
    token = google.attest(CLAIMS)
    google.away = True
    with pytest.raises(IdentityUnavailable) as caught:
        attested(app_check, token)
    assert caught.value.outage is Outage.APP_CHECK
    assert told == [Outage.APP_CHECK]
    google.away = False
    assert attested(app_check, token)


def test_a_silent_google_is_given_up(
    google: FakeGoogle, app_check: AppCheck, told: list[Outage]
) -> None:
    google.answering.clear()
    with pytest.raises(IdentityUnavailable):
        attested(app_check, google.attest(CLAIMS))
    assert told == [Outage.APP_CHECK]


def test_it_is_off_unless_asked_for_and_needs_firebase() -> None:
    untold = print
    assert open_app_check(Settings(), untold) is None
    with pytest.raises(IdentityMisconfigured, match="NABIJ_IDENTITY=firebase"):
        open_app_check(Settings(app_check=True), untold)


@pytest.fixture
def checking(service: Service, app_check: AppCheck) -> Service:
    """The service, taking what only apps do from attested apps alone."""
    service.app.state.parts = replace(service.app.state.parts, app_check=app_check)
    return service


def test_only_an_attested_app_reports_and_is_woken(checking: Service, google: FakeGoogle) -> None:
    eva = checking.caller()
    epoch = eva.grant()
    refused = eva.put_status(eva.gps(epoch))
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-attested")
    token = {"push_token": "push-token-of-the-phone:1"}
    assert eva.put_of_device("push-token", token).status_code == 403
    with_app = eva.headers | {"X-Firebase-AppCheck": google.attest(CLAIMS)}
    path = f"/v1/devices/{eva.device_id}"
    body = {"platform": "linux", "reports": [eva.gps(epoch)]}
    answer = checking.http.put(f"{path}/status", json=body, headers=with_app)
    assert answer.status_code == 200, answer.text
    assert checking.http.put(f"{path}/push-token", json=token, headers=with_app).status_code == 204


def test_what_a_person_does_for_themselves_needs_no_app(checking: Service) -> None:
    eva = checking.caller()
    eva.grant()
    assert eva.get("/v1/consents").status_code == 200
    assert eva.withdraw().status_code == 200
    assert eva.get("/v1/me/export").status_code == 200
    assert eva.delete("/v1/me").status_code == 200


def test_while_google_is_away_reports_wait(checking: Service, google: FakeGoogle) -> None:
    eva = checking.caller()
    epoch = eva.grant()
    google.away = True
    headers = eva.headers | {"X-Firebase-AppCheck": google.attest(CLAIMS)}
    body = {"platform": "linux", "reports": [eva.gps(epoch)]}
    path = f"/v1/devices/{eva.device_id}/status"
    assert checking.http.put(path, json=body, headers=headers).status_code == 503
