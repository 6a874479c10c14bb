"""What the service in memory can be asked, and what it answers.

Only what the SDK asks. A request that no route takes meets ``not-found``, as everywhere.
"""

import hashlib
import json
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
from nabij_consent import NEARBY_SOURCES, Json, Locale, Signal
from nabij_geo import EVERYWHERE

_STREAM: Final = {"Content-Type": "text/event-stream; charset=utf-8"}
_BY_NOBODY_ELSE: Final = "no-store"
_A_MINUTE: Final = "public, max-age=60"
_A_DAY: Final = "public, max-age=86400"
_FOREVER: Final = "public, max-age=31536000, immutable"


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
        return _said(answers.served(world.notice, locale, None))
    return _said(_shown(visit, locale))


def _shown(visit: Visit, locale: Locale) -> dict[str, object]:
    nonce = visit.world.show(visit.customer)
    return answers.served(visit.world.notice, locale, nonce)


def _prompt(visit: Visit) -> httpx2.Response:
    locale, world = visit.locale, visit.world
    if not visit.person.may_be_asked(world.notice, world.now):
        raise Refusal("nothing-to-ask")
    return _said(_shown(visit, locale))


def _consents(visit: Visit) -> httpx2.Response:
    world = visit.world
    document = answers.consents(visit.person, world.notice, world.now)
    return _kept(visit, json.dumps(document).encode(), _BY_NOBODY_ELSE)


def _answer(visit: Visit) -> httpx2.Response:
    _ = visit.customer
    act = bodies.read_body(visit.request, bodies.read_answer)
    try:
        return _done(visit, act, 201)
    except NotShown:
        return refused("notice-superseded", {"current": _shown(visit, visit.locale)})


def _withdraw(visit: Visit) -> httpx2.Response:
    known = visit.world.people.get(visit.customer)
    if "if-match" in visit.request.headers and not (known and known.acts):
        raise Refusal("nothing-known")
    return _done(visit, bodies.read_body(visit.request, bodies.read_withdrawal), 200)


def _done(visit: Visit, act: bodies.ActBody, status: int) -> httpx2.Response:
    world = visit.world
    recorded = world.do(visit.customer, act)
    document = answers.recorded(recorded, visit.person, world.notice, world.now)
    return _said(document, status=status)


def _report(visit: Visit) -> httpx2.Response:
    _ = visit.customer
    device_id = visit.device_id
    batch = bodies.read_body(visit.request, bodies.read_batch)
    verdicts = visit.world.report(visit.customer, device_id, batch)
    validated = zip(batch.reports, verdicts, strict=True)
    return _said(answers.verdicts(validated, visit.person, visit.world.notice))


def _devices(visit: Visit) -> httpx2.Response:
    world = visit.world
    return _said(answers.devices(visit.person, world.notice, world.now))


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
    told = visit.person.grants.told(NEARBY_SOURCES, world.notice, world.now)
    cells = [*dict.fromkeys(each.state["cell"] for each in told if each.signal is Signal.GPS)]
    if not cells:
        return refused("no-square")
    others: dict[str, Json] = {"others": cells[1:]} if cells[1:] else {}
    return _said({"cell": cells[0], **others})


def _own_status(visit: Visit) -> httpx2.Response:
    world = visit.world
    return _said(answers.statuses(visit.person, world.notice, world.now))


def _catalogue(visit: Visit) -> httpx2.Response:
    return _kept(visit, json.dumps(answers.manifest(visit.world.sources)).encode(), _A_MINUTE)


def _catalogue_file(visit: Visit) -> httpx2.Response:
    sources = visit.world.sources
    version, region = visit.parts["version"], visit.parts["region"]
    now = answers.manifest(sources)["version"]
    if version != str(now):
        return refused("other-catalogue", {"instead": f"/v1/catalogue/{now}/{region}"})
    if region != EVERYWHERE:
        raise Refusal("not-found")
    return _kept(visit, answers.catalogue_file(sources), _FOREVER)


def _all_places(visit: Visit) -> httpx2.Response:
    content = json.dumps(answers.all_places(visit.world.places)).encode()
    return _kept(visit, content, _A_DAY)


def _kept(visit: Visit, content: bytes, cache_control: str) -> httpx2.Response:
    """Return an answer that may be kept, and asked for again by its entity tag."""
    headers = {
        "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
        "Cache-Control": cache_control,
        "Content-Type": "application/json",
    }
    if visit.request.headers.get("if-none-match") == headers["ETag"]:
        return httpx2.Response(304, headers=headers)
    return httpx2.Response(200, headers=headers, content=content)


def _events(visit: Visit) -> httpx2.Response:
    heard = visit.request.headers.get("last-event-id", "")
    stream = visit.world.listen(visit.customer, heard)
    return httpx2.Response(200, headers=_STREAM, stream=stream)


def _said(
    document: Mapping[str, object],
    *,
    status: int = 200,
) -> httpx2.Response:
    return httpx2.Response(status, json=document)


_HANDLERS: Final[Mapping[str, Handler]] = {
    "GET /v1/notice": _notice,
    "GET /v1/consents": _consents,
    "GET /v1/consents/prompt": _prompt,
    "POST /v1/consents": _answer,
    "POST /v1/consents/withdrawals": _withdraw,
    "PUT /v1/devices/{device_id}/status": _report,
    "PUT /v1/devices/{device_id}/acknowledgement": _acknowledge,
    "PUT /v1/devices/{device_id}/push-token": _keep_push_token,
    "DELETE /v1/devices/{device_id}/push-token": _forget_push_token,
    "GET /v1/devices": _devices,
    "GET /v1/me/cell": _own_cell,
    "GET /v1/me/status": _own_status,
    "GET /v1/catalogue": _catalogue,
    "GET /v1/catalogue/{version}/{region}": _catalogue_file,
    "GET /v1/places/all": _all_places,
    "GET /v1/events": _events,
}


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))


ROUTES: Final = tuple((each, _pattern(each)) for each in _HANDLERS)
"""Each route that is answered, and what its requests look like."""


def find_route(request: httpx2.Request) -> tuple[str, Mapping[str, str]]:
    """Return the route of a request, and the parts of its address.

    Of none, ``GET *`` and the like.
    """
    asked = f"{request.method} {request.url.path}"
    for route, pattern in ROUTES:
        if found := pattern.fullmatch(asked):
            return route, found.groupdict()
    return f"{request.method} *", {}


def serve(route: str, visit: Visit) -> httpx2.Response:
    """Return the answer to a visit, whatever comes of it."""
    try:
        return _HANDLERS[route](visit) if route in _HANDLERS else _missed(visit)
    except Refusal as refusal:
        return refused(refusal.slug, refusal.members)


def _missed(visit: Visit) -> httpx2.Response:
    path = visit.request.url.path
    here = (pattern.fullmatch(f"{each.partition(' ')[0]} {path}") for each, pattern in ROUTES)
    return refused("wrong-method" if any(here) else "not-found")
