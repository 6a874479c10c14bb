"""What is near, from the first look to a choice; and nobody is told where somebody looked."""

import re
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from PySide6.QtGui import QImage

from nabij import Cell, Position
from nabij_backend.clock import utc_now
from nabij_backend.db import operator_connection
from nabij_backend.sources import changes
from nabij_backend.sources.importer import SavedMapping, import_sources
from nabij_dev.demo.server import running_server
from nabij_geo import unproject
from tests.contract.phones import HOME
from tests.contract.running import RunningService
from tests.web.browser import Eyes
from tests.web.page.states import around_a_square, nobody_is_known, on_a_map
from tests.web.page.test_nothing_leaves import Traffic
from tests.web.page.visits import Visit, report, visiting

_MAASTRICHT: Final = Position(50.8514, 5.6910)
_BLUE: Final = (10, 84, 194)
_SQUARE_EDGE: Final = (138, 90, 0)
_DARK_LAND: Final = (36, 53, 42)
_MOVED: Final = """async map => {
    const { parentNode } = map;
    map.remove();
    parentNode.append(map);
    await map.updateComplete;
}"""
_ON_THE_MAP: Final = """async map => {
    await map.whenIdle();
    const around = map.around.cell;
    return [map.sources.length, map.listed.map(each => each.id), around.code];
}"""


def rows(page: Page) -> Locator:
    """The sources in the list."""
    return page.locator("nabij-nearby ol > li")


def look_around(page: Page, town: str) -> None:
    """Type a town and choose it."""
    page.get_by_role("combobox", name="Plaats").fill(town)
    page.get_by_role("option", name=town).first.click()
    expect(page.get_by_role("heading", name=f"Rond {town}")).to_be_visible()


def look_everywhere(page: Page) -> None:
    """Open, filter, search, ask for more, and move the map."""
    rows(page).nth(2).get_by_role("button").click()
    page.get_by_role("button", name="zon", exact=True).click()
    page.get_by_text("Meer filters").click()
    page.get_by_role("searchbox").fill("zon")
    page.get_by_role("button", name="Toon meer bronnen").click()
    page.get_by_role("button", name="Uitzoomen").click()
    page.locator("nabij-map canvas").press("ArrowLeft")
    page.locator("nabij-map").evaluate("map => map.whenIdle()")
    assert "source=" in page.url
    page.reload()
    expect(page.locator("nabij-nearby li.opened")).to_be_visible()
    page.locator("nabij-map").evaluate("map => map.whenIdle()")


def asked_around(eyes: Eyes, service: RunningService, position: Position, town: str) -> list[str]:
    """Every request of looking around a square, the browser's own position, and a typed town."""

    def visit(me: Visit) -> list[str]:
        with me.phone(at=position) as phone:
            report(phone, "gps")
        traffic = Traffic(me.context)
        page = me.open("/")
        expect(page.get_by_text("Rond uw vierkant")).to_be_visible()
        page.get_by_text("Een andere plaats bekijken").click()
        page.get_by_role("button", name="Gebruik mijn locatie").click()
        expect(page.get_by_text("Rond de plek waar u nu bent")).to_be_visible()
        page.get_by_text("Een andere plaats bekijken").click()
        look_around(page, town)
        look_everywhere(page)
        return sorted(traffic.told().splitlines())

    there = {"latitude": position.latitude_deg, "longitude": position.longitude_deg}
    return visiting(eyes, service, visit, webgl=True, geolocation=there)


def test_no_request_depends_on_where_somebody_is_or_looks(
    eyes: Eyes, shared: RunningService
) -> None:
    here = asked_around(eyes, shared, HOME, "Amersfoort")
    assert any("/v1/catalogue/" in each for each in here)
    assert here == asked_around(eyes, shared, _MAASTRICHT, "Maastricht")


