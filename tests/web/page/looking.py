"""Looking at a state for everybody: in each language and theme, on any screen, with large text."""

from playwright.sync_api import Page

from tests.contract.running import RunningService
from tests.web.browser import Eyes, faults
from tests.web.page.states import STATES
from tests.web.page.visits import Visit, visiting

_LOCALES = ("nl", "en")
_NARROWEST = 320
_SMALLEST_TARGET = 44
# Links in a line of text and the words of a list are as high as the line (WCAG 2.2, 2.5.8).
_CONTROLS = "button, input, summary, [role=option], .button, a.block, nav a"


def switch(page: Page, locale: str) -> None:
    """Let the page be in this language, in the state that it is in."""
    page.evaluate(
        """async locale => {
            const page = document.querySelector("nabij-page");
            page.locale = locale;
            await page.updateComplete;
            const inside = root => [...root.querySelectorAll("*")].flatMap(
                each => each.shadowRoot ? [each, ...inside(each.shadowRoot)] : []);
            for (let round = 0; round < 3; round++) {
                await Promise.all(inside(page.shadowRoot).map(each => each.updateComplete));
            }
        }""",
        locale,
    )


def looked_at(page: Page) -> list[str]:
    """What is wrong, in each language and theme, on a narrow screen and with large text."""
    found: list[str] = []
    for locale in _LOCALES:
        switch(page, locale)
        page.emulate_media(color_scheme="light")
        found += [f"{locale} light: {each}" for each in faults(page)]
        # The theme changes colours, and nothing else that axe-core looks at.
        page.emulate_media(color_scheme="dark")
        found += [f"{locale} dark: {each}" for each in faults(page, only_colours=True)]
        found += [f"{locale}: {each}" for each in too_wide(page)]
    return found + too_small(page)


def too_wide(page: Page) -> list[str]:
    """Whether anything scrolls sideways at 320 px, and at 640 px with text of 200 %."""
    found: list[str] = []
    for width, text in ((_NARROWEST, "100%"), (2 * _NARROWEST, "200%")):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("size => document.documentElement.style.fontSize = size", text)
        seen: int = page.evaluate("document.documentElement.scrollWidth")
        if seen > width:
            found.append(f"{seen} px wide at {width} px, text {text}")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1180, "height": 900})
    return found


def too_small(page: Page) -> list[str]:
    """Controls that are less than 44 px high or wide, as they are on a phone."""
    page.set_viewport_size({"width": 360, "height": 800})
    found: list[str] = []
    for each in page.locator(_CONTROLS).all():
        box = each.bounding_box()
        if box is None or not each.is_visible():
            continue
        if box["height"] < _SMALLEST_TARGET - 0.5 or box["width"] < _SMALLEST_TARGET - 0.5:
            found.append(f"{box['width']:.0f} x {box['height']:.0f}: {each.inner_text()}")
    return found


def kept_out(eyes: Eyes, service: RunningService, name: str) -> str:
    """What keeps somebody out of a state, a line each."""
    state = STATES[name]

    def visit(somebody: Visit) -> list[str]:
        return looked_at(state.reach(somebody))

    return "\n".join(visiting(eyes, service, visit, signed_in=state.signed_in))


def states_of(*parts: str) -> list[str]:
    """The states of some parts of the page, by the beginnings of their names."""
    return [name for name in STATES if name.startswith(parts)]
