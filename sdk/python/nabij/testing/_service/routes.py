"""What the service in memory can be asked, and what it answers.

Only what the SDK asks. A request that no route takes meets ``not-found``, as everywhere.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

import httpx2

from nabij.testing._service import answers, bodies
from nabij.testing._service.person import NotShown, Person
from nabij.testing._service.problems import Refusal, refused
from nabij.testing._service.world import World
from nabij_consent import NEARBY_SOURCES, Locale, Signal
from nabij_geo import Cell

_NO_STORE: Final = {"Cache-Control": "no-store"}
_PUBLIC: Final = {"Cache-Control": "public, max-age=60", "Content-Type": "application/geo+json"}
_STREAM: Final = {**_NO_STORE, "Content-Type": "text/event-stream; charset=utf-8"}
_LARGEST_K: Final = 100
_TYPED: Final = range(2, 81)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that found its route; ``account`` is who signed in."""

    world: World
    request: httpx2.Request = field(repr=False)
    parts: Mapping[str, str] = field(repr=False)
    account: str | None

    @property
    def customer(self) -> str:
        """Who signed in.

        Raises:
            Refusal: nobody.
        """
        if self.account is None:
            raise Refusal("not-signed-in")
        return self.account

    @property
    def person(self) -> Person:
        """What is known of them."""
        return self.world.person(self.customer)

    @property
    def device_id(self) -> UUID:
        """The device that the address names."""
        return bodies.attempt(UUID, self.parts["device_id"])

    @property
    def locale(self) -> Locale:
        """The language that is asked for."""
        return bodies.attempt(Locale, self.request.url.params.get("locale", "nl"))


Handler: TypeAlias = Callable[[Visit], httpx2.Response]


def _notice(visit: Visit) -> httpx2.Response:
    locale, world = visit.locale, visit.world
    if "authorization" not in visit.request.headers:
        return _said(answers.served(world.notice, locale, None), _NO_STORE)
    return _said(_shown(visit, locale), _NO_STORE)


def _shown(visit: Visit, locale: Locale) -> dict[str, object]:
    nonce = visit.world.show(visit.customer)
    return answers.served(visit.world.notice, locale, nonce)


def _consents(visit: Visit) -> httpx2.Response:
    world = visit.world
    return _said(answers.consents(visit.person, world.notice, world.now), _NO_STORE)


def _answer(visit: Visit) -> httpx2.Response:
    _ = visit.customer
    act = bodies.read_body(visit.request, bodies.read_answer)
    try:
        return _done(visit, act, 201)
    except NotShown:
        return refused("notice-superseded", {"current": _shown(visit, visit.locale)})


def _withdraw(visit: Visit) -> httpx2.Response:
    _ = visit.customer
    return _done(visit, bodies.read_body(visit.request, bodies.read_withdrawal), 200)


def _done(visit: Visit, act: bodies.Act, status: int) -> httpx2.Response:
    world = visit.world
    recorded = world.do(visit.customer, act)
    document = answers.recorded(recorded, visit.person, world.notice, world.now)
    return _said(document, status=status)


def _report(visit: Visit) -> httpx2.Response:
    _ = visit.customer
    device_id = visit.device_id
    batch = bodies.read_body(visit.request, bodies.read_batch)
    verdicts = visit.world.report(visit.customer, device_id, batch)
    return _said(answers.verdicts(zip(batch.reports, verdicts, strict=True)))


def _devices(visit: Visit) -> httpx2.Response:
    world = visit.world
    return _said(answers.devices(visit.person, world.notice, world.now), _NO_STORE)


def _acknowledge(visit: Visit) -> httpx2.Response:
    person, device_id, world = visit.person, visit.device_id, visit.world
    number = bodies.read_body(visit.request, bodies.read_acknowledgement)
    person.acknowledge(device_id, number)
    return _said(answers.device(person, person.device(device_id), world.notice, world.now))


def _keep_push_token(visit: Visit) -> httpx2.Response:
    person, device_id = visit.person, visit.device_id
    bodies.read_body(visit.request, bodies.read_push_token)
    person.device(device_id)
    return httpx2.Response(204)


def _forget_push_token(visit: Visit) -> httpx2.Response:
    visit.person.device(visit.device_id)
    return httpx2.Response(204)


def _own_cell(visit: Visit) -> httpx2.Response:
    world = visit.world
    about = NEARBY_SOURCES, Signal.GPS
    cell = visit.person.grants.newest_cell(about, world.notice, world.now)
    return refused("no-square") if cell is None else _said({"cell": cell}, _NO_STORE)


def _sources(visit: Visit) -> httpx2.Response:
    cell = bodies.attempt(Cell.parse, visit.parts["code"])
    k = bodies.attempt(_read_k, visit.request.url.params.get("k", "10"))
    return _said(answers.around(cell, visit.world.sources, k), _PUBLIC)


def _places(visit: Visit) -> httpx2.Response:
    typed = visit.request.url.params.get("q", "").strip()
    if len(typed) not in _TYPED:
        raise Refusal("invalid-request")
    return _said(answers.called(typed, visit.world.places), _NO_STORE)


def _events(visit: Visit) -> httpx2.Response:
    heard = visit.request.headers.get("last-event-id", "")
    stream = visit.world.listen(visit.customer, heard)
    return httpx2.Response(200, headers=_STREAM, stream=stream)


def _read_k(value: object) -> int:
    k = int(str(value))
    if not 1 <= k <= _LARGEST_K:
        raise ValueError("Ask for 1 to 100 sources.")
    return k


def _said(
    document: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> httpx2.Response:
    return httpx2.Response(status, json=document, headers=headers)


_HANDLERS: Final[Mapping[str, Handler]] = {
    "GET /v1/notice": _notice,
    "GET /v1/consents": _consents,
    "POST /v1/consents": _answer,
    "POST /v1/consents/withdrawals": _withdraw,
    "PUT /v1/devices/{device_id}/status": _report,
    "PUT /v1/devices/{device_id}/acknowledgement": _acknowledge,
    "PUT /v1/devices/{device_id}/push-token": _keep_push_token,
    "DELETE /v1/devices/{device_id}/push-token": _forget_push_token,
    "GET /v1/devices": _devices,
    "GET /v1/me/cell": _own_cell,
    "GET /v1/cells/{code}/sources": _sources,
    "GET /v1/places": _places,
    "GET /v1/events": _events,
}


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))


ROUTES: Final = tuple((each, _pattern(each)) for each in _HANDLERS)
"""Each route that is answered, and what its requests look like."""


def find_route(request: httpx2.Request) -> tuple[str, Mapping[str, str]]:
    """The route of a request, and the parts of its address; of none, ``GET *`` and the like."""
    asked = f"{request.method} {request.url.path}"
    for route, pattern in ROUTES:
        if found := pattern.fullmatch(asked):
            return route, found.groupdict()
    return f"{request.method} *", {}


def serve(route: str, visit: Visit) -> httpx2.Response:
    """The answer to a visit, whatever comes of it."""
    try:
        return _HANDLERS[route](visit) if route in _HANDLERS else _missed(visit)
    except Refusal as refusal:
        return refused(refusal.slug, refusal.members)


def _missed(visit: Visit) -> httpx2.Response:
    path = visit.request.url.path
    here = (pattern.fullmatch(f"{each.partition(' ')[0]} {path}") for each, pattern in ROUTES)
    return refused("wrong-method" if any(here) else "not-found")
