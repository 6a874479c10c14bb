"""One cookie, nothing else kept, nobody else asked, and not a word about where somebody is."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, expect

from nabij_backend.cross_origin import is_public
from tests.contract.phones import HOME
from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.states import around_a_place, privacy, square_is_shown
from tests.web.page.visits import Visit, visiting

_TYPED: Final = "amers"
_STORED: Final = """async () => ({
    local: Object.keys(localStorage), session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(each => each.name), caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
_NOTHING: Final[dict[str, object]] = {
    "local": [],
    "session": [],
    "databases": [],
    "caches": [],
    "workers": 0,
}


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

    visiting(eyes, shared, visit)


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
