"""The export in a real browser: for everybody who reads it, on any screen and on paper."""

import re
from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.service import Service
from tests.web.browser import Eyes, Scheme, faults
from tests.web.exports import page_of, somebody

_PAGES_OF_PAPER = 5
_A_PAGE = re.compile(rb"/Type /Page\b")
Locale = Literal["nl", "en"]
LOCALES: tuple[Locale, ...] = ("nl", "en")


@pytest.fixture
def html(service: Service) -> dict[Locale, str]:
    """The page, in each language."""
    eva = somebody(service)
    return {locale: page_of(eva, locale) for locale in LOCALES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", LOCALES)
def test_axe_finds_no_fault(
    eyes: Eyes, html: dict[Locale, str], locale: Locale, scheme: Scheme
) -> None:
    def look(page: Page) -> list[str]:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        return faults(page)

    assert eyes.see(html[locale], look, scheme=scheme) == []


def test_axe_finds_faults_where_there_are_some(eyes: Eyes) -> None:
    page_with_faults = '<html lang="nl"><title>x</title><main><h1>x</h1><img src="x">'
    assert eyes.see(page_with_faults, faults) == ["image-alt: ['img']"]


# 400 % on a window of 1280 is as wide as a phone of 320 (WCAG 2.2, 1.4.10).
@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_scrolls_sideways_on_the_narrowest_screen(
    eyes: Eyes, html: dict[Locale, str], locale: Locale
) -> None:
    def look(page: Page) -> tuple[int, int]:
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        as_it_is: int = page.evaluate("document.documentElement.scrollWidth")
        page.add_style_tag(  # WCAG 2.2, 1.4.12
            content="* { line-height: 1.5 !important; letter-spacing: .12em !important;"
            " word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"
        )
        return as_it_is, page.evaluate("document.documentElement.scrollWidth")

    assert max(eyes.see(html[locale], look, width=320)) <= 320


@pytest.mark.parametrize("locale", LOCALES)
def test_it_fits_on_a_few_sheets_of_paper(
    eyes: Eyes, html: dict[Locale, str], locale: Locale
) -> None:
    paper = eyes.see(html[locale], lambda page: page.pdf(format="A4"))
    assert 1 < len(_A_PAGE.findall(paper)) <= _PAGES_OF_PAPER


def test_it_has_one_landmark_and_headings_in_order(eyes: Eyes, html: dict[Locale, str]) -> None:
    def look(page: Page) -> tuple[int, list[int]]:
        landmarks = page.locator(
            "main, nav, header, footer, aside, section[aria-labelledby], [role=region]"
        )
        headings = "[...document.querySelectorAll('h1,h2,h3,h4')].map(each => +each.tagName[1])"
        return landmarks.count(), page.evaluate(headings)

    landmarks, levels = eyes.see(html["nl"], look)
    assert landmarks == 1
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_begins_with_what_is_permitted_and_codes_are_folded_away(
    eyes: Eyes, html: dict[Locale, str]
) -> None:
    def look(page: Page) -> tuple[list[str], str, int]:
        headings = page.locator("#data h2").all_text_contents()
        codes = page.locator("code", has_text="CRS3035").count()
        return headings, page.locator("main").inner_text(), codes

    headings, seen, codes = eyes.see(html["nl"], look)
    assert headings[:2] == ["Wat u nu toestaat", "Het vierkant waarin u bent"]
    assert ("CRS3035" in seen, codes) == (False, 1)
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", seen) is None
    assert "Uw apparaat meldde zich op 1 juni 2026, 11:00." in seen


def test_what_there_is_nothing_of_is_one_sentence(eyes: Eyes, html: dict[Locale, str]) -> None:
    def look(page: Page) -> tuple[list[str], str]:
        empty = page.locator("h2", has_text="Hierover bewaren wij niets van u")
        told = empty.locator("xpath=following-sibling::p[1]").inner_text()
        return page.locator("h2").all_text_contents(), told

    headings, told = eyes.see(html["nl"], look)
    empty = {"De bronnen die u koos", "Wat u ons vroeg over uw gegevens", "De wifi van uw apparaat"}
    assert empty <= {*told.rstrip(".").split("; ")}
    assert empty.isdisjoint(headings)


def test_the_keyboard_reaches_the_data_first(eyes: Eyes, html: dict[Locale, str]) -> None:
    def look(page: Page) -> tuple[str, str]:
        page.keyboard.press("Tab")
        first: str = page.evaluate("document.activeElement.textContent")
        page.keyboard.press("Enter")
        return first, page.evaluate("document.activeElement.id")

    assert eyes.see(html["nl"], look) == ("Naar uw gegevens", "data")
