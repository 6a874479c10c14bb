"""The service in memory says what the real one says, so that no app is tested against a fiction.

Each conversation is held with both. Their answers agree but for what is made up each time, and
both fit ``openapi.json``.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any, cast

import httpx2
import jsonschema
import psycopg
import pytest

import nabij
from nabij.sensors import WifiState
from nabij.testing import (
    FakeSensor,
    FakeService,
    Fault,
    LostAnswer,
    Nonsense,
    Offline,
    ServerError,
    Slow,
    TooManyRequests,
)
from nabij.testing._service.problems import STATUS
from nabij.testing._service.routes import ROUTES
from nabij_backend.cli.starter_notice import STARTER_NOTICE
from nabij_backend.http.problems import ProblemType
from nabij_consent import Signal
from nabij_geo import Catalogue, CatalogueSource, Cell, decode
from tests.backend.sources.catalogue import fill, scattered
from tests.contract.conversations import CONVERSATIONS, Answers
from tests.contract.in_memory import Caller, Failing, InMemory, eva_at
from tests.service import AMSTERDAM, UTRECHT, Service, notice

OPENAPI = json.loads((Path(__file__).parents[2] / "openapi.json").read_text(encoding="utf-8"))
_RETRY = re.compile(r"retry: \d+\n")


@pytest.mark.parametrize(
    "conversation",
    CONVERSATIONS,
)
def test_both_services_say_the_same(
    service: Service, conversation: Callable[[Caller], Answers]
) -> None:
    fake = FakeService(STARTER_NOTICE, sources=())
    in_memory = _numbered([told(each) for each in conversation(eva_at(InMemory.of(fake)))])
    real = _numbered([told(each) for each in conversation(eva_at(service))])
    assert len(real) > 0
    for place, (said, meant) in enumerate(zip(in_memory, real, strict=True)):
        assert said == meant, f"answer {place}"


def test_the_conversations_take_every_route() -> None:
    taken: set[str] = set()
    for conversation in CONVERSATIONS:
        fake = FakeService(STARTER_NOTICE)
        list(conversation(eva_at(InMemory.of(fake))))
        taken |= {each.route for each in fake.requests}
    assert {route for route, _pattern in ROUTES} <= taken


def test_both_services_publish_the_same_sources(service: Service, tmp_path: Path) -> None:
    fill(service.settings.required_database_url, tmp_path, scattered(Cell.parse(AMSTERDAM), 60, 7))
    real = nabij_catalogue(service.http.get("/v1/catalogue/1/all"))
    fake = InMemory.of(FakeService(STARTER_NOTICE, sources=[_as_source(each) for each in real]))
    assert list(nabij_catalogue(fake.http.get("/v1/catalogue/1/all"))) == list(real)
    assert len(real) == 60


def nabij_catalogue(answer: httpx2.Response) -> Catalogue:
    return decode(answer.json())


def _as_source(each: CatalogueSource) -> nabij.Source:
    return nabij.Source(**{name.name: getattr(each, name.name) for name in fields(nabij.Source)})


def test_both_services_list_the_same_place(service: Service) -> None:
    meant = service.http.get("/v1/places/all").json()["places"][0]
    place = nabij.Place(
        meant["name"],
        meant["region"],
        meant["country"],
        Cell.parse(meant["cell"]),
        meant["population"],
    )
    fake = InMemory.of(FakeService(places=[place]))
    said = fake.http.get("/v1/places/all").json()["places"]
    assert said == [{**meant, "other_names": []}]


def test_both_services_keep_the_same(service: Service, superuser: psycopg.Connection) -> None:
    fake = InMemory.of(FakeService(STARTER_NOTICE))
    for each in (service, fake):
        eva = eva_at(each)
        each.publish(notice(2, resolution_m=10_000))
        eva.grant(["gps", "wifi"])
        earlier = (each.clock() - timedelta(hours=2)).replace(minute=0).isoformat()
        eva.put_status(eva.gps(1, AMSTERDAM), eva.wifi(1), eva.wifi(1, connected=False))
        eva.put_status(eva.gps(1, UTRECHT, hour=earlier), eva.wifi(1, hour=earlier))
    cells = superuser.execute("SELECT cell FROM nabij.gps_status").fetchall()
    on_wifi = superuser.execute("SELECT connected FROM nabij.wifi_status").fetchall()
    kept = {signal: state for (signal, _), state in fake.fake.kept("eva").items()}
    assert [(kept[Signal.GPS]["cell"],)] == cells
    assert [(kept[Signal.WIFI]["connected"],)] == on_wifi == [(False,)]


@pytest.mark.parametrize("heard", [None, "1-0", "1-1", "7-1", "nothing"])
def test_both_services_tell_the_same_news(service: Service, heard: str | None) -> None:
    fake = InMemory.of(FakeService(STARTER_NOTICE))
    eva_at(fake).grant()
    said = _news(fake.http, fake.token("eva"), heard)
    service.caller().grant()
    brief = service.token("eva", timedelta(seconds=1))
    service.clock.advance(timedelta(milliseconds=970))  # the real one's stream ends soon
    assert said == _news(service.http, brief, heard)


def _news(http: httpx2.Client, token: str, heard: str | None) -> str:
    """What a stream begins with, up to its first sign of life."""
    last = {} if heard is None else {"Last-Event-ID": heard}
    headers = {"Authorization": f"Bearer {token}", **last}
    with http.stream("GET", "/v1/events", headers=headers) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        chunks = takewhile(lambda chunk: not chunk.startswith(":"), answer.iter_text())
        return _RETRY.sub("", "".join(chunks))


@pytest.mark.parametrize(
    "fault",
    [
        Offline(),
        LostAnswer(),
        TooManyRequests(7),
        ServerError(),
        Nonsense(),
        Slow(lambda: None),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_fault_has_the_same_consequences_for_an_app(service: Service, fault: Fault) -> None:
    fake = FakeService(STARTER_NOTICE)
    in_memory = consequences(eva_at(InMemory.of(fake)), fake, fault)
    assert in_memory == consequences(eva_at(service), Failing(service), fault)


def test_a_withdrawal_elsewhere_meanwhile_has_the_same_consequences(service: Service) -> None:
    fake = FakeService(STARTER_NOTICE)
    eva, eva_in_memory = eva_at(service), eva_at(InMemory.of(fake))
    in_memory = consequences(eva_in_memory, fake, Slow(eva_in_memory.withdraw))
    assert in_memory == consequences(eva, Failing(service), Slow(eva.withdraw))


def test_both_services_break_alike(service: Service, superuser: psycopg.Connection) -> None:
    superuser.execute("ALTER TABLE nabij.wifi_status ADD CHECK (NOT connected)")
    fake = FakeService(STARTER_NOTICE)
    eva, eva_in_memory = eva_at(service), eva_at(InMemory.of(fake))
    eva.grant()
    meant = eva.put_status(eva.wifi(1))
    fake.fail_next(ServerError())
    assert told(eva_in_memory.put_status(eva.wifi(1))) == told(meant)
    assert meant.status_code == 500


def consequences(eva: Caller, network: Failing | FakeService, fault: Fault) -> list[object]:
    """What an app meets whose acts and report each meet the fault, and what the service records."""
    phone = nabij.Client(
        str(eva.service.http.base_url),
        token=lambda: eva.token,
        http=httpx2.Client(transport=network),
        public_http=httpx2.Client(transport=network),
        clock=eva.service.clock,
        sensors={"wifi": FakeSensor(WifiState(connected=True))},
    )
    seen: list[object] = []
    notice = phone.notice()
    steps: tuple[tuple[Callable[[], object], list[Fault]], ...] = (
        (lambda: phone.grant(notice, ["wifi"]), [fault]),
        (lambda: phone.grant(phone.notice(), ["wifi"]), []),
        (phone.collect, []),
        (phone.report, [fault]),
        (phone.report, []),
        (phone.withdraw, [fault]),
        (phone.refresh, []),
    )
    for step, faults in steps:
        network.fail_next(*faults)
        seen += [outcome(step), _permitted(phone), len(phone.pending().waiting)]
        seen += [told(eva.get("/v1/consents")), told(eva.get("/v1/devices"))]
        eva.service.clock.advance(timedelta(minutes=1))  # past any back-off
    return _numbered(seen)


def _permitted(phone: nabij.Client) -> object:
    permission = phone.permission("wifi")
    if isinstance(permission, nabij.Refused):
        return permission
    return {"epoch": permission.grant.epoch, "grant": replace(permission.grant, epoch=1)}


def outcome(step: Callable[[], object]) -> object:
    """What an app gets of a call."""
    try:
        result = step()
    except nabij.ServiceUnavailable as error:
        return type(error), error.retry_after_s
    except nabij.NabijError as error:
        return type(error)
    match result:
        case nabij.Report():
            return result.accepted, [why for _id, why in result.refused]
        case nabij.Withdrawal():
            return result.told_server, result.erased
        case _:
            return None


def test_every_problem_has_the_status_of_the_real_one() -> None:
    meant = {each.value.slug: each.status for each in ProblemType}
    said = {slug: status for slug, status in STATUS.items() if slug != "too-many-requests"}
    assert said.items() <= meant.items()


def told(answer: httpx2.Response) -> tuple[object, ...]:
    """What an answer says, without what is made up each time; it fits its description."""
    if not answer.content:
        return (answer.status_code,)
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    body = answer.json()
    _require_described(answer, media_type, body)
    headers = [answer.headers.get(each) for each in ("cache-control", "www-authenticate")]
    return answer.status_code, media_type, headers, _without_made_up(body)


def _require_described(answer: httpx2.Response, media_type: str, body: object) -> None:
    operation = _operation(answer.request)
    if operation is None:
        return
    described = operation["responses"][str(answer.status_code)]
    schema = described["content"][media_type]["schema"]
    if media_type == "application/geo+json":
        schema = {"$ref": "#/components/schemas/CellAnswer"}
    jsonschema.validate(body, {**schema, "components": OPENAPI["components"]})


def _operation(request: httpx2.Request) -> dict[str, Any] | None:
    for route, pattern in ROUTES:
        if pattern.fullmatch(f"{request.method} {request.url.path}"):
            method, _, path = route.partition(" ")
            return OPENAPI["paths"][path][method.lower()]
    return None


_MADE_UP = {
    *("id", "event_id", "nonce", "receipt", "title", "errors"),
    *("changed_at", "gzip_bytes", "jws"),
}


def _without_made_up(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        told: dict[str, Any] = {
            name: type(each) if name in _MADE_UP else _UNORDERED.get(name, _without_made_up)(each)
            for name, each in members.items()
        }
        return told
    if isinstance(value, list):
        return [_without_made_up(each) for each in cast("list[Any]", value)]
    return value


def _numbered(said: list[Any]) -> list[Any]:
    """The same, with epochs in the order in which they come."""
    epochs: dict[int | None, int | None] = {None: None}

    def number(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        if isinstance(value, dict):
            members = cast("dict[str, Any]", value)
            return {
                name: epochs.setdefault(each, len(epochs)) if name == "epoch" else number(each)
                for name, each in members.items()
            }
        if isinstance(value, list | tuple):
            return [number(each) for each in cast("Sequence[Any]", value)]
        return value

    return number(said)


def _sorted(devices: list[dict[str, Any]]) -> list[str]:
    """The devices of one day come in the order of their ids."""
    return sorted(str(_without_made_up(each)) for each in devices)


_UNORDERED: Mapping[str, Callable[[Any], Any]] = {"devices": _sorted, "accepted": len}
