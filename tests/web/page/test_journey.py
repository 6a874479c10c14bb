"""The whole way, in a real browser against the real service with a real phone."""

import json
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from playwright.sync_api import Page, expect

import nabij
from nabij_backend.log.documents import read_inclusion
from nabij_backend.log.verification import check_inclusion, check_receipt
from nabij_backend.signing import read_jwks
from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.visits import Visit, visiting

_PATIENCE_S = 20.0
_WITHDRAWN_AT = """
    SELECT recorded_at FROM consent_event JOIN device USING (subject_id)
    WHERE device.device_id = %s AND kind = 'withdrawn'
"""


def choose(page: Page, answer: str, signal: str) -> None:
    """Press a button of a card, and wait until the service has it."""
    page.get_by_role("button", name=f"{answer}: {signal}").click()
    card = page.get_by_role("region", name=signal)
    expect(card.get_by_role("status")).to_contain_text("Bewaard")


def find_by_place(page: Page, typed: str, chosen: str) -> None:
    """Type a town and choose it from the list."""
    page.get_by_role("combobox", name="Plaats").fill(typed)
    page.get_by_role("option", name=chosen).first.click()
    expect(page.get_by_text(f"Rond {chosen}")).to_be_visible()


def test_refuse_find_allow_see_withdraw_prove_and_erase(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = me.open("/consent")
        page.get_by_role("button", name="Alles weigeren").click()
        expect(page.get_by_text("Bewaard: u weigert dit.")).to_have_count(3)
        page.get_by_role("link", name="In de buurt", exact=True).click()
        expect(page.get_by_text("U deelt uw vierkant niet.")).to_be_visible()
        find_by_place(page, "amersf", "Amersfoort")
        assert page.locator("nabij-nearby ol > li").count() > 5

        page.get_by_role("link", name="Lees en kies").click()
        choose(page, "Toestaan", "Wifi")
        acknowledged: list[datetime] = []

        def hear(request: httpx2.Request) -> None:
            if request.url.path.endswith("/acknowledgement"):
                acknowledged.append(datetime.now(UTC))

        with me.phone(hear) as phone:
            phone.refresh()
            assert phone.collect().queued == ("wifi",)
            choose(page, "Toestaan", "Uw vierkant")
            phone.refresh()
            assert set(phone.collect().queued) == {"gps", "wifi"}
            phone.report()

            page.get_by_role("link", name="In de buurt", exact=True).click()
            expect(page.get_by_text("Rond uw vierkant bij Amersfoort")).to_be_visible()
            assert re.search(r"\d,\d tot \d,\d km", page.locator("nabij-nearby ol").inner_text())

            page.get_by_role("link", name="Privacy", exact=True).click()
            expect(page.get_by_text("Vierkant bij Amersfoort").first).to_be_visible()
            with stopping(phone) as stopped:
                page.get_by_role("button", name="Alles intrekken").click()
                assert stopped.wait(_PATIENCE_S)
            assert phone.collect().queued == ()
            (device,) = phone.devices()
            ((withdrawn_at,),) = me.service.rows(_WITHDRAWN_AT, device.id)
            # It acknowledges once it has stopped.
            assert withdrawn_at < acknowledged[-1]
            proof = page.locator("nabij-proof")
            for line in (
                "Gewist: 2 gegevens, om",
                "Nu bewaard: 0. Wij keken het zojuist na.",
                "Het bewijs klopt. Uw browser keek het na.",
                "Het staat in ons logboek, op plaats",
                "Gestopt op 1 van uw 1 apparaat",
            ):
                expect(proof.locator("li", has_text=line)).to_have_attribute("data-tick", "done")
            with page.expect_download() as saved:
                page.get_by_role("button", name="Bewijs bewaren").click()
            kept = json.loads(Path(saved.value.path()).read_text("utf-8"))
            keys = read_jwks(json.dumps(kept["keys"]))
            held = check_receipt(kept["receipt"], keys)
            assert check_inclusion(held, read_inclusion(kept["proof"]), keys).tree_size > 0

        assert erase(page) == "Het bewijs klopt. Uw browser keek het na."
        assert me.context.cookies() == []

    visiting(eyes, shared, visit)


@contextmanager
def stopping(phone: nabij.Client) -> Generator[threading.Event]:
    """Let the phone listen; the event is set once it refuses to collect a square."""
    stopped, listening = threading.Event(), threading.Event()

    def listen() -> None:
        for _ in phone.changes():
            listening.set()
            if isinstance(phone.permission("gps"), nabij.Refused):
                stopped.set()
                return

    thread = threading.Thread(target=listen)
    thread.start()
    assert listening.wait(_PATIENCE_S)
    try:
        yield stopped
    finally:
        thread.join(_PATIENCE_S)


def erase(page: Page) -> str:
    """Erase the account; returns what the browser says of the receipt."""
    page.get_by_role("button", name="Uw account verwijderen").click()
    page.get_by_role("button", name="Account verwijderen", exact=True).click()
    expect(page.get_by_role("heading", name="Uw account is verwijderd")).to_be_visible()
    verdict = page.locator("nabij-erased").get_by_role("status")
    expect(verdict).to_contain_text("klopt")
    return verdict.inner_text()
