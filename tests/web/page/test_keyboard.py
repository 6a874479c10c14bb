"""The whole way by keyboard alone, and always with a focus that can be seen."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.states import about_to_erase, asked, opened, privacy
from tests.web.page.visits import Visit, visiting

_MOST_STOPS: Final = 80
_THINNEST_OUTLINE: Final = 2
_FOCUSED: Final = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    const style = getComputedStyle(at);
    return {
        element: at.localName,
        name: at.getAttribute("aria-label") ?? at.innerText ?? "",
        input: at.localName === "input",
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    };
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on the control of this name."""
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        at: dict[str, Any] = page.evaluate(_FOCUSED)
        assert at["outline"] >= _THINNEST_OUTLINE, f"the focus on {at} cannot be seen"
        if at["name"].strip() == name or (at["input"] and name == "input"):
            return
    raise AssertionError(f"no way to {name}")


def press(page: Page, name: str) -> None:
    """Go to a control that is there, and press Enter."""
    there = (page.get_by_role(role, name=name, exact=True) for role in ("button", "link"))
    expect(next(there).or_(next(there)).first).to_be_visible()
    tab_to(page, name)
    page.keyboard.press("Enter")


def test_the_whole_journey(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = me.open("/consent")
        expect(page.get_by_role("button", name="Alles weigeren")).to_be_visible()
        press(page, "Naar de inhoud")
        press(page, "Alles weigeren")
        expect(page.get_by_text("Bewaard: u weigert dit.")).to_have_count(3)
        press(page, "Naar bronnen in de buurt")
        expect(page.get_by_role("heading", name="Energie bij u in de buurt")).to_be_focused()

        expect(page.get_by_role("combobox")).to_be_visible()
        tab_to(page, "input")
        page.keyboard.type("amers")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Rond Amersfoort")).to_be_visible()

        press(page, "Lees en kies")
        press(page, "Toestaan: Wifi")
        expect(page.get_by_text("Bewaard: u staat dit toe")).to_be_visible()
        page.reload()
        press(page, "Privacy")
        press(page, "Toestemming intrekken: Wifi")
        expect(page.get_by_role("heading", name="Uw toestemming is ingetrokken")).to_be_focused()
        press(page, "Uw account verwijderen …")
        press(page, "Account verwijderen")
        expect(page.get_by_role("heading", name="Uw account is verwijderd")).to_be_focused()

    visiting(eyes, shared, visit)


@pytest.mark.parametrize(
    ("reach", "button"),
    [
        (asked, "Toon mijn vierkant"),
        (opened, "Zet bij mijn bronnen"),
        (privacy, "Nakijken"),
        (privacy, "Uw account verwijderen …"),
        (about_to_erase, "Niet verwijderen"),
        (privacy, "Toestemming intrekken: Wifi"),
    ],
)
def test_a_button_that_goes_away_hands_the_focus_on(
    eyes: Eyes, shared: RunningService, reach: Callable[[Visit], Page], button: str
) -> None:
    def visit(me: Visit) -> None:
        page = reach(me)
        pressed = page.get_by_role("button", name=button).first
        name = pressed.get_attribute("aria-label") or pressed.inner_text()
        alike = page.get_by_role("button", name=name, exact=True)
        before = alike.count()
        pressed.focus()
        page.keyboard.press("Enter")
        expect(alike).to_have_count(before - 1)
        expect(page.locator("nabij-page main :focus").first).to_be_attached()

    visiting(eyes, shared, visit)


def test_a_focus_that_cannot_be_seen_is_found(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> str:
        page = me.open("/signin")
        page.evaluate(
            """() => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(":focus-visible { outline: none !important; }");
                const { shadowRoot } = document.querySelector("nabij-page");
                shadowRoot.adoptedStyleSheets = [...shadowRoot.adoptedStyleSheets, sheet];
            }"""
        )
        try:
            tab_to(page, "Privacy")
        except AssertionError as error:
            return str(error)
        return ""

    assert "cannot be seen" in visiting(eyes, shared, visit, signed_in=False)
