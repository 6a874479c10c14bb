"""Somebody who visits the page of a running service: a browser, and perhaps a phone."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar
from uuid import uuid4

import httpx2
from playwright.sync_api import BrowserContext, Page, expect

import nabij
from nabij.testing import SteadySensor
from tests.contract.phones import HOME, Handset
from tests.contract.running import RunningService
from tests.web.browser import Eyes

T = TypeVar("T")
expect.set_options(timeout=20_000)

SIGNALS: Final = {"gps": "Uw vierkant", "gsm": "Mobiel netwerk", "wifi": "Wifi"}
_WIDE: Final = {"width": 1180, "height": 900}
# Just so wide that it is shown beside the list: here each of its pixels is a processor's work.
_WITH_A_MAP: Final = {"width": 960, "height": 480}


def _ignore(_state: str, _page: Page) -> None:
    """Do nothing."""


OnState: TypeAlias = Callable[[str, Page], None]


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser at the page of a service, signed in as ``name`` or not at all."""

    service: RunningService
    context: BrowserContext
    name: str
    on_state: OnState = _ignore
    """Called with each named state that the visit reaches."""

    def open(self, path: str = "/", lang: str = "nl") -> Page:
        """Open an address of the page in a new tab."""
        page = self.context.new_page()
        page.goto(f"{self.service.address}{path}?lang={lang}")
        expect(page.locator("nabij-page main")).to_be_visible()
        return page

    def sign_in(self) -> None:
        """Have the session's cookie, as the service sets it."""
        answer = self.context.request.post(
            f"{self.service.address}/v1/session",
            headers={
                "Authorization": f"Bearer {self.service.token(self.name)()}",
                "Origin": self.service.address,
            },
        )
        assert answer.status == 204, answer.text()

    @contextmanager
    def phone(
        self,
        on_request: Callable[[httpx2.Request], None] = lambda _request: None,
        at: nabij.Position = HOME,
    ) -> Generator[nabij.Client]:
        """A real phone of theirs; ``on_request`` sees what leaves it."""
        token = self.service.token(self.name)
        hooks = {"request": [on_request]}
        with (
            httpx2.Client(event_hooks=hooks) as http,
            httpx2.Client(event_hooks=hooks) as public_http,
            nabij.Client(
                self.service.address,
                token=token,
                sensors=Handset(gps=SteadySensor(at)).sensors,
                coarsening="plain",
                http=http,
                public_http=public_http,
            ) as client,
        ):
            yield client


def visiting(  # noqa: PLR0913 - who visits what, and as whom
    eyes: Eyes,
    service: RunningService,
    visit: Callable[[Visit], T],
    *,
    signed_in: bool = True,
    webgl: bool = False,
    on_state: OnState = _ignore,
    **options: Any,  # noqa: ANN401 - Playwright's
) -> T:
    """Let somebody visit who was never there before."""
    name = f"Sanne-{uuid4()}"

    def inside(context: BrowserContext) -> T:
        somebody = Visit(service, context, name, on_state)
        if signed_in:
            somebody.sign_in()
        return visit(somebody)

    viewport = _WITH_A_MAP if webgl else _WIDE
    dutch = {"locale": "nl-NL", "timezone_id": "Europe/Amsterdam", "viewport": viewport}
    at_home = {"latitude": HOME.latitude_deg, "longitude": HOME.longitude_deg}
    allowed = {"geolocation": at_home, "permissions": ["geolocation"]}
    # What a service worker answers, no test could change on its way; what moves takes time.
    directly = {"service_workers": "block", "reduced_motion": "reduce"}
    chosen: dict[str, Any] = {**dutch, **allowed, **directly, **options}
    return eyes.browse(inside, webgl=webgl, **chosen)


def report(phone: nabij.Client, *signals: str) -> None:
    """Let a phone be allowed so much, and tell it."""
    phone.grant(phone.notice("nl"), signals)
    phone.collect()
    assert phone.report().accepted == len(signals)
