"""The rest of the page, in every state and for everybody; and faults that are found."""

import pytest

from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.accessibility import faults_of, faults_on_path
from tests.web.page.states import cookies, paths
from tests.web.page.visits import Visit, visiting

_ELSEWHERE = paths("nearby", "consent", "privacy")


@pytest.mark.parametrize("last", [each for each in paths("") if each not in _ELSEWHERE])
def test_nobody_is_kept_out(eyes: Eyes, shared: RunningService, last: str) -> None:
    assert not faults_on_path(eyes, shared, last)


@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        ("main.append(new Image())", "image-alt"),
        ("main.querySelector('h1').style.color = '#bbb'", "color-contrast"),
        ("main.style.width = '700px'", "px wide"),
        ("main.querySelector('h1').append(document.createElement('button'))", "button-name"),
    ],
)
def test_a_planted_fault_is_found(
    eyes: Eyes, shared: RunningService, planted: str, rule: str
) -> None:
    def visit(somebody: Visit) -> list[str]:
        page = cookies(somebody)
        page.evaluate(f"""() => {{
            const main = document.querySelector("nabij-page").shadowRoot.querySelector("main");
            {planted};
        }}""")
        return faults_of(page)

    found = visiting(eyes, shared, visit, signed_in=False)
    assert any(rule in each for each in found), found
