"""An objection ends what was granted for its purpose, and stands until it is lifted."""

from datetime import timedelta

import psycopg
import pytest

from nabij_consent import NEARBY_SOURCES, Purpose
from tests.backend.rights.people import SOURCE
from tests.service import Caller, Service, by_signal, notice

PURPOSES = ["marketing", "analytics"]


def object_to(caller: Caller, purpose: str) -> int:
    """Object; returns the status."""
    answer = caller.put(f"/v1/me/objections/{purpose}", {"device_id": str(caller.device_id)})
    return answer.status_code


def objected_at(caller: Caller, purpose: str) -> str | None:
    """Since when somebody objects."""
    return caller.get(f"/v1/me/objections/{purpose}").json()["objected_at"]


def agreeing(service: Service, purpose: str) -> Caller:
    """Somebody who agreed to gps for this purpose, and reported for it."""
    service.publish(notice(2, purposes=[NEARBY_SOURCES, Purpose(purpose)]))
    eva = service.caller()
    answer = eva.post("/v1/consents", eva.act("granted", ["gps"], purpose=purpose))
    epoch = by_signal(answer, purpose)["gps"]["epoch"]
    assert eva.put_status(eva.gps(epoch, purpose=purpose)).json()["accepted"]
    return eva


@pytest.mark.parametrize("purpose", PURPOSES)
def test_nobody_objects_until_they_do(service: Service, purpose: str) -> None:
    eva = service.caller()
    assert objected_at(eva, purpose) is None
    assert object_to(eva, purpose) == 200
    assert objected_at(eva, purpose) == "2026-06-01T09:30:00Z"


@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_objection_ends_what_was_granted_as_a_withdrawal(
    service: Service, superuser: psycopg.Connection, purpose: str
) -> None:
    eva = agreeing(service, purpose)
    object_to(eva, purpose)
    acts = superuser.execute(
        "SELECT kind::text, purpose, method::text FROM consent_event ORDER BY number"
    ).fetchall()
    assert acts == [("granted", purpose, "app"), ("withdrawn", purpose, "app")]
    assert superuser.execute("SELECT count(*) FROM gps_status").fetchone() == (0,)


def test_while_it_stands_nobody_can_agree(service: Service) -> None:
    eva = agreeing(service, "marketing")
    object_to(eva, "marketing")
    answer = eva.post("/v1/consents", eva.act("granted", ["gps"], purpose="marketing"))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/objected")
    assert eva.grant(["gps"])


def test_lifting_it_gives_nothing_back_and_lets_agree_anew(service: Service) -> None:
    eva = agreeing(service, "marketing")
    object_to(eva, "marketing")
    assert eva.delete("/v1/me/objections/marketing").json()["objected_at"] is None
    assert not by_signal(eva.get("/v1/consents"), "marketing")["gps"]["allowed"]
    answer = eva.post("/v1/consents", eva.act("granted", ["gps"], purpose="marketing"))
    assert answer.status_code == 201


def test_objecting_again_keeps_the_day(service: Service) -> None:
    eva = service.caller()
    object_to(eva, "analytics")
    service.clock.advance(timedelta(hours=1))
    object_to(eva, "analytics")
    assert objected_at(eva, "analytics") == "2026-06-01T09:30:00Z"


def test_one_cannot_object_to_what_rests_on_consent_alone(service: Service) -> None:
    assert object_to(service.caller(), "nearby-sources") == 422


def test_choices_are_replaced_whole(service: Service, superuser: psycopg.Connection) -> None:
    for source in ("mill", "roof", "stream"):
        superuser.execute(SOURCE, [source])
    eva = service.caller()
    assert eva.get("/v1/me/choices").json() == {"source_ids": []}
    eva.put("/v1/me/choices", {"source_ids": ["roof", "mill", "roof"]})
    answer = eva.put("/v1/me/choices", {"source_ids": ["stream", "roof"]})
    assert answer.json() == eva.get("/v1/me/choices").json() == {"source_ids": ["roof", "stream"]}


def test_an_unknown_source_is_not_repeated_and_changes_nothing(
    service: Service, superuser: psycopg.Connection
) -> None:
    superuser.execute(SOURCE, ["roof"])
    eva = service.caller()
    eva.put("/v1/me/choices", {"source_ids": ["roof"]})
    answer = eva.put("/v1/me/choices", {"source_ids": ["at 52.3702"]})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-source")
    assert "52.3702" not in answer.text
    assert eva.get("/v1/me/choices").json() == {"source_ids": ["roof"]}


def test_a_choice_stays_when_its_source_leaves_the_catalogue(
    service: Service, superuser: psycopg.Connection
) -> None:
    for source in ("mill", "roof"):
        superuser.execute(SOURCE, [source])
    eva, bob = service.caller(), service.caller("bob")
    eva.put("/v1/me/choices", {"source_ids": ["roof", "mill"]})
    superuser.execute("DELETE FROM source WHERE source_id = 'mill'")
    assert eva.get("/v1/me/choices").json() == {"source_ids": ["mill", "roof"]}
    kept = eva.put("/v1/me/choices", {"source_ids": ["mill"]})
    assert (kept.status_code, kept.json()) == (200, {"source_ids": ["mill"]})
    assert bob.put("/v1/me/choices", {"source_ids": ["mill"]}).status_code == 422
    assert eva.put("/v1/me/choices", {"source_ids": []}).json() == {"source_ids": []}
    assert eva.put("/v1/me/choices", {"source_ids": ["mill"]}).status_code == 422


@pytest.mark.parametrize(
    "source_ids", [["a\x00b"], [""], ["a" * 201], [str(n) for n in range(101)], "roof"]
)
def test_choices_that_do_not_fit_are_refused(service: Service, source_ids: object) -> None:
    answer = service.caller().put("/v1/me/choices", {"source_ids": source_ids})
    assert answer.json()["type"] == "/problems/invalid-request"
