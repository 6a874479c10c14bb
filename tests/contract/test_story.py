"""One customer's whole story, through the SDK and over HTTP, to proof that needs nobody's word."""

import time
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import pytest

import nabij
from nabij_backend.log.documents import read_consistency, read_inclusion
from nabij_backend.log.verification import (
    check_erasure,
    check_growth,
    check_inclusion,
    check_receipt,
)
from nabij_backend.signing import read_jwks
from nabij_consent import EventKind, Receipt
from tests.contract.listeners import PATIENCE_S, sync_listener
from tests.contract.phones import HOME, Handset
from tests.contract.running import RunningService
from tests.service import notice

_STOPS_WITHIN_S = 1.0
_STATUS_TABLES = ("gps_status", "gsm_status", "wifi_status")


@dataclass
class Customer:
    """Eva with her phone, the receipts she keeps, and a browser that is signed in as her."""

    service: RunningService
    handset: Handset
    phone: nabij.Client
    browser: httpx2.Client
    receipts: list[str] = field(default_factory=list[str])

    def agrees(self, *signals: str) -> None:
        """Is shown the notice, agrees, and reports."""
        confirmed = self.phone.grant(self.phone.notice(), signals=signals)
        self.keeps(confirmed.receipt)
        self.phone.collect()
        assert self.phone.report().accepted == len(signals)

    def keeps(self, receipt: str | None) -> None:
        """A receipt that came with an answer."""
        assert receipt is not None
        self.receipts.append(receipt)

    def asks(self, path: str, **parameters: str | int) -> Any:  # noqa: ANN401 - JSON
        """The answer to a GET, which succeeds."""
        answer = self.browser.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def waits_for_checkpoint(self, size: int) -> str:
        """The signed head of the log, as soon as it has so many leaves."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            answer = self.browser.get("/v1/log/checkpoint")
            if answer.status_code == 200 and answer.json()["tree_size"] >= size:
                return answer.json()["checkpoint"]
        pytest.fail("the acts get no places in the log")


@pytest.fixture
def eva(own: RunningService) -> Generator[Customer]:
    token = own.token("eva")
    handset = Handset()
    with ExitStack() as stack:
        phone = stack.enter_context(
            nabij.Client(
                own.address,
                token=token,
                sensors=handset.sensors,
                coarsening="plain",
                device_id=uuid4(),
                platform="android",
            )
        )
        browser = stack.enter_context(
            httpx2.Client(base_url=own.address, headers={"Authorization": f"Bearer {token()}"})
        )
        yield Customer(own, handset, phone, browser)


def stored(service: RunningService) -> int:
    """How many statuses there are."""
    ((number,),) = service.rows(
        "SELECT (SELECT count(*) FROM gps_status) + (SELECT count(*) FROM gsm_status)"
        " + (SELECT count(*) FROM wifi_status)"
    )
    return number


def test_from_being_shown_to_being_forgotten_and_still_proved(eva: Customer) -> None:
    service, phone = eva.service, eva.phone
    with sync_listener(service.address, service.token("eva")) as tablet:  # which has agreed to gps
        assert tablet.by(1) == (nabij.Change.CONSENT, nabij.Allowed)
        eva.agrees("gps", "gsm", "wifi")
        assert stored(service) == 3
        assert service.rows("SELECT cell FROM gps_status") == [(nabij.Cell.containing(HOME).code,)]
        assert phone.nearby() == []  # no source was imported here
        tablet.by(3)  # its own grant, the notice, the phone's grant

        service.publish(notice(2, resolution_m=10_000))
        assert tablet.by(4) == (nabij.Change.NOTICE, nabij.Refused)
        phone.refresh()
        assert phone.permission("gps") == nabij.Refused((nabij.Reason.NOTICE_CHANGED,))

        eva.agrees("gps", "gsm")
        assert tablet.by(5) == (nabij.Change.CONSENT, nabij.Allowed)  # it was asked on the phone

        withdrawal = phone.withdraw()
        committed_s = time.monotonic()
        eva.keeps(withdrawal.receipt)
        assert tablet.by(6) == (nabij.Change.CONSENT, nabij.Refused)
        assert tablet.at_s - committed_s < _STOPS_WITHIN_S
        assert withdrawal.erased == {"gps": 1, "gsm": 1, "wifi": 1}
        assert phone.devices().stopped_on == "stopped on 2 of 2"
        assert isinstance(phone.permission("gps"), nabij.Refused)
        assert (phone.collect().queued, eva.handset.starts) == ((), [2, 2, 1])  # Wi-Fi: once
        with pytest.raises(nabij.NoPosition):
            phone.nearby()

    exported = eva.asks("/v1/me/export")["tables"]
    tables = {name: table["rows"] for name, table in exported.items()}
    assert [tables[each] for each in _STATUS_TABLES] == [[], [], []]
    assert len(tables["consent_event"]) == 4

    before = eva.waits_for_checkpoint(4)
    erased = eva.browser.delete("/v1/me")
    assert erased.status_code == 200
    assert service.rows("SELECT subject_id FROM subject") == []

    keys = read_jwks(eva.browser.get("/.well-known/jwks.json").content)
    forgotten = check_erasure(erased.json()["receipt"], keys)
    assert (forgotten.tree_size, forgotten.rows["consent_event"]) == (4, 4)
    stranger = Customer(service, eva.handset, phone, eva.browser)
    stranger.agrees("gps")
    after = stranger.waits_for_checkpoint(5)
    grown = read_consistency(eva.asks("/v1/log/proof/consistency", first=4, second=5))
    check_growth(before, after, grown, keys)

    found: list[Receipt] = []
    for text in eva.receipts:
        receipt = check_receipt(text, keys)
        leaf = receipt.leaf_hash.hex()
        proof = read_inclusion(eva.asks("/v1/log/proof/inclusion", leaf_hash=leaf, tree_size=4))
        check_inclusion(receipt, proof, keys, kept=before)
        found.append(receipt)
    kinds = [receipt.recorded.act.kind for receipt in found]
    assert kinds == [EventKind.GRANTED, EventKind.GRANTED, EventKind.WITHDRAWN]
    assert [receipt.notice.version for receipt in found] == [1, 2, 2]
