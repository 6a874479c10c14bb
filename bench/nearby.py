"""What is near, in a browser: bytes and time until a list can be used, and frames of a large map.

The phone is Chromium with a processor four times slower than this machine's. Beside the page the
same browser shows a plain list of the same sources as static HTML. Frames are counted while the map
zooms and pans, with WebGL in software, beside a map of few sources.
"""

import json
from collections.abc import Sequence
from html import escape
from statistics import median
from typing import Any, Final

import httpx2
from playwright.sync_api import BrowserContext, Page, Route

from bench.catalogue import published
from bench.installation import installed
from bench.measure import Comparison, at_most
from bench.page import SLOWER
from nabij_geo import Catalogue, CatalogueSource, decode, encode
from tests.contract.running import RunningService
from tests.web.browser import Eyes, missing
from tests.web.page.serving import page_served

_LISTED: Final = 1_000
_FEW: Final = 2_000
_MANY: Final = 200_000
_GOAL_BYTES: Final = 120_000
_ROUNDS: Final = 7
_STATIC: Final = "https://static.example/"
_ROW: Final = "nabij-nearby ol > li"
_FRAMES: Final = """async map => {
    const buttons = [...map.shadowRoot.querySelectorAll(".buttons button")];
    const canvas = map.shadowRoot.querySelector("canvas");
    const press = keyCode => canvas.dispatchEvent(
        new KeyboardEvent("keydown", { keyCode, bubbles: true }));
    const after = ms => new Promise(resolve => setTimeout(resolve, ms));
    await map.whenIdle();
    let frames = 0, counting = true;
    const count = () => { frames += 1; if (counting) requestAnimationFrame(count); };
    requestAnimationFrame(count);
    const begun = performance.now();
    const [into, out, left, up] = [0, 1, 37, 38];
    for (const [button, key] of [[into, left], [into, up], [into, left], [out, up],
                                 [out, left], [into, up], [into, left], [into, up]]) {
        buttons[button].click();
        await after(400);
        press(key);
        await after(400);
    }
    counting = false;
    return frames / (performance.now() - begun) * 1000;
}"""


def run() -> list[Comparison]:
    """Nothing where there is no browser."""
    if missing():
        return []
    with page_served(_LISTED) as (eyes, service):
        address = f"{service.address}/?lang=nl"
        lists = [_size(eyes, address), _time(eyes, address, _listed(service))]
    with installed(_MANY, durable=False) as here, here.connect() as connection:
        many = published(connection)
    with page_served() as (eyes, service):
        return [*lists, _frames(eyes, f"{service.address}/?lang=nl", many[:_FEW], many)]


def _listed(service: RunningService) -> Sequence[CatalogueSource]:
    """What the service publishes."""
    with httpx2.Client(base_url=service.address) as http:
        files = http.get("/v1/catalogue").json()["files"]
        (path,) = (each["path"] for each in files if each["region"] == "all")
        return decode(http.get(path).json())


def _served(context: BrowserContext, sources: Sequence[CatalogueSource]) -> None:
    """Let the page find these sources."""
    manifest = {
        "version": 1,
        "changed_at": "2026-11-27T09:00:00Z",
        "attribution": [],
        "files": [{"region": "all", "path": "/v1/catalogue/1/all"}],
    }
    document = json.dumps(encode(Catalogue.of(1, "all", sources)))

    def file(route: Route) -> None:
        route.fulfill(body=document, content_type="application/json")

    context.route("**/v1/catalogue", lambda route: route.fulfill(json=manifest))
    context.route("**/v1/catalogue/1/all", file)


_PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 360, "height": 740},
    "service_workers": "block",
}


def _size(eyes: Eyes, address: str) -> Comparison:
    def visit(context: BrowserContext) -> int:
        # The other language is read ahead, for when there is no network.
        context.route("**/assets/*en-*", lambda route: route.abort())
        page = context.new_page()
        received: list[int] = []

        def count(told: dict[str, Any]) -> None:
            received.append(told["encodedDataLength"])

        network: Any = context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", count)
        page.goto(address, wait_until="commit")
        page.get_by_role("combobox").fill("amersf")
        page.get_by_role("option", name="Amersfoort").first.click()
        page.locator(_ROW).first.wait_for()
        return sum(received)

    name = f"bytes until a list around a typed place, {_LISTED:,} sources"
    size = eyes.browse(visit, **_PHONE)
    goal = "the goal of 120 kB"
    return Comparison(name, size, goal, _GOAL_BYTES, "bytes", at_most(1))


def _time(eyes: Eyes, address: str, sources: Sequence[CatalogueSource]) -> Comparison:
    rows = "".join(
        f"<li><h3>{escape(each.name or each.id)}</h3><p>{each.technology}, {each.owner_kind}"
        for each in sources
    )
    static = f"<!doctype html><title>static</title><ol>{rows}</ol>"

    def ready(page: Page, where: str, awaited: str) -> float:
        slow: Any = page.context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(where, wait_until="commit")
        page.locator(awaited).first.wait_for()
        return page.evaluate("performance.now()")

    def visit(context: BrowserContext) -> tuple[float, float]:
        context.route(_STATIC, lambda route: route.fulfill(body=static, content_type="text/html"))
        ours = ready(context.new_page(), f"{address}#technologies=solar", _ROW)
        return ours, ready(context.new_page(), _STATIC, "li")

    pairs = [eyes.browse(visit, **_PHONE) for _ in range(_ROUNDS)]
    ours, theirs = (median(each) for each in zip(*pairs, strict=True))
    name = f"a list can be used, {_LISTED:,} sources, processor {SLOWER}x slower"
    return Comparison(name, ours, "the same as static HTML", theirs, "ms")


def _frames(
    eyes: Eyes, address: str, few: Sequence[CatalogueSource], many: Sequence[CatalogueSource]
) -> Comparison:
    def visit(context: BrowserContext, sources: Sequence[CatalogueSource]) -> float:
        _served(context, sources)
        page = context.new_page()
        page.goto(address)
        page.locator("nabij-map canvas").wait_for(timeout=60_000)
        return page.locator("nabij-map").evaluate(_FRAMES)

    def counted(sources: Sequence[CatalogueSource]) -> float:
        viewport = {"width": 1180, "height": 900}
        wide: dict[str, Any] = {"viewport": viewport, "service_workers": "block"}
        return eyes.browse(lambda context: visit(context, sources), webgl=True, **wide)

    theirs, ours = counted(few), counted(many)
    name = f"frame of a map, zooming and panning, {_MANY:,} sources"
    return Comparison(name, 1000 / ours, f"{_FEW:,} sources", 1000 / theirs, "ms")