def test_a_register_is_named_as_its_publisher_wants(
    eyes: Eyes, shared: RunningService, tmp_path: Path
) -> None:
    file = tmp_path / "molens.csv"
    file.write_text("id,technology,latitude,longitude\n1,wind,52.1,5.1\n", encoding="utf-8")
    mapping = SavedMapping(
        register="molens",
        licence="CC-BY-4.0",
        attribution="Provincie Utrecht",
        url="https://utrecht.example/molens",
    )

    def visit(me: Visit) -> None:
        page = me.open("/")
        look_around(page, "Amersfoort")
        credit = page.get_by_role("link", name="Uit Provincie Utrecht, CC-BY-4.0.")
        expect(credit).to_have_attribute("href", "https://utrecht.example/molens")
        expect(credit).to_contain_text("15 januari 2026")

    with operator_connection(shared.url) as connection:
        edition = date(2026, 1, 15)
        import_sources(connection, file, mapping=mapping, edition=edition, now=utc_now())
        try:
            visiting(eyes, shared, visit, webgl=True)
        finally:
            changes.remove_register(connection, "molens", utc_now())


def test_a_typed_place_shows_what_a_square_there_shows(eyes: Eyes, shared: RunningService) -> None:
    def shown(page: Page) -> tuple[list[str], Any]:
        expect(rows(page).nth(5)).to_be_visible()
        on_map = page.locator("nabij-map").evaluate(_ON_THE_MAP)
        return rows(page).all_inner_texts(), on_map

    def visit(me: Visit) -> None:
        places = me.context.request.get(f"{shared.address}/v1/places/all").json()["places"]
        code = max(
            (each for each in places if each["name"] == "Amersfoort"),
            key=lambda each: each["population"],
        )["cell"]
        with me.phone(at=unproject(Cell.parse(code).centre)) as phone:
            report(phone, "gps")
        page = me.open("/")
        expect(page.get_by_text("Rond uw vierkant bij Amersfoort")).to_be_visible()
        with_a_square = shown(page)
        page.get_by_text("Een andere plaats bekijken").click()
        look_around(page, "Maastricht")
        assert shown(page) != with_a_square
        page.get_by_text("Een andere plaats bekijken").click()
        look_around(page, "Amersfoort")
        assert shown(page) == with_a_square

    visiting(eyes, shared, visit, webgl=True)


