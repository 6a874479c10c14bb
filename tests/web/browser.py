"""A real browser: Debian's Chromium, driven by Playwright, and axe-core to look at pages."""

import shutil
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    sync_playwright,
)

from tools.setup import BROWSERS

T = TypeVar("T")
Scheme = Literal["light", "dark"]
_PATIENCE_MS = 15_000
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def missing() -> str | None:
    """Why there is no browser; None where there is one."""
    return (
        None
        if _program()
        else "No Chromium is installed. Debian's package is `chromium-headless-shell`."
    )


def _program() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _launch(*, webgl: bool) -> dict[str, Any]:
    graphics = "--enable-unsafe-swiftshader" if webgl else "--disable-3d-apis"
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", graphics]
    return {"executable_path": _program(), "args": arguments}


def faults(page: Page, rules: Sequence[str] | None = None) -> list[str]:
    """What axe-core finds, by all or some of its rules: faults, with where they are."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    options: dict[str, Any] = {"resultTypes": ["violations"]}  # of others one node each is told
    if rules is not None:
        options["runOnly"] = rules
    found: dict[str, list[dict[str, Any]]] = page.evaluate("axe.run", options)
    return [
        f"{each['id']}: {', '.join(str(node['target']) for node in each['nodes'])}"
        for each in found["violations"]
    ]


class Eyes:
    """A browser in a thread of its own, where Playwright's event loop is in nobody's way."""

    def __init__(self, playwright: Playwright, thread: ThreadPoolExecutor) -> None:
        self._playwright = playwright
        self._thread = thread
        self._launched: dict[bool, Browser] = {}

    def see(
        self,
        html: str,
        look: Callable[[Page], T],
        *,
        width: int = 900,
        scheme: Scheme = "light",
    ) -> T:
        """Show a page in a window of ``width`` CSS pixels, and ``look`` at it."""
        return self._thread.submit(self._see, html, look, width, scheme).result()

    def _see(self, html: str, look: Callable[[Page], T], width: int, scheme: Scheme) -> T:
        viewport: ViewportSize = {"width": width, "height": 900}
        browser = self._browser(webgl=False)
        context = browser.new_context(viewport=viewport, color_scheme=scheme)
        try:
            page = context.new_page()
            page.set_content(html)
            return look(page)
        finally:
            context.close()

    def browse(
        self,
        visit: Callable[[BrowserContext], T],
        *,
        webgl: bool = False,
        profile: Path | None = None,
        **options: Any,  # noqa: ANN401 - Playwright's
    ) -> T:
        """Let somebody ``visit``; ``webgl``: can it draw a map.

        What the browser remembers stays in the folder ``profile``, by default nowhere.
        """

        def open_context() -> BrowserContext:
            if profile is None:
                return self._browser(webgl=webgl).new_context(**options)
            launched = {**_launch(webgl=webgl), **options}
            return self._playwright.chromium.launch_persistent_context(profile, **launched)

        return self._thread.submit(self._browse, visit, open_context).result()

    def _browse(
        self, visit: Callable[[BrowserContext], T], open_context: Callable[[], BrowserContext]
    ) -> T:
        context = open_context()
        context.set_default_timeout(_PATIENCE_MS)
        try:
            return visit(context)
        finally:
            context.close()

    def _browser(self, *, webgl: bool) -> Browser:
        """A browser without a window, launched once."""
        if webgl not in self._launched:
            self._launched[webgl] = self._playwright.chromium.launch(**_launch(webgl=webgl))
        return self._launched[webgl]


@contextmanager
def open_eyes() -> Generator[Eyes]:
    """A browser without a window."""
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        try:
            yield Eyes(playwright, thread)
        finally:
            thread.submit(playwright.stop).result()
