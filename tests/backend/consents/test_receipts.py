"""Every act is answered with a receipt that its holder can check without us."""

from uuid import UUID

import psycopg
import pytest

from nabij_backend.signing import InvalidSignature, JwsType, verify
from nabij_consent import EventKind, Method
from tests.backend.log.sequencing import read, receipt_of, rotate, signer_of
from tests.service import Service


@pytest.mark.parametrize("kind", ["granted", "refused", "deferred", "withdrawn"])
def test_the_receipt_says_what_was_done_and_under_which_notice(service: Service, kind: str) -> None:
    eva = service.caller()
    held = read(service, receipt_of(eva, kind))
    assert held.recorded.act.kind is EventKind(kind)
    assert held.recorded.recorded_at == service.clock()
    assert held.recorded.device_id == eva.device_id
    assert held.recorded.method is Method.APP
    assert held.notice.version == 1
    assert held.issuer == service.settings.public_url


def test_its_leaf_is_the_stored_one_and_waits_for_its_place(
    service: Service, superuser: psycopg.Connection
) -> None:
    held = read(service, receipt_of(service.caller()))
    (row,) = superuser.execute("SELECT leaf_hash, salt FROM consent_event").fetchall()
    assert row == (held.leaf_hash, held.salt)
    assert superuser.execute("SELECT leaf_hash FROM pending_leaf").fetchall() == [(held.leaf_hash,)]


def test_a_repeated_act_has_the_same_receipt(service: Service) -> None:
    eva = service.caller()
    act = eva.act("granted", ["gps"])
    first, again = (eva.post("/v1/consents", act).json()["receipt"] for _ in range(2))
    assert first == again


def test_the_receipt_can_be_had_again_and_after_the_key_was_rotated(service: Service) -> None:
    eva = service.caller()
    first = receipt_of(eva)
    path = f"/v1/receipts/{read(service, first).recorded.act.event_id}"
    assert eva.get(path).json() == {"receipt": first, "witnesses": {"seen": 0, "asked": 0}}
    before = signer_of(service.settings).public()
    rotate(service)
    renewed = eva.get(path).json()["receipt"]
    assert renewed != first
    assert read(service, renewed) == read(service, first)
    with pytest.raises(InvalidSignature, match="not in the key set"):
        verify(renewed, JwsType.CONSENT_RECEIPT, before)


def test_nobody_else_gets_it(service: Service) -> None:
    event_id = read(service, receipt_of(service.caller())).recorded.act.event_id
    answer = service.caller("bob").get(f"/v1/receipts/{event_id}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-receipt")
    assert service.http.get(f"/v1/receipts/{event_id}").status_code == 401


@pytest.mark.parametrize(
    ("event_id", "status"), [(str(UUID(int=1)), 404), ("1", 422), (f"{UUID(int=0)}x", 422)]
)
def test_without_such_an_act_there_is_none(service: Service, event_id: str, status: int) -> None:
    answer = service.caller().get(f"/v1/receipts/{event_id}")
    assert answer.status_code == status
    assert event_id not in answer.text


def test_receipts_are_not_kept_by_caches(service: Service) -> None:
    eva = service.caller()
    event_id = read(service, receipt_of(eva)).recorded.act.event_id
    assert eva.get(f"/v1/receipts/{event_id}").headers["cache-control"] == "no-store"


def test_acts_are_listed_newest_first_and_a_page_at_a_time(service: Service) -> None:
    eva = service.caller()
    eva.grant(["gps", "wifi"])
    eva.withdraw(signals=["wifi"])
    first = eva.get("/v1/receipts").json()
    assert [(each["number"], each["kind"], each["signals"]) for each in first["acts"]] == [
        (2, "withdrawn", ["wifi"]),
        (1, "granted", ["gps", "wifi"]),
    ]
    assert first["before"] is None
    for _ in range(50):
        eva.withdraw()
    page = eva.get("/v1/receipts").json()
    assert [each["number"] for each in page["acts"]] == list(range(52, 2, -1))
    rest = eva.get("/v1/receipts", before=page["before"]).json()
    assert rest == first
    event_id = rest["acts"][0]["event_id"]
    held = read(service, eva.get(f"/v1/receipts/{event_id}").json()["receipt"])
    assert held.recorded.number == 2


def test_nobody_lists_the_acts_of_another(service: Service) -> None:
    receipt_of(service.caller())
    assert service.caller("bob").get("/v1/receipts").json() == {"acts": [], "before": None}
    assert service.http.get("/v1/receipts").status_code == 401
