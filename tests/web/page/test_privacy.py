"""The privacy centre: proof that fills in by itself, and proof that is refused."""

import re
from typing import Final

import httpx2
from playwright.sync_api import Page, Route, expect

from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.states import privacy
from tests.web.page.visits import SIGNALS, Visit, report, visiting

_ENDED: Final = {"type": "/problems/not-signed-in", "title": "for programs", "status": 401}


def withdraw(page: Page) -> None:
    """Take everything back, and see that it is done."""
    page.get_by_role("button", name="Alles intrekken").click()
    expect(page.get_by_text("Uw toestemming is ingetrokken")).to_be_visible()


def test_devices_that_stop_are_counted_as_they_do(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        with me.phone() as phone, me.phone() as tablet:
            report(phone, "gps", "wifi")
            tablet.refresh()
            tablet.collect()
            assert tablet.report().accepted > 0
            page = me.open("/privacy")
            withdraw(page)
            expect(page.get_by_text("Gestopt op 0 van uw 2 apparaten")).to_be_visible()
            phone.refresh()
            expect(page.get_by_text("Gestopt op 1 van uw 2 apparaten")).to_be_visible()
            expect(page.get_by_text("nog niet bereikt. Wat het stuurt, weigeren")).to_have_count(1)
            tablet.refresh()
            line = page.locator("nabij-proof li", has_text="Gestopt op 2 van uw 2 apparaten")
            expect(line).to_have_attribute("data-tick", "done")

    visiting(eyes, shared, visit)


def test_a_receipt_that_was_changed_on_its_way_is_not_believed(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)

        def change(route: Route) -> None:
            answer = route.fetch()
            document = answer.json()
            header, payload, signature = document["receipt"].split(".")
            swapped = ("B" if payload[40] == "A" else "A").join((payload[:40], payload[41:]))
            route.fulfill(json={**document, "receipt": f"{header}.{swapped}.{signature}"})

        page.route("**/v1/consents/withdrawals", change)
        withdraw(page)
        line = page.locator("nabij-proof li", has_text="Het bewijs klopt niet")
        expect(line).to_have_attribute("data-tick", "bad")
        expect(page.locator("nabij-proof .qr")).to_have_count(0)

    visiting(eyes, shared, visit)


def test_a_receipt_of_another_act_is_not_believed(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        address = f"{me.service.address}/v1/receipts"
        (granted,) = me.context.request.get(address).json()["acts"]
        other = me.context.request.get(f"{address}/{granted['event_id']}").json()["receipt"]

        def swap(route: Route) -> None:
            route.fulfill(json={**route.fetch().json(), "receipt": other})

        page.route("**/v1/consents/withdrawals", swap)
        withdraw(page)
        line = page.locator("nabij-proof li", has_text="Het bewijs klopt niet")
        expect(line).to_have_attribute("data-tick", "bad")

    visiting(eyes, shared, visit)


def test_a_withdrawal_that_is_lost_is_told_again_as_soon_as_there_is_a_network(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        me.context.set_offline(True)
        page.get_by_role("button", name="Toestemming intrekken: Wifi").click()
        expect(page.get_by_text("Wij weten niet of uw keuze is aangekomen")).to_be_visible()
        me.context.set_offline(False)
        expect(page.get_by_text("Uw toestemming is ingetrokken")).to_be_visible()

    visiting(eyes, shared, visit)


def test_what_is_withdrawn_elsewhere_is_seen_here(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        with me.phone() as phone:
            report(phone, "wifi")
            page = me.open("/privacy")
            expect(page.get_by_role("button", name="Toestemming intrekken")).to_have_count(1)
            phone.withdraw()
            expect(page.get_by_text(re.compile("^Ingetrokken op"))).to_have_count(len(SIGNALS))

    visiting(eyes, shared, visit)


def test_a_second_withdrawal_is_another_proof(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        for signal in ("Wifi", "Mobiel netwerk"):
            page.get_by_role("button", name=f"Toestemming intrekken: {signal}").click()
            named = page.locator("nabij-proof", has_text=re.compile(f"{signal} ·"))
            expect(named.get_by_text("Het bewijs klopt")).to_be_visible()
            expect(named.get_by_text("Gewist: 1 gegeven, om")).to_be_visible()

    visiting(eyes, shared, visit)


def test_objecting_and_stopping_to(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = me.open("/privacy")
        page.get_by_role("button", name="Bezwaar maken: Reclame").click()
        expect(page.get_by_text("Reclame: bezwaar sinds")).to_be_visible()
        page.get_by_role("button", name="Bezwaar stoppen: Reclame").click()
        expect(page.get_by_text("Reclame: geen bezwaar")).to_be_visible()

    visiting(eyes, shared, visit)


def test_a_device_is_removed_with_what_it_told(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        page.get_by_role("button", name="Verwijderen: Linux").click()
        expect(page.get_by_text("Er is geen apparaat dat iets stuurde.")).to_be_visible()
        expect(page.get_by_text("Geen vierkant, geen netwerk, geen wifi.")).to_be_visible()

    visiting(eyes, shared, visit)


def test_who_looked_is_listed_and_everything_can_be_downloaded(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        for name, ending in (("om te lezen", ".html"), ("voor een ander programma", ".json")):
            with page.expect_download() as saved:
                page.get_by_role("link", name=name).click()
            assert saved.value.suggested_filename.endswith(ending)
        page.reload()
        expect(page.get_by_text("uzelf, voor een kopie van uw gegevens")).to_have_count(2)

    visiting(eyes, shared, visit)


def test_a_receipt_says_how_many_witnesses_have_seen_it(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)

        def witnessed(route: Route) -> None:
            document = route.fetch().json()
            assert document["witnesses"] == {"seen": 0, "asked": 0}
            route.fulfill(json={**document, "witnesses": {"seen": 2, "asked": 3}})

        page.route("**/v1/receipts/*", witnessed)
        page.get_by_role("button", name="Nakijken").click()
        verdict = page.locator("nabij-receipts").get_by_role("status")
        expect(verdict).to_contain_text("Het bewijs klopt")
        expect(verdict).to_contain_text(
            "Onafhankelijke getuigen die ons logboek hiermee zagen: 2 van 3."
        )

    visiting(eyes, shared, visit)


def test_every_receipt_can_be_checked(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        page.get_by_role("button", name="Nakijken").click()
        expect(page.get_by_text("Het bewijs klopt.")).to_be_visible()

    visiting(eyes, shared, visit)


def test_the_proof_is_what_is_printed(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        withdraw(page)
        expect(page.locator("nabij-proof .qr")).to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator("nabij-proof")).to_be_visible()
        for hidden in ("Wat wij van u bewaren", "Uw apparaten", "Bewijs bewaren", "Afmelden"):
            expect(page.get_by_text(hidden, exact=True).first).to_be_hidden()

    visiting(eyes, shared, visit)


def test_anybody_sees_the_place_in_the_log(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        withdraw(page)
        expect(page.get_by_role("img", name="QR-code")).to_be_visible()
        address = page.get_by_role("link", name="Bekijk de plaats").get_attribute("href")
        seen = httpx2.get(f"{me.service.address}{address}").raise_for_status().json()
        assert seen["leaf_hash"] in str(address)
        assert seen["path"]

    visiting(eyes, shared, visit)


def test_what_is_still_kept_is_not_called_gone(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        before = me.context.request.get(f"{me.service.address}/v1/me/status").json()
        page.route("**/v1/me/status", lambda route: route.fulfill(json=before))
        withdraw(page)
        line = page.locator("nabij-proof li", has_text="Nu bewaard: 3.")
        expect(line).to_have_attribute("data-tick", "bad")

    visiting(eyes, shared, visit)


def test_a_place_in_the_log_that_is_not_proved_is_not_believed(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)

        def move(route: Route) -> None:
            answer = route.fetch()
            if not answer.ok:  # it has no place yet, and is asked for again
                route.fulfill(response=answer)
                return
            proof = answer.json()
            route.fulfill(json={**proof, "leaf_index": max(proof["leaf_index"] - 1, 0)})

        page.route("**/v1/log/proof/inclusion?**", move)
        withdraw(page)
        line = page.locator("nabij-proof li", has_text="Het bewijs klopt niet")
        expect(line).to_have_attribute("data-tick", "bad")
        expect(page.get_by_text("Het staat in ons logboek")).to_have_count(0)

    visiting(eyes, shared, visit)


def test_trying_again_does_again_what_failed(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)
        page.route("**/v1/receipts/*", lambda route: route.abort())
        page.get_by_role("button", name="Nakijken").click()
        receipts = page.locator("nabij-receipts")
        expect(receipts.get_by_role("alert")).to_be_visible()
        page.unroute("**/v1/receipts/*")
        receipts.get_by_role("button", name="Opnieuw proberen").click()
        expect(receipts.get_by_text("Het bewijs klopt")).to_be_visible()
        expect(receipts.get_by_role("alert")).to_have_count(0)

    visiting(eyes, shared, visit)


def test_a_sign_in_that_ended_is_said_at_the_next_touch(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = privacy(me)

        def refuse(route: Route) -> None:
            if route.request.method == "GET":
                route.continue_()
            else:
                route.fulfill(status=401, json=_ENDED)

        page.route("**/v1/me/objections/**", refuse)
        page.get_by_role("button", name="Bezwaar maken: Reclame").click()
        expect(page.get_by_text("U bent afgemeld. Meld u opnieuw aan.")).to_be_visible()

    visiting(eyes, shared, visit)