def test_distances_are_exact_only_where_the_browser_knows_where_it_is(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = around_a_square(me)
        distances = page.locator("nabij-nearby .km")
        for each in distances.all_inner_texts():
            assert re.fullmatch(r"\d+(,\d)? tot \d+(,\d)? km|binnen \d+(,\d)? km", each), each
        page.get_by_text("Een andere plaats bekijken").click()
        page.get_by_role("button", name="Gebruik mijn locatie").click()
        expect(page.get_by_text("Rond de plek waar u nu bent")).to_be_visible()
        roofs = rows(page).filter(has_text="particulier").locator(".km").all_inner_texts()
        others = rows(page).filter(has_not_text="particulier").locator(".km").all_inner_texts()
        assert all(re.fullmatch(r"ongeveer \d+(,\d)? km", each) for each in roofs), roofs
        assert all(re.fullmatch(r"\d+(,\d)? km", each) for each in others), others
        assert roofs
        assert others
        # Roofs in one square are one row, with how many they are.
        assert rows(page).filter(has_text=re.compile(r"\d+ zonnedaken van particulieren")).count()

    visiting(eyes, shared, visit)


def test_filter_search_choose_and_find_it_again(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = around_a_square(me)
        page.get_by_text("Meer filters").click()
        page.get_by_role("combobox", name="Eigenaar").select_option("coöperatie")
        page.get_by_role("combobox", name="Vermogen").select_option("100 kW tot 1 MW")
        page.get_by_role("combobox", name="Volgorde").select_option("grootste eerst")
        page.get_by_role("searchbox").fill("ZONNEDAK")
        expect(page.get_by_role("status").filter(has_text="grootste eerst")).to_be_visible()
        facts = rows(page).locator("p.small").all_inner_texts()
        sizes = [
            float(each.split(" · ")[2].removesuffix(" kW").replace(",", ".")) for each in facts
        ]
        assert all(each.startswith("zon · coöperatie") for each in facts)
        assert sizes == sorted(sizes, reverse=True)
        assert all(100 <= each < 1_000 for each in sizes)

        chosen = rows(page).first.get_by_role("button")
        name = chosen.inner_text()
        chosen.click()
        page.get_by_role("button", name=f"Zet bij mijn bronnen: {name}").click()
        expect(page.get_by_text("Staat bij uw bronnen")).to_be_visible()
        page.get_by_role("link", name="Mijn bronnen").click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()

    visiting(eyes, shared, visit)


def test_a_choice_that_left_the_catalogue_is_said_to_have(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        with me.phone() as phone:
            report(phone, "wifi")
            (device,) = phone.devices()
        shared.change("INSERT INTO known_source VALUES ('register:gone') ON CONFLICT DO NOTHING")
        shared.change(
            "INSERT INTO choice (subject_id, source_id, chosen_at)"
            " SELECT subject_id, 'register:gone', now() FROM device WHERE device_id = %s",
            device.id,
        )
        page = me.open("/sources")
        expect(page.get_by_text("Deze bron bestaat niet meer")).to_be_visible()
        page.get_by_role("button", name="Haal weg").click()
        expect(page.get_by_text("U hebt nog geen bronnen gekozen")).to_be_visible()

    visiting(eyes, shared, visit)


def test_a_link_names_filters_and_a_source_and_no_place(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = nobody_is_known(me)
        look_around(page, "Amersfoort")
        page.get_by_role("button", name="wind", exact=True).click()
        page.get_by_text("Meer filters").click()
        page.get_by_role("searchbox").fill("wind")
        row = rows(page).first
        name = row.get_by_role("button").inner_text()
        row.get_by_role("button").click()
        link = page.url
        assert "technologies=wind" in link
        assert "source=" in link
        assert urlsplit(link).query == "lang=nl"  # the rest is never sent
        for place in ("amersfoort", "CRS3035", "wind&", "q="):
            assert place.lower() not in link.replace("technologies=wind&", "").lower()

        other = me.context.new_page()
        other.goto(link)
        expect(other.get_by_role("button", name="wind", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        expect(other.get_by_role("button", name=name)).to_have_attribute("aria-expanded", "true")
        other.get_by_role("link", name="English").click()
        expect(other.get_by_role("button", name="wind", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        assert "technologies=wind" in other.url
        # Another link of the page that is open: the browser loads nothing.
        other.goto(f"{shared.address}/?lang=en#technologies=solar")
        solar = other.get_by_role("button", name="solar", exact=True)
        expect(solar).to_have_attribute("aria-pressed", "true")

    visiting(eyes, shared, visit, signed_in=False)


def test_list_and_map_open_each_other(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = on_a_map(me)
        opened = page.locator("nabij-nearby li.opened")
        before = opened.get_attribute("data-source")
        on_map = page.locator("nabij-map")
        assert on_map.evaluate("map => map.opened.id") == before
        first_pixel(on_map.locator("canvas").screenshot(), _SQUARE_EDGE)
        page.get_by_role("button", name="wind", exact=True).click()
        on_map.evaluate("map => map.whenIdle()")
        x, y = first_pixel(on_map.locator("canvas").screenshot(), _BLUE)
        on_map.locator("canvas").click(position={"x": x, "y": y + 6})
        expect(opened).to_have_count(1)
        expect(opened).not_to_have_attribute("data-source", before or "")
        expect(opened).to_contain_text("wind")
        expect(opened.get_by_role("button").first).to_be_focused()

    visiting(eyes, shared, visit, webgl=True)


def test_the_map_follows_its_language_its_theme_and_its_place_on_the_page(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = on_a_map(me)
        on_map = page.locator("nabij-map")
        page.get_by_role("link", name="English").click()
        expect(on_map.get_by_role("region", name="Map of sources")).to_be_visible()
        page.locator("nabij-nearby").evaluate("nearby => { nearby.theme = 'dark'; }")
        on_map.evaluate(_MOVED)
        expect(on_map.locator("canvas")).to_have_count(1)
        on_map.evaluate("map => map.whenIdle()")
        first_pixel(on_map.locator("canvas").screenshot(), _DARK_LAND)

    visiting(eyes, shared, visit, webgl=True)


def first_pixel(picture: bytes, colour: tuple[int, int, int]) -> tuple[int, int]:
    """Where, from the top, a colour is first met."""
    image = QImage.fromData(picture)
    for y, x in product(range(image.height()), range(image.width())):
        met = image.pixelColor(x, y)
        if (met.red(), met.green(), met.blue()) == colour:
            return x, y
    raise AssertionError("nothing on the map has this colour")


def test_streets_are_asked_for_only_after_it_is_said_who_then_knows(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        asked: list[str] = []

        def tile(route: Route) -> None:
            asked.append(route.request.url)
            route.fulfill(body=b"", content_type="image/png")

        me.context.route("https://service.pdok.nl/**", tile)
        page = me.context.new_page()
        page.goto(f"{address}/?lang=nl")
        on_map = page.locator("nabij-map")
        expect(on_map.get_by_text("service.pdok.nl. Die ziet uw IP-adres")).to_be_visible()
        on_map.evaluate("map => map.whenIdle()")
        assert asked == []
        with page.expect_request("https://service.pdok.nl/**"):
            page.get_by_role("button", name="Toon straten").click()
        expect(on_map.get_by_text("Kadaster (PDOK), CC BY 4.0")).to_be_visible()
        expect(on_map.get_by_text("In beeld: ons (CC0-1.0)")).to_be_visible()

    with running_server(shared.settings.model_copy(update={"dutch_map": True}), utc_now) as address:
        visiting(eyes, shared, visit, signed_in=False, webgl=True)


def test_without_webgl_the_square_is_drawn(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = around_a_square(me)
        expect(page.get_by_text("De lijst is volledig")).to_be_visible()
        expect(page.locator("nabij-nearby svg.grid .own")).to_be_visible()
        assert page.locator("nabij-map").count() == 0

    visiting(eyes, shared, visit)


def test_the_map_cannot_be_turned(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = nobody_is_known(me)
        canvas = page.locator("nabij-map canvas")
        canvas.wait_for()
        idle = "map => map.whenIdle()"
        page.locator("nabij-map").evaluate(idle)
        before = canvas.screenshot()
        canvas.press("Shift+ArrowRight")
        canvas.press("Shift+ArrowUp")
        canvas.hover(position={"x": 200, "y": 150})
        page.mouse.down(button="right")
        page.mouse.move(500, 300, steps=4)
        page.mouse.up(button="right")
        page.mouse.move(0, 0)
        page.locator("nabij-map").evaluate(idle)
        canvas.blur()
        assert canvas.screenshot() == before

    visiting(eyes, shared, visit, signed_in=False, webgl=True)


@pytest.mark.parametrize(
    ("typed", "town"),
    [
        ("s-gravenhage", "Den Haag"),
        ("'S GRAVENHAGE", "Den Haag"),
        ("'s-Gravenhage", "Den Haag"),
        ("ámstèrdam", "Amsterdam"),
    ],
)
def test_accents_and_capitals_do_not_matter(
    eyes: Eyes, shared: RunningService, typed: str, town: str
) -> None:
    def visit(me: Visit) -> None:
        page = nobody_is_known(me)
        page.get_by_role("combobox", name="Plaats").fill(typed)
        expect(page.get_by_role("option", name=town).first).to_be_visible()

    visiting(eyes, shared, visit, signed_in=False)
