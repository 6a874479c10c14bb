"""Being asked: what is shown is what would be sent, and what is answered is recorded."""

import json
from pathlib import Path
from typing import Any, Final

import jsonschema
from playwright.sync_api import Page, Route, expect

from nabij_geo import Cell
from tests.contract.phones import HOME
from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.states import asked, notice_changed, square_is_shown
from tests.web.page.visits import SIGNALS, Visit, report, visiting

OPENAPI: Final = json.loads((Path(__file__).parents[3] / "openapi.json").read_text("utf-8"))
_LARGEST_GAP: Final = 1.5


def payloads(page: Page) -> dict[str, Any]:
    """What each card says would be sent, by signal."""
    return {
        signal: json.loads(
            page.get_by_role("region", name=title).locator("pre").text_content() or ""
        )
        for signal, title in SIGNALS.items()
    }


def test_the_payload_that_is_shown_is_one_that_the_service_takes(
    eyes: Eyes, shared: RunningService
) -> None:
    shown = visiting(eyes, shared, lambda me: payloads(square_is_shown(me)))
    batch = {"$ref": "#/components/schemas/Batch", "components": OPENAPI["components"]}
    for signal, payload in shown.items():
        jsonschema.validate(payload, batch)
        assert [each["signal"] for each in payload["reports"]] == [signal]
    assert shown["gps"]["reports"][0]["cell"] == Cell.containing(HOME).code


def test_the_square_is_drawn_at_its_size(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> tuple[float, float, float]:
        page = square_is_shown(me)
        own = page.locator("nabij-consent svg .own").bounding_box()
        scale = page.locator("nabij-consent svg .scale path").bounding_box()
        assert own is not None
        assert scale is not None
        expect(page.locator("nabij-consent svg text", has_text="1 km")).to_be_visible()
        return own["width"], own["height"], scale["width"]

    width, height, scale = visiting(eyes, shared, visit)
    # The border of the square is as wide as a line of the drawing.
    assert abs(width - height) < _LARGEST_GAP
    assert abs(width - scale) < 2 * _LARGEST_GAP


def test_no_request_is_made_to_show_the_square_but_for_the_names_of_towns(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> list[str]:
        page = asked(me)
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        page.get_by_role("button", name="Toon mijn vierkant").click()
        expect(page.get_by_text("Uw browser tekent dit zelf")).to_be_visible()
        return [each for each in requested if "/assets/" not in each]

    assert visiting(eyes, shared, visit) == [f"{shared.address}/v1/places/all"]


def test_what_is_different_is_shown_as_it_was_and_as_it_is(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> tuple[str, str]:
        page = notice_changed(me)
        return page.locator("del").inner_text(), page.locator("ins").inner_text()

    before, now = visiting(eyes, shared, visit)
    assert before != now
    assert "dagen" in before
    assert "dagen" in now


def test_an_answer_of_which_nobody_knows_whether_it_arrived_is_told_again_and_recorded_once(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> list[tuple[Any, ...]]:
        page = asked(me)

        def lose_the_answer(route: Route) -> None:
            route.fetch()  # it arrives, and what the service says of it does not
            route.abort()

        page.route("**/v1/consents?**", lose_the_answer, times=1)
        page.get_by_role("button", name="Toestaan: Wifi").click()
        expect(page.get_by_text("Wij weten niet of uw keuze is aangekomen")).to_be_visible()
        page.get_by_role("button", name="Opnieuw proberen").click()
        expect(page.get_by_text("Bewaard: u staat dit toe")).to_be_visible()
        page.get_by_role("link", name="Privacy", exact=True).click()
        expect(page.get_by_role("button", name="Nakijken")).to_have_count(1)
        return []

    visiting(eyes, shared, visit)


def test_two_grants_are_two_showings(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = asked(me)
        for title in SIGNALS.values():
            page.get_by_role("button", name=f"Toestaan: {title}").click()
            card = page.get_by_role("region", name=title)
            expect(card.get_by_role("status")).to_contain_text("Bewaard: u staat dit toe")

    visiting(eyes, shared, visit)


def test_global_privacy_control_is_told_and_recorded(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> list[bool]:
        me.context.add_init_script("navigator.globalPrivacyControl = true")
        page = asked(me)
        expect(page.get_by_text("Uw browser vraagt ons u niet te volgen")).to_be_visible()
        with page.expect_response("**/v1/consents?**") as answered:
            page.get_by_role("button", name="Weigeren: Wifi").click()
        event_id = answered.value.json()["event_id"]
        rows = me.service.rows("SELECT gpc FROM consent_event WHERE event_id = %s", event_id)
        return [each[0] for each in rows]

    kept = visiting(eyes, shared, visit, extra_http_headers={"Sec-GPC": "1"})
    assert kept == [True]


def test_a_browser_that_allows_is_no_device(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = asked(me)
        page.get_by_role("button", name="Toestaan: Wifi").click()
        expect(page.get_by_text("Bewaard: u staat dit toe")).to_be_visible()
        page.get_by_role("link", name="Privacy", exact=True).click()
        expect(page.get_by_text("Deze browser verzamelt niets.")).to_be_visible()

    visiting(eyes, shared, visit)


def test_who_objects_is_told_so(eyes: Eyes, shared: RunningService) -> None:
    """The purpose of the notice is none that one objects to here: the page says what it is told."""

    def visit(me: Visit) -> None:
        page = asked(me)
        problem = {"type": "/problems/objected", "title": "for programs", "status": 409}
        page.route("**/v1/consents?**", lambda route: route.fulfill(status=409, json=problem))
        page.get_by_role("button", name="Toestaan: Wifi").click()
        expect(page.get_by_text("U maakte bezwaar.").first).to_be_visible()

    visiting(eyes, shared, visit)


def test_a_prompt_is_not_shown_against_a_no(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> str:
        with me.phone() as phone:
            phone.refuse(phone.notice("nl"), ["gps", "gsm", "wifi"])
        page = me.open("/privacy")
        return page.evaluate(
            """() => new Promise(resolve => {
                const prompt = document.createElement("nabij-consent");
                prompt.occasion = "prompt";
                prompt.addEventListener("nabij-nothing-to-ask", event => resolve(event.type));
                document.body.append(prompt);
            })"""
        )

    assert visiting(eyes, shared, visit) == "nabij-nothing-to-ask"


def test_who_reported_before_still_sees_what_is_allowed(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        with me.phone() as phone:
            report(phone, "wifi")
        page = asked(me)
        card = page.get_by_role("region", name="Wifi")
        expect(card.get_by_role("status")).to_contain_text("Toegestaan op")

    visiting(eyes, shared, visit)
