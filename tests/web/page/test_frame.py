"""Addresses, languages, signing in and out, and a browser without JavaScript."""

from collections.abc import Generator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route, expect
from pydantic import SecretStr

from nabij_backend.web.endpoints import PAGES
from nabij_dev import embedded
from tests.backend.closing import closed
from tests.backend.identity.fake_google import Account, FakeGoogle, google_in_reach
from tests.contract.conftest import settings_of
from tests.contract.running import RunningService, serving
from tests.web.browser import Eyes
from tests.web.page.states import around_a_place
from tests.web.page.visits import Visit, visiting

_PROJECT = "nabij-tests"
_PATIENCE_MS = 60_000
_QUESTION = "Mogen wij weten waar u ongeveer bent?"
_HEADINGS = {
    "/": "Energie bij u in de buurt",
    "/sources": "Mijn bronnen",
    "/privacy": "Wat u toestaat",
    "/consent": _QUESTION,
    "/statement": "Privacyverklaring, versie 1",
    "/cookies": "Cookies",
    "/accessibility": "Toegankelijkheid",
}


def test_every_address_that_is_served_is_one_of_the_page() -> None:
    assert {*_HEADINGS, "/signin"} == set(PAGES)


def test_every_address_opens_reloads_and_comes_back(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = me.open("/")
        heading = page.get_by_role("heading", level=1)
        for path, told in _HEADINGS.items():
            page.goto(f"{shared.address}{path}?lang=nl")
            expect(heading).to_have_text(told)
            page.reload()
            expect(heading).to_have_text(told)
        page.go_back()
        expect(page).to_have_url(f"{shared.address}{PAGES[-2]}?lang=nl")

    visiting(eyes, shared, visit)


def test_tabs_have_addresses_and_the_back_button_works(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = me.open("/")
        page.get_by_role("link", name="Privacy", exact=True).click()
        expect(page).to_have_url(f"{shared.address}/privacy?lang=nl")
        expect(page.get_by_role("heading", name="Wat u toestaat", level=1)).to_be_focused()
        page.go_back()
        expect(page.get_by_role("link", name="In de buurt", exact=True)).to_have_attribute(
            "aria-current", "page"
        )

    visiting(eyes, shared, visit)


def test_a_heading_that_had_the_focus_gives_it_to_the_one_that_takes_its_place(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = me.context.new_page()
        waiting: list[Route] = []

        def wait(route: Route) -> None:
            waiting.append(route)

        page.route("**/v1/session", wait)
        page.goto(f"{shared.address}/?lang=nl")
        page.get_by_role("link", name="Privacy", exact=True).click()
        heading = page.get_by_role("heading", name="Wat u toestaat", level=1)
        expect(heading).to_be_focused()
        waiting[0].continue_()
        expect(page.get_by_role("heading", name="Uw bewijzen")).to_be_visible()
        expect(heading).to_be_focused()

    visiting(eyes, shared, visit)


def test_the_language_is_switched_in_place_and_kept_by_the_address(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = around_a_place(me)
        page.get_by_role("link", name="English").click()
        expect(page.get_by_text("Around Amersfoort")).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == "en"
        page.get_by_role("link", name="Privacy", exact=True).click()
        assert parse_qs(urlsplit(page.url).query) == {"lang": ["en"]}

    visiting(eyes, shared, visit)


def test_who_is_signed_in_is_not_asked_to_sign_in(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> None:
        page = me.open("/signin")
        expect(page).to_have_url(f"{shared.address}/?lang=nl")
        expect(page.get_by_role("heading", level=1)).to_have_text(_HEADINGS["/"])

    visiting(eyes, shared, visit)


def test_a_made_up_customer_signs_in_is_asked_and_signs_out(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = me.open("/signin")
        page.get_by_role("button", name="Doorgaan als Bram").click()
        expect(page.get_by_role("heading", name=_QUESTION)).to_be_visible()
        expect(page.get_by_text("Bram", exact=True)).to_be_visible()
        page.get_by_role("button", name="Afmelden").click()
        expect(page.get_by_role("link", name="Aanmelden")).to_be_visible()
        assert me.context.cookies() == []

    visiting(eyes, shared, visit, signed_in=False)


def test_the_demos_address_is_signed_in_and_its_name_is_not_sent(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        page = me.context.new_page()
        addresses: list[str] = []
        page.on("request", lambda request: addresses.append(request.url))
        page.goto(f"{shared.address}/#Sanne")
        expect(page.get_by_text("Sanne", exact=True)).to_be_visible()
        assert urlsplit(page.url).fragment == ""
        assert not any("Sanne" in each.partition("#")[0] for each in addresses)

    visiting(eyes, shared, visit, signed_in=False)


def test_who_signs_out_in_one_window_is_signed_out_in_all(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> None:
        one, other = me.open("/privacy"), me.open("/")
        expect(one.get_by_role("heading", name="Uw bewijzen")).to_be_visible()
        other.get_by_role("button", name="Afmelden").click()
        expect(one.get_by_text("U bent afgemeld. Meld u opnieuw aan.")).to_be_visible()
        expect(one.get_by_role("heading", name="Uw bewijzen")).to_be_hidden()

    visiting(eyes, shared, visit)


def test_without_javascript_it_is_said_what_is_needed_and_where_to_write(
    eyes: Eyes, shared: RunningService
) -> None:
    def visit(me: Visit) -> tuple[str, str | None]:
        page = me.context.new_page()
        page.goto(shared.address)
        return page.inner_text("noscript"), page.get_attribute("noscript a", "href")

    told, address = visiting(eyes, shared, visit, signed_in=False, java_script_enabled=False)
    assert "Deze pagina heeft JavaScript nodig" in told
    assert "Nothing was sent about your place." in told
    assert address == "mailto:privacy@example.com"


def test_who_wants_no_motion_sees_none(eyes: Eyes, shared: RunningService) -> None:
    def visit(me: Visit) -> tuple[str, str]:
        page = me.context.new_page()
        page.route("**/v1/catalogue", lambda _route: None)
        page.goto(shared.address)
        bone = page.locator("nabij-nearby .bone").first
        animation = "element => getComputedStyle(element).animationName"
        moving: str = bone.evaluate(animation)
        page.emulate_media(reduced_motion="reduce")
        return moving, bone.evaluate(animation)

    seen = visiting(eyes, shared, visit, signed_in=False, reduced_motion="no-preference")
    assert seen == ("breathe", "none")


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[FakeGoogle]:
    """A fake Google, which cannot be reached from here."""
    with google_in_reach(tmp_path, monkeypatch) as fake:
        yield fake


@pytest.fixture
def with_firebase(
    database_url: str, tmp_path: Path, google: FakeGoogle
) -> Generator[RunningService]:
    """A service whose customers sign in with Firebase."""
    assert google.accounts == {}
    settings = settings_of(database_url, tmp_path).model_copy(
        update={
            "identity": "firebase",
            "firebase_project": _PROJECT,
            "firebase_api_key": "a-public-key",
            "identity_key": SecretStr("k" * 64),
        }
    )
    with serving(settings) as service:
        yield service


def test_firebase_is_loaded_only_to_sign_in_with_it(
    eyes: Eyes, with_firebase: RunningService, google: FakeGoogle
) -> None:
    issued = int(with_firebase.clock().timestamp()) - 5
    claims = {"iss": f"https://securetoken.google.com/{_PROJECT}", "aud": _PROJECT, "sub": "eva"}
    times = {"auth_time": issued, "iat": issued, "exp": issued + 3600}
    token = google.sign({**claims, **times})
    google.accounts["eva"] = Account("eva")

    def toolkit(route: Route) -> None:
        """Answer as Google's Identity Toolkit does, for one password."""
        if '"password":"right"' in (route.request.post_data or ""):
            route.fulfill(json={"idToken": token, "localId": "eva", "expiresIn": "3600"})
        else:
            error = {"error": {"code": 400, "message": "INVALID_LOGIN_CREDENTIALS"}}
            route.fulfill(status=400, json=error)

    def visit(me: Visit) -> None:
        loaded: list[str] = []
        me.context.route("https://identitytoolkit.googleapis.com/**", toolkit)
        page = me.open("/signin")
        page.on("request", lambda request: loaded.append(request.url))
        page.get_by_label("E-mailadres").fill("eva@example.com")
        page.get_by_label("Wachtwoord").fill("wrong")
        assert not any("firebase" in each for each in loaded)
        page.get_by_role("button", name="Aanmelden").click()
        expect(page.get_by_text("E-mailadres en wachtwoord horen niet bij elkaar.")).to_be_visible()
        page.get_by_label("Wachtwoord").fill("right")
        page.get_by_role("button", name="Aanmelden").click()
        expect(page.get_by_role("heading", name=_QUESTION)).to_be_visible()
        assert any("firebase" in each for each in loaded)
        assert [each.get("name") for each in me.context.cookies()] == ["nabij_session"]
        kept = "async () => (await indexedDB.databases()).length + localStorage.length"
        assert page.evaluate(kept) == 0

    visiting(eyes, with_firebase, visit, signed_in=False)


def test_without_its_database_the_page_says_so_and_goes_on_when_it_is_back(
    eyes: Eyes, database_url: str, cluster: embedded.Cluster, tmp_path: Path
) -> None:
    def visit(me: Visit) -> None:
        page = me.open("/privacy")
        receipts = page.get_by_role("heading", name="Uw bewijzen")
        expect(receipts).to_be_visible()
        with closed(cluster, database_url):
            page.reload()
            expect(page.get_by_text("Het lukt nu niet. Dat ligt aan ons.")).to_be_visible()
            expect(page.get_by_role("button", name="Afmelden")).to_be_visible()
        # Without a touch: the stream is opened again, and what was missed is read.
        expect(receipts).to_be_visible(timeout=_PATIENCE_MS)

    with serving(settings_of(database_url, tmp_path)) as service:
        visiting(eyes, service, visit)
