"""Saying no is as easy as saying yes, and taking it back is as easy as giving it."""

from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.states import asked
from tests.web.page.visits import SIGNALS, Visit, visiting

_LOOK: Final = """button => {
    const style = getComputedStyle(button);
    const box = button.getBoundingClientRect();
    return {
        element: button.localName,
        style: Object.fromEntries([...style].map(name => [name, style.getPropertyValue(name)])),
        width: Math.round(box.width * 100), height: Math.round(box.height * 100),
        top: Math.round(box.top * 100), tab: button.tabIndex, disabled: button.disabled,
    };
}"""
# Where a button stands is the one thing in which two of them must differ.
_PLACES: Final = {"perspective-origin", "transform-origin"}


def look_of(button: Locator) -> dict[str, Any]:
    """All that a browser knows of how a button looks."""
    look: dict[str, Any] = button.evaluate(_LOOK)
    look["style"] = {name: it for name, it in look["style"].items() if name not in _PLACES}
    return look


def differences(page: Page, signal: str) -> list[str]:
    """In what the two buttons of a card differ."""
    refuse, allow = (
        look_of(page.get_by_role("button", name=f"{answer}: {signal}", exact=True))
        for answer in ("Weigeren", "Toestaan")
    )
    found = [each for each in refuse if each != "style" and refuse[each] != allow[each]]
    styles = refuse["style"].keys() | allow["style"].keys()
    return found + sorted(
        each for each in styles if refuse["style"].get(each) != allow["style"].get(each)
    )


@pytest.mark.parametrize("width", [1180, 360])
def test_the_two_buttons_of_a_card_are_alike(
    eyes: Eyes, shared: RunningService, width: int
) -> None:
    def visit(me: Visit) -> dict[str, list[str]]:
        page = asked(me)
        page.set_viewport_size({"width": width, "height": 900})
        return {signal: differences(page, signal) for signal in SIGNALS.values()}

    assert visiting(eyes, shared, visit) == {signal: [] for signal in SIGNALS.values()}


@pytest.mark.parametrize(
    "planted", ["fontWeight = 800", "background = '#14532d'", "padding = '1rem'", "opacity = 0.9"]
)
def test_a_planted_difference_is_found(eyes: Eyes, shared: RunningService, planted: str) -> None:
    def visit(me: Visit) -> list[str]:
        page = asked(me)
        allow = page.get_by_role("button", name="Toestaan: Wifi")
        allow.evaluate(f"button => {{ button.style.{planted}; }}")
        return differences(page, "Wifi")

    assert visiting(eyes, shared, visit) != []


def test_the_keyboard_comes_to_both_one_after_the_other(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = asked(me)
        page.get_by_role("button", name="Weigeren: Wifi").focus()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Toestaan: Wifi")).to_be_focused()

    visiting(eyes, shared, visit)


def test_nothing_is_chosen_beforehand(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = asked(me)
        pressed = "[aria-pressed=true], [aria-checked=true], :checked, [aria-selected=true]"
        expect(page.locator("nabij-consent").locator(pressed)).to_have_count(0)
        for each in page.locator("nabij-consent section").get_by_role("status").all():
            assert each.inner_text() == ""
        assert me.service.rows("SELECT count(*) FROM consent_event JOIN device USING (device_id)")

    visiting(eyes, shared, visit)


def test_withdrawing_takes_no_more_actions_than_granting(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> tuple[int, int]:
        page = me.open("/")
        granting = [
            page.get_by_role("link", name="Privacy", exact=True),
            page.get_by_role("link", name="Kiezen: Wifi"),
            page.get_by_role("button", name="Toestaan: Wifi"),
        ]
        for each in granting:
            each.click()
        expect(page.get_by_text("Bewaard: u staat dit toe")).to_be_visible()
        page.get_by_role("link", name="In de buurt", exact=True).click()
        withdrawing = [
            page.get_by_role("link", name="Privacy", exact=True),
            page.get_by_role("button", name="Toestemming intrekken: Wifi"),
        ]
        for each in withdrawing:
            each.click()
        expect(page.get_by_text("Uw toestemming is ingetrokken")).to_be_visible()
        return len(withdrawing), len(granting)

    withdrawing, granting = visiting(eyes, shared, visit)
    assert withdrawing <= granting
