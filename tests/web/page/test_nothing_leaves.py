"""One cookie, nothing else kept, nobody else asked, and not a word about where somebody is."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    WebError,
    expect,
)

from nabij_backend.clock import utc_now
from nabij_backend.http.cross_origin import is_public
from nabij_backend.web.endpoints import PAGES
from nabij_dev.demo.server import running_server
from tests.contract.phones import HOME
from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.states import around_a_place, around_a_square, privacy, square_is_shown
from tests.web.page.visits import Visit, visiting

_TYPED: Final = "amers"
_STORED: Final = """async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(each => each.name),
})"""
_NOTHING: Final[dict[str, object]] = {"local": [], "session": [], "databases": []}
_CACHED: Final = """async () => {
    const files = await (await caches.open("nabij-public")).keys();
    return files.map(each => new URL(each.url).pathname + new URL(each.url).search);
}"""
_HAS_LIST: Final = f"""async () => {{
    const files = await ({_CACHED})();
    return files.includes("/") && files.includes("/v1/places/all") && files.length > 8;
}}"""


class Traffic:
    """All that a browser asks and says while somebody visits."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[Request] = []
        self.said: list[str] = []
        context.on("request", self._watch)
        context.on("console", self._hear)
        context.on("weberror", self._hear_error)

    def _watch(self, request: Request) -> None:
        self.requests.append(request)

    def _hear(self, message: ConsoleMessage) -> None:
        self.said.append(message.text)

    def _hear_error(self, error: WebError) -> None:
        self.said.append(str(error.error))

    def hosts(self) -> set[str]:
        """Whom it asked; what a page made itself (blob:) it asks of nobody."""
        asked = (each.url for each in self.requests if not each.url.startswith("blob:"))
        return {re.sub(r"^(\w+://[^/]+).*", r"\1", each) for each in asked}

    def told(self) -> str:
        """Every address and body."""
        return "\n".join(f"{each.url} {each.post_data or ''}" for each in self.requests)


def stored(page: Page) -> dict[str, Any]:
    """What a page keeps besides cookies."""
    return page.evaluate(_STORED)


def test_a_whole_visit_leaves_one_cookie_and_tells_no_place(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        traffic = Traffic(me.context)
        around_a_place(me)
        square_is_shown(me)
        before_withdrawing = traffic.told()
        page = privacy(me)
        page.get_by_role("button", name="Alles intrekken").click()
        expect(page.get_by_text("Het bewijs klopt")).to_be_visible()

        (cookie,) = me.context.cookies()
        assert (cookie.get("name"), cookie.get("path")) == ("nabij_session", "/v1")
        assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")
        assert stored(page) == _NOTHING
        assert traffic.hosts() == {shared.address}
        assert traffic.said == []
        for secret in (_TYPED, f"{HOME.latitude_deg:.3f}", f"{HOME.longitude_deg:.3f}", "CRS3035"):
            assert secret.lower() not in before_withdrawing.lower()

    visiting(eyes, shared, visit, service_workers="allow")


def test_what_a_browser_keeps_for_later_is_public(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = around_a_square(me)
        page.wait_for_function(_HAS_LIST)
        page.get_by_role("link", name="Privacy", exact=True).click()
        expect(page.get_by_text("Vierkant bij Amersfoort").first).to_be_visible()
        assert stored(page) == _NOTHING
        assert page.evaluate("caches.keys()") == ["nabij-public"]
        for path in page.evaluate(_CACHED):
            assert path == "/" or path.startswith("/assets/") or is_public(path)

    visiting(eyes, shared, visit, service_workers="allow")


def test_list_and_map_are_there_after_the_first_visit(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        with running_server(shared.settings, utc_now) as address:
            page = me.context.new_page()
            page.goto(f"{address}/?lang=nl")
            page.locator("nabij-map canvas").wait_for()
            page.wait_for_function(_HAS_LIST)
        page.reload()
        expect(page.get_by_text("U ziet de bronnen van")).to_be_visible()
        expect(
            page.get_by_text("Het lukt nu niet").or_(page.get_by_text("U bent offline"))
        ).to_be_visible()
        page.get_by_role("combobox", name="Plaats").fill(_TYPED)
        page.get_by_role("option", name="Amersfoort").first.click()
        expect(page.locator("nabij-nearby ol > li").nth(5)).to_be_visible()
        page.locator("nabij-map").evaluate("map => map.whenIdle()")
        for path in PAGES:
            page.goto(f"{address}{path}?lang=nl")
            expect(page.locator("nabij-page main")).to_be_visible()
        # What is no page is not answered with one: a download would save it.
        for path in ("/v1/me/export?format=html", "/elements", "/embed"):
            with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
                page.goto(f"{address}{path}")

    visiting(eyes, shared, visit, signed_in=False, webgl=True, service_workers="allow")


def test_what_is_kept_or_said_is_found(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> tuple[list[str], list[str], set[str]]:
        traffic = Traffic(me.context)
        page = me.open("/")
        page.evaluate("localStorage.place = 'amersfoort'; console.warn('here')")
        page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
        return stored(page)["local"], traffic.said, traffic.hosts()

    kept, said, hosts = visiting(eyes, shared, visit)
    assert kept == ["place"]
    assert "here" in said
    # The policy forbids asking anybody else: the browser says so, and sends nothing.
    assert any("Content Security Policy" in each for each in said)
    assert hosts == {shared.address}


def test_what_is_public_is_read_without_the_cookie(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> dict[bool, set[bool]]:
        traffic = Traffic(me.context)
        page = privacy(me)
        page.get_by_role("button", name="Alles intrekken").click()
        expect(page.get_by_text("Het staat in ons logboek")).to_be_visible()
        named: dict[bool, set[bool]] = {True: set(), False: set()}
        for each in traffic.requests:
            path = urlsplit(each.url).path
            if path.startswith(("/v1/", "/.well-known/")):
                public = is_public(path) or path.startswith(("/v1/log/", "/.well-known/"))
                named[public].add("cookie" in each.all_headers())
        return named

    assert visiting(eyes, shared, visit) == {True: {False}, False: {True}}


def test_a_visitor_who_does_not_sign_in_has_no_cookie(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = around_a_place(me)
        assert me.context.cookies() == []
        assert stored(page) == _NOTHING

    visiting(eyes, shared, visit, signed_in=False)
