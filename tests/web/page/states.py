"""Every state that the page can be in, and how a visitor gets there."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import wraps
from typing import Final

from playwright.sync_api import Page, Route, expect

from nabij_consent import Locale, Notice
from tests.backend.retention.sweeping import sweep
from tests.web.page.visits import Visit, report

_PLACE: Final = "Amersfoort"


@dataclass(frozen=True, slots=True)
class State:
    """How to get there, through which other state, who is there, and whether it has a map."""

    reach: Callable[[Visit], Page]
    via: str | None
    signed_in: bool
    webgl: bool


STATES: Final[dict[str, State]] = {}


def _state(
    name: str, *, via: str | None = None, signed_in: bool = True, webgl: bool = False
) -> Callable[[Callable[[Visit], Page]], Callable[[Visit], Page]]:
    """Register how to reach a named state; the visit reports when it has."""

    def register(reach: Callable[[Visit], Page]) -> Callable[[Visit], Page]:
        @wraps(reach)
        def reached(visit: Visit) -> Page:
            page = reach(visit)
            visit.on_state(name, page)
            return page

        STATES[name] = State(reached, via, signed_in, webgl)
        return reached

    return register


def paths(*beginnings: str) -> dict[str, tuple[str, ...]]:
    """Group the states by path: the last one, and those that no earlier path covers."""
    left = set(STATES)
    found: dict[str, tuple[str, ...]] = {}
    for last in STATES:
        if last in {each.via for each in STATES.values()}:
            continue
        path = list(_back_from(last))
        found[last] = tuple(each for each in reversed(path) if each in left)
        left.difference_update(path)
    return {last: path for last, path in found.items() if last.startswith(beginnings)}


def _back_from(name: str) -> Iterator[str]:
    at: str | None = name
    while at is not None:
        yield at
        at = STATES[at].via


@_state("nearby-loading", signed_in=False)
def loading(visit: Visit) -> Page:
    page = visit.context.new_page()
    page.route("**/v1/catalogue", _never)
    page.goto(f"{visit.service.address}/?lang=nl")
    expect(page.locator("nabij-nearby .bone").first).to_be_visible()
    return page


def _never(_route: Route) -> None:
    """Let a request wait for ever."""


@_state("nearby-nobody", signed_in=False)
def nobody_is_known(visit: Visit) -> Page:
    page = visit.open("/")
    expect(page.get_by_role("combobox")).to_be_visible()
    return page


@_state("nearby-typing", via="nearby-nobody", signed_in=False)
def a_place_is_typed(visit: Visit) -> Page:
    page = nobody_is_known(visit)
    page.get_by_role("combobox").fill("amers")
    expect(page.get_by_role("option").first).to_be_visible()
    return page


@_state("nearby-place", via="nearby-typing", signed_in=False)
def around_a_place(visit: Visit) -> Page:
    page = a_place_is_typed(visit)
    page.get_by_role("option", name=_PLACE).first.click()
    expect(page.locator("nabij-nearby ol > li").first).to_be_visible()
    return page


@_state("nearby-no-such-place", via="nearby-nobody", signed_in=False)
def no_such_place(visit: Visit) -> Page:
    page = nobody_is_known(visit)
    page.get_by_role("combobox").fill("qqq")
    expect(page.get_by_text("kennen wij niet")).to_be_visible()
    return page


@_state("nearby-square")
def around_a_square(visit: Visit) -> Page:
    with visit.phone() as phone:
        report(phone, "gps", "gsm", "wifi")
    page = visit.open("/")
    expect(page.locator("nabij-nearby ol > li").first).to_be_visible()
    return page


@_state("nearby-opened", via="nearby-square")
def opened(visit: Visit) -> Page:
    page = around_a_square(visit)
    page.locator("nabij-nearby ol button").nth(2).click()
    expect(page.get_by_role("button", name="Zet bij mijn bronnen")).to_be_visible()
    return page


@_state("nearby-filtered", via="nearby-place", signed_in=False)
def filtered(visit: Visit) -> Page:
    page = around_a_place(visit)
    page.get_by_text("Meer filters").click()
    page.get_by_role("combobox", name="Eigenaar").select_option("coöperatie")
    page.get_by_role("button", name="wind", exact=True).click()
    expect(page.locator("nabij-nearby ol > li").first).to_contain_text("wind · coöperatie")
    return page


@_state("nearby-nothing-fits", via="nearby-filtered", signed_in=False)
def nothing_fits(visit: Visit) -> Page:
    page = filtered(visit)
    page.get_by_role("searchbox").fill("qqq")
    expect(page.get_by_text("Geen bron past bij uw keuze")).to_be_visible()
    return page


@_state("nearby-exact", via="nearby-nobody", signed_in=False)
def around_the_browser(visit: Visit) -> Page:
    page = nobody_is_known(visit)
    page.get_by_role("button", name="Gebruik mijn locatie").click()
    expect(page.get_by_text("Rond de plek waar u nu bent")).to_be_visible()
    return page


@_state("nearby-gone", signed_in=False)
def gone_from_the_list(visit: Visit) -> Page:
    page = visit.context.new_page()
    page.goto(f"{visit.service.address}/?lang=nl#source=register%3Agone")
    expect(page.get_by_text("Deze bron staat niet meer in de lijst")).to_be_visible()
    return page


@_state("nearby-map", webgl=True)
def on_a_map(visit: Visit) -> Page:
    page = opened(visit)
    idle = "async map => { await map.updateComplete; await map.whenIdle(); }"
    page.locator("nabij-map").evaluate(idle)
    return page


@_state("nearby-refused")
def refused(visit: Visit) -> Page:
    with visit.phone() as phone:
        phone.refuse(phone.notice("nl"), ["gps", "gsm", "wifi"])
    page = visit.open("/")
    expect(page.get_by_text("U deelt uw vierkant niet")).to_be_visible()
    return page


@_state("nearby-unknown")
def not_known_yet(visit: Visit) -> Page:
    with visit.phone() as phone:
        phone.grant(phone.notice("nl"), ["gps"])
    page = visit.open("/")
    expect(page.get_by_text("Wij kennen uw vierkant nog niet")).to_be_visible()
    return page


@_state("sign-in", signed_in=False)
def sign_in(visit: Visit) -> Page:
    page = visit.open("/signin")
    expect(page.get_by_role("button", name="Doorgaan als")).to_have_count(2)
    return page


@_state("consent")
def asked(visit: Visit) -> Page:
    page = visit.open("/consent")
    expect(page.get_by_role("button", name="Toestaan")).to_have_count(3)
    return page


@_state("consent-square", via="consent")
def square_is_shown(visit: Visit) -> Page:
    page = asked(visit)
    page.get_by_role("button", name="Toon mijn vierkant").click()
    expect(page.get_by_text("Uw browser tekent dit zelf")).to_be_visible()
    for each in page.get_by_text("Precies dit krijgen wij").all():
        each.click()
    return page


@_state("consent-answered", via="consent")
def answered(visit: Visit) -> Page:
    page = asked(visit)
    page.get_by_role("button", name="Weigeren: Mobiel netwerk").click()
    page.get_by_role("button", name="Toestaan: Wifi").click()
    expect(page.get_by_text("Bewaard: u staat dit toe")).to_be_visible()
    return page


@_state("consent-no-location", via="consent")
def no_location(visit: Visit) -> Page:
    visit.context.clear_permissions()
    page = asked(visit)
    page.get_by_role("button", name="Toon mijn vierkant").click()
    expect(page.get_by_text("Uw browser geeft geen locatie")).to_be_visible()
    return page


@_state("consent-unsure", via="consent")
def unsure(visit: Visit) -> Page:
    page = asked(visit)
    page.route("**/v1/consents?**", lambda route: route.abort())
    page.get_by_role("button", name="Toestaan: Wifi").click()
    expect(page.get_by_text("Wij weten niet of uw keuze is aangekomen")).to_be_visible()
    return page


@_state("privacy")
def privacy(visit: Visit) -> Page:
    with visit.phone() as phone:
        report(phone, "gps", "gsm", "wifi")
    page = visit.open("/privacy")
    expect(page.get_by_role("button", name="Toestemming intrekken")).to_have_count(3)
    expect(page.get_by_text(f"Vierkant bij {_PLACE}").first).to_be_visible()
    return page


@_state("privacy-expired")
def expired(visit: Visit) -> Page:
    """See that consent ended by itself, and that what it allowed is erased."""
    with visit.phone() as phone:
        report(phone, "gps")
        (device,) = phone.devices()
    visit.service.change(
        "UPDATE live_grant SET granted_at = now() - interval '2 days', "
        "expires_at = now() - interval '1 day' "
        "WHERE subject_id = (SELECT subject_id FROM device WHERE device_id = %s)",
        device.id,
        guarded=False,
    )
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(sweep, visit.service.settings, visit.service.clock()).result()
    page = visit.open("/privacy")
    expect(page.get_by_text("Wij hebben uw vierkant gewist")).to_be_visible()
    return page


@_state("privacy-new")
def privacy_of_nobody_yet(visit: Visit) -> Page:
    page = visit.open("/privacy")
    expect(page.get_by_text("Nog niet gekozen")).to_have_count(3)
    return page


@_state("privacy-withdrawn", via="privacy")
def withdrawn(visit: Visit) -> Page:
    page = privacy(visit)
    page.get_by_role("button", name="Alles intrekken").click()
    expect(page.locator("nabij-proof [data-tick=done]")).to_have_count(4)
    expect(page.get_by_text("nog niet bereikt.")).to_be_visible()
    return page


@_state("privacy-erasing", via="privacy")
def about_to_erase(visit: Visit) -> Page:
    page = privacy(visit)
    page.get_by_role("button", name="Uw account verwijderen").click()
    expect(page.get_by_text("Weet u het zeker?")).to_be_visible()
    return page


@_state("privacy-erased", via="privacy-erasing")
def erased(visit: Visit) -> Page:
    page = about_to_erase(visit)
    page.get_by_role("button", name="Account verwijderen", exact=True).click()
    expect(page.get_by_text("Het bewijs klopt")).to_be_visible()
    return page


@_state("sources", via="nearby-opened")
def sources(visit: Visit) -> Page:
    page = opened(visit)
    page.get_by_role("button", name="Zet bij mijn bronnen").click()
    expect(page.get_by_text("Staat bij uw bronnen")).to_be_visible()
    page.get_by_role("link", name="Mijn bronnen").click()
    expect(page.get_by_role("button", name="Haal weg")).to_be_visible()
    return page


@_state("sources-none")
def no_sources(visit: Visit) -> Page:
    page = visit.open("/sources")
    expect(page.get_by_text("U hebt nog geen bronnen gekozen")).to_be_visible()
    return page


@_state("privacy-signed-out", via="privacy-new")
def signed_out(visit: Visit) -> Page:
    page = privacy_of_nobody_yet(visit)
    visit.open("/").get_by_role("button", name="Afmelden").click()
    expect(page.get_by_text("U bent afgemeld. Meld u opnieuw aan.").first).to_be_visible()
    return page


@_state("nearby-offline", via="nearby-place", signed_in=False)
def offline(visit: Visit) -> Page:
    page = around_a_place(visit)
    visit.context.set_offline(True)
    expect(page.get_by_text("U bent offline")).to_be_visible()
    return page


@_state("nearby-out-of-order", signed_in=False)
def out_of_order(visit: Visit) -> Page:
    page = visit.context.new_page()
    page.route("**/v1/catalogue", lambda route: route.abort())
    page.goto(f"{visit.service.address}/?lang=nl")
    expect(page.get_by_text("Het lukt nu niet")).to_be_visible()
    return page


@_state("statement", signed_in=False)
def statement(visit: Visit) -> Page:
    page = visit.open("/statement")
    expect(page.get_by_role("heading", name="Wie is verantwoordelijk")).to_be_visible()
    return page


@_state("cookies", signed_in=False)
def cookies(visit: Visit) -> Page:
    page = visit.open("/cookies")
    expect(page.get_by_text("nabij_session")).to_be_visible()
    return page


@_state("accessibility", signed_in=False)
def accessibility(visit: Visit) -> Page:
    page = visit.open("/accessibility")
    expect(page.get_by_text("WCAG 2.2").first).to_be_visible()
    return page


# Last: whoever comes after these is asked under another notice.


@_state("consent-changed")
def notice_changed(visit: Visit) -> Page:
    """Be asked anew: another period, as the mock-up tells it."""
    with visit.phone() as phone:
        report(phone, "gps")
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright's own loop runs here
        assert elsewhere.submit(visit.service.publish_next, with_days).result().version > 1
    page = visit.open("/consent")
    expect(page.get_by_text("Dit is anders")).to_be_visible()
    return page


def with_days(notice: Notice) -> Notice:
    """The notice with a square that is kept for a day less than before."""
    (part,) = notice.purposes
    gps, *others = part.signals
    days = gps.retention_days - 1
    assert gps.details is not None
    told = {
        Locale.NL: f"Alleen het laatste per apparaat, hoogstens {days} dagen.",
        Locale.EN: f"Only the latest of each device, {days} days at most.",
    }
    kept = replace(gps, retention_days=days, details=replace(gps.details, kept=told))
    return replace(notice, purposes=(replace(part, signals=(kept, *others)),))


@_state("privacy-changed", via="consent-changed")
def not_used_any_longer(visit: Visit) -> Page:
    """See that what was told under terms that changed is kept still, and not used."""
    page = notice_changed(visit)
    page.get_by_role("link", name="Privacy", exact=True).click()
    expect(page.get_by_text("gebruiken wij niet meer")).to_be_visible()
    expect(page.get_by_text("Geen vierkant, geen netwerk, geen wifi.")).to_have_count(0)
    return page
