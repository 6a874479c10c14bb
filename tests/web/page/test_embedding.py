"""`<nabij-nearby>` on pages of others: as a script, from npm, and in a frame."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from nabij_backend.clock import utc_now
from nabij_dev.demo.server import running_server
from tests.contract.phones import HOME
from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.embedders import other_site
from tests.web.page.serving import ROOT
from tests.web.page.test_nothing_leaves import Traffic

_WEB: Final = ROOT / "sdk" / "web"
_BIN: Final = Path(sys.executable).parent
# Between the parts of the element; the first two hold a square, a town or a position.
_INTERNAL: Final = (
    *("nabij-around", "nabij-place", "nabij-places-wanted"),
    *("nabij-criteria", "nabij-opened", "nabij-chosen"),
)
_LISTENER: Final = f"""globalThis.heard = [];
for (const name of {list(_INTERNAL)}) addEventListener(name, () => heard.push(name), true);"""
_SCRIPT: Final = """<!doctype html><title>Energy</title>
<script type="module" src="{service}/nabij-nearby.js"></script>
<nabij-nearby src="{service}" locale="nl" technologies="wind,hydro" k="3"></nabij-nearby>"""
_FRAME: Final = """<!doctype html><title>Energy</title>
<iframe src="{service}/embed?locale=nl&k=4&theme=dark" title="Energy" width="900" height="900">
</iframe>"""
_MODULE: Final = """import "@nabij/web/nearby";
const nearby = document.createElement("nabij-nearby");
nearby.src = {service};
nearby.k = 4;
document.body.append(nearby);
"""


def look_around(page: Page, town: str) -> None:
    """Type a town and choose it."""
    page.get_by_role("combobox", name="Plaats").fill(town)
    page.get_by_role("option", name=town).first.click()
    expect(page.get_by_role("heading", name=f"Rond {town}")).to_be_visible()


def test_a_script_of_another_origin_draws_list_and_map(
    eyes: Eyes, shared: RunningService, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(_SCRIPT.format(service=shared.address), "utf-8")

    def visit(context: BrowserContext) -> None:
        traffic = Traffic(context)
        page = context.new_page()
        page.add_init_script(_LISTENER)
        page.goto(site)
        look_around(page, "Amersfoort")
        rows = page.locator("nabij-nearby ol > li")
        expect(rows.first).to_be_visible()
        for fact in rows.locator("p.small").all_inner_texts():
            assert fact.startswith(("wind", "water"))
        page.locator("nabij-map canvas").wait_for()
        page.locator("nabij-map").evaluate("map => map.whenIdle()")
        rows.first.get_by_role("button").click()
        page.get_by_text("Een andere plaats bekijken").click()
        page.get_by_role("button", name="Gebruik mijn locatie").click()
        expect(page.get_by_role("heading", name="Rond de plek waar u nu bent")).to_be_visible()
        assert page.evaluate("heard") == []
        assert traffic.hosts() == {site, shared.address}
        assert "amersfoort" not in traffic.told().lower()
        assert context.cookies() == []

    with other_site(tmp_path) as site:
        at_home = {"latitude": HOME.latitude_deg, "longitude": HOME.longitude_deg}
        located: dict[str, Any] = {"geolocation": at_home, "permissions": ["geolocation"]}
        eyes.browse(visit, webgl=True, viewport={"width": 960, "height": 480}, **located)


def run(*command: str | Path, folder: Path) -> None:
    """Run a command of Node's."""
    path = f"{_BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project that installed the package as `npm pack` makes it."""
    folder = tmp_path_factory.mktemp("project")
    run("npm", "pack", "--silent", "--pack-destination", folder, folder=_WEB)
    (package,) = folder.glob("*.tgz")
    manifest = {"name": "a-dashboard", "private": True, "type": "module"}
    (folder / "package.json").write_text(json.dumps(manifest), "utf-8")
    quietly = ("--silent", "--no-audit", "--no-fund", "--prefer-offline")
    run("npm", "install", *quietly, package, folder=folder)
    return folder


def test_the_package_is_installed_and_rendered(
    eyes: Eyes, shared: RunningService, project: Path
) -> None:
    (project / "index.html").write_text(
        '<!doctype html><title>Energy</title><script type="module" src="./main.ts"></script>',
        "utf-8",
    )
    (project / "main.ts").write_text(_MODULE.format(service=json.dumps(shared.address)), "utf-8")
    tools = _WEB / "node_modules" / ".bin"
    strictly = ("--strict", "--noEmit", "--target", "es2023", "--moduleResolution", "bundler")
    run(tools / "tsc", *strictly, "--module", "esnext", "main.ts", folder=project)
    run(tools / "vite", "build", "--logLevel", "error", folder=project)

    def visit(context: BrowserContext) -> None:
        page = context.new_page()
        page.goto(site)
        look_around(page, "Amersfoort")
        expect(page.locator("nabij-nearby ol > li").nth(3)).to_be_visible()

    with other_site(project / "dist") as site:
        eyes.browse(visit)


def test_the_package_tells_of_its_elements(project: Path) -> None:
    package = project / "node_modules" / "@nabij" / "web"
    manifest = json.loads((package / "custom-elements.json").read_text("utf-8"))
    elements = {
        each["tagName"]: {attribute["name"] for attribute in each.get("attributes", [])}
        for module in manifest["modules"]
        for each in module["declarations"]
        if "tagName" in each
    }
    asked = {"src", "locale", "theme", "k", "technologies", "owners"}
    assert asked <= elements["nabij-nearby"]
    assert {"nabij-consent", "nabij-privacy"} <= set(elements)


def test_a_frame_is_shown_where_a_setting_lists_the_page(
    eyes: Eyes, shared: RunningService, tmp_path: Path
) -> None:
    def visit(context: BrowserContext) -> None:
        page = context.new_page()
        with page.expect_console_message(lambda said: "frame-ancestors 'none'" in said.text):
            page.goto(f"{site}/refused.html")
        page.goto(f"{site}/allowed.html")
        frame = page.frame_locator("iframe")
        frame.get_by_role("combobox", name="Plaats").fill("Amersfoort")
        frame.get_by_role("option", name="Amersfoort").first.click()
        expect(frame.locator("nabij-nearby ol > li").nth(3)).to_be_visible()
        expect(frame.locator("nabij-nearby")).to_have_css("color", "rgb(237, 236, 230)")

    with other_site(tmp_path) as site:
        listed = shared.settings.model_copy(update={"embedders": (site,)})
        with running_server(listed, utc_now) as allowed:
            for name, service in (("refused", shared.address), ("allowed", allowed)):
                html = _FRAME.format(service=service)
                (tmp_path / f"{name}.html").write_text(html, "utf-8")
            eyes.browse(visit)


def test_the_page_for_developers_shows_what_it_describes(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(context: BrowserContext) -> None:
        page = context.new_page()
        page.goto(f"{shared.address}/elements")
        expect(page.get_by_text(f'src="{shared.address}/nabij-nearby.js"')).to_be_visible()
        expect(page.get_by_role("heading", name="Energy near you")).to_be_visible()
        described = set(page.locator("dt code").all_inner_texts())
        observed: list[str] = page.evaluate("customElements.get('nabij-nearby').observedAttributes")
        assert described == {*observed} - {"signed-in", "streets"}

    eyes.browse(visit)
