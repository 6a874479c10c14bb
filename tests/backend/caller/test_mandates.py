"""Somebody acts for another only with a recorded mandate, and is seen to."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from tests.backend.rights.people import give_mandate, reporting, rows_about, subject_of
from tests.service import Caller, Service


@dataclass(frozen=True)
class Pair:
    """Eva, and Bob who may act for her."""

    eva: Caller
    bob: Caller
    mandate_id: UUID

    def call(self, method: str, path: str, body: object = None) -> httpx2.Response:
        """Bob calls for Eva."""
        headers = {**self.bob.headers, "Nabij-Mandate": str(self.mandate_id)}
        return self.bob.service.http.request(method, path, json=body, headers=headers)


@pytest.fixture
def pair(service: Service, superuser: psycopg.Connection) -> Pair:
    """Two people, both reporting, and a mandate."""
    eva, bob = reporting(service, "eva"), reporting(service, "bob")
    mandate_id = give_mandate(superuser, subject_of(superuser, eva), subject_of(superuser, bob))
    return Pair(eva, bob, mandate_id)


def test_the_agent_withdraws_for_the_person_and_nothing_of_their_own(
    pair: Pair, superuser: psycopg.Connection
) -> None:
    body = {
        "id": str(uuid4()),
        "device_id": str(pair.bob.device_id),
        "occurred_at": pair.eva.service.clock().isoformat(),
    }
    assert pair.call("POST", "/v1/consents/withdrawals", body).status_code == 200
    assert not any(each["allowed"] for each in pair.eva.permissions().values())
    assert all(each["allowed"] for each in pair.bob.permissions().values())
    ((mandate_id,),) = superuser.execute(
        "SELECT mandate_id FROM consent_event WHERE kind = 'withdrawn'"
    ).fetchall()
    assert mandate_id == pair.mandate_id


def test_each_use_is_seen_by_the_person(pair: Pair, superuser: psycopg.Connection) -> None:
    assert pair.call("GET", "/v1/me/nearby").status_code == 200
    (read,) = pair.eva.get("/v1/me/access-log").json()["reads"]
    assert (read["reader"], read["purpose"]) == ("agent", "mandate")
    assert read["reader_id"] == str(subject_of(superuser, pair.bob))
    assert pair.bob.get("/v1/me/access-log").json()["reads"] == []


def test_the_agent_exports_and_erases_for_the_person(
    pair: Pair, superuser: psycopg.Connection
) -> None:
    eva, bob = subject_of(superuser, pair.eva), subject_of(superuser, pair.bob)
    tables = pair.call("GET", "/v1/me/export").json()["tables"]
    assert [row["subject_id"] for row in tables["identity"]["rows"]] == [str(eva)]
    assert pair.call("DELETE", "/v1/me").status_code == 200
    assert not any(rows_about(superuser, eva).values())
    assert rows_about(superuser, bob)["live_grant"]


def test_nobody_agrees_for_somebody_else(pair: Pair, superuser: psycopg.Connection) -> None:
    before = rows_about(superuser, subject_of(superuser, pair.eva))
    act = pair.eva.act("granted", ["gps"])
    answer = pair.call("POST", "/v1/consents", act)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-by-mandate")
    after = rows_about(superuser, subject_of(superuser, pair.eva))
    assert after["consent_event"] == before["consent_event"]


def test_the_agent_refuses_for_the_person(pair: Pair) -> None:
    act = pair.eva.act("refused", ["gps"])
    assert pair.call("POST", "/v1/consents", act).status_code == 201
    assert pair.eva.permissions()["gps"]["latest"] == "refused"


def test_nobody_reports_for_somebody_else(pair: Pair) -> None:
    body = {"platform": "linux", "reports": [pair.bob.gps(1)]}
    answer = pair.call("PUT", f"/v1/devices/{pair.bob.device_id}/status", body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-by-mandate")


def refused(answer: httpx2.Response) -> bool:
    """Whether a call was refused for want of a mandate."""
    return (answer.status_code, answer.json()["type"]) == (403, "/problems/no-mandate")


def test_an_unknown_mandate_is_refused_without_a_trace(pair: Pair) -> None:
    unknown = Pair(pair.eva, pair.bob, uuid4())
    assert refused(unknown.call("GET", "/v1/me/choices"))
    assert pair.eva.get("/v1/me/access-log").json()["reads"] == []


def test_a_mandate_that_has_ended_is_refused(pair: Pair) -> None:
    assert pair.call("GET", "/v1/me/choices").status_code == 200
    pair.eva.service.clock.advance(timedelta(days=365))
    token = pair.eva.service.token("bob", timedelta(days=1))
    later = Pair(pair.eva, Caller(pair.eva.service, token), pair.mandate_id)
    assert refused(later.call("GET", "/v1/me/choices"))


def test_a_mandate_serves_its_holder_only(pair: Pair, service: Service) -> None:
    for other in (service.caller("carol"), pair.eva):
        assert refused(Pair(pair.eva, other, pair.mandate_id).call("GET", "/v1/me/choices"))


def test_a_mandate_that_is_no_id_is_not_repeated(pair: Pair) -> None:
    headers = {**pair.bob.headers, "Nabij-Mandate": "letter of 52"}
    answer = pair.bob.service.http.get("/v1/me/choices", headers=headers)
    assert answer.status_code == 422
    assert "letter" not in answer.text
