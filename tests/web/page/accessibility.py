"""Faults of accessibility: in each language and theme, on a narrow screen, with large text."""

from playwright.sync_api import Page

from tests.contract.running import RunningService
from tests.web.browser import Eyes, faults
from tests.web.page.states import STATES, paths
from tests.web.page.visits import Visit, visiting

_COLOURS = ("color-contrast", "link-in-text-block")
_WORDS = (
    *("aria-command-name", "aria-input-field-name", "aria-toggle-field-name", "button-name"),
    *("document-title", "empty-heading", "html-has-lang", "html-lang-valid", "image-alt", "label"),
    *("label-content-name-mismatch", "landmark-unique", "link-name", "page-has-heading-one"),
    *("region", "select-name", "summary-name", "valid-lang"),
)
_NARROWEST = 320
_SMALLEST_TARGET = 44
# Links in a line of text and the words of a list are as high as the line (WCAG 2.2, 2.5.8).
_CONTROLS = "button, input, select, summary, [role=option], .button, a.block, nav a"


_TOO_SMALL = """([controls, smallest]) => {
    const inside = root => [...root.querySelectorAll("*")].flatMap(
        each => each.shadowRoot ? [each, ...inside(each.shadowRoot)] : [each]);
    return inside(document).filter(each => each.matches(controls)).flatMap(each => {
        const { width, height } = each.getBoundingClientRect();
        const shown = width > 0 && height > 0 && each.checkVisibility();
        const small = Math.min(width, height) < smallest - 0.5;
        return shown && small ? [`${width} x ${height}: ${each.textContent.trim()}`] : [];
    });
}"""


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


def faults_of(page: Page) -> list[str]:
    """What is wrong, in each language and theme, on a narrow screen and with large text.

    A theme changes colours and nothing else; a language changes words, and how wide they are. So
    axe-core looks at everything once, and at the others for what they change.
    """
    page.emulate_media(color_scheme="dark")
    found = [f"dark: {each}" for each in faults(page, _COLOURS)]
    page.emulate_media(color_scheme="light")
    switch(page, "nl")
    found += [f"nl: {each}" for each in (*faults(page), *too_wide(page))]
    switch(page, "en")
    found += [f"en: {each}" for each in (*faults(page, _WORDS), *too_wide(page))]
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
    return page.evaluate(_TOO_SMALL, [_CONTROLS, _SMALLEST_TARGET])


def faults_on_path(eyes: Eyes, service: RunningService, last: str) -> str:
    """List the faults of accessibility in a state and in those on its path, a line each."""
    (path,) = (path for name, path in paths(last).items() if name == last)
    found: list[str] = []
    met: list[str] = []

    def look(name: str, page: Page) -> None:
        if name in path:
            met.append(name)
            found.extend(f"{name}: {each}" for each in faults_of(page))
            switch(page, "nl")
            page.set_viewport_size({"width": 1180, "height": 900})

    def visit(somebody: Visit) -> None:
        STATES[last].reach(somebody)

    state = STATES[last]
    visiting(eyes, service, visit, signed_in=state.signed_in, webgl=state.webgl, on_state=look)
    assert met == list(path)
    return "\n".join(found)
