"""What does not fit is refused with its problem, stores nothing, and is never repeated."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import psycopg
import pytest

from nabij_backend.identity import LocalIdentity
from tests.service import AMSTERDAM, Caller, Service

FIVE_MEGABYTES = 5_000_000
INVALID = (422, "invalid-request")
UNKNOWN = (422, "unknown-field")
NO_CELL = (422, "invalid-cell")
OFF_GRID = (422, "outside-grid")
PUSH_TOKEN = "made-up-push-token:of-a-phone"  # noqa: S105 - nobody's
NOBODYS_DEVICE = "00000000-0000-4000-8000-00000000dead"


@dataclass(frozen=True)
class Case:
    """A request, the problem it meets, and a piece of it that the answer must not repeat."""

    send: Callable[[Caller], httpx2.Response]
    problem: tuple[int, str]
    secret: str


def gps(secret: str, problem: tuple[int, str], **members: object) -> Case:
    """A report of a square with some members changed."""
    return Case(lambda eva: eva.put_status({**eva.gps(1), **members}), problem, secret)


def gsm(secret: str, problem: tuple[int, str], **members: object) -> Case:
    """A report of the mobile network with some members changed."""
    return Case(lambda eva: eva.put_status(eva.gsm(1, **members)), problem, secret)


def wifi(secret: str, problem: tuple[int, str], **members: object) -> Case:
    """A report of Wi-Fi with some members changed."""
    return Case(lambda eva: eva.put_status(eva.wifi(1, **members)), problem, secret)


def act(secret: str, problem: tuple[int, str], **members: object) -> Case:
    """A refusal of consent with some members changed."""

    def send(eva: Caller) -> httpx2.Response:
        body = {
            "id": str(uuid4()),
            "kind": "refused",
            "purpose": "nearby-sources",
            "signals": ["gps"],
            "notice_version": 1,
            "device_id": str(eva.device_id),
            "occurred_at": eva.service.clock().isoformat(),
        }
        return eva.post("/v1/consents", body | members)

    return Case(send, problem, secret)


def withdrawal(secret: str, problem: tuple[int, str], **members: object) -> Case:
    """A withdrawal with some members changed."""
    return Case(lambda eva: eva.withdraw(**members), problem, secret)


def body(
    content: bytes | Callable[[], Iterator[bytes]],
    problem: tuple[int, str],
    media_type: str = "application/json",
) -> Case:
    """A body that is no batch of reports."""

    def send(eva: Caller) -> httpx2.Response:
        headers = {**eva.headers, "Content-Type": media_type}
        path = f"/v1/devices/{eva.device_id}/status"
        sent = content if isinstance(content, bytes) else content()
        return eva.service.http.put(path, content=sent, headers=headers)

    return Case(send, problem, "52.3702")


def token(make: Callable[[Caller], str]) -> Case:
    """A report with another token, or with none where it is empty."""

    def send(eva: Caller) -> httpx2.Response:
        report = {"platform": "linux", "reports": [eva.gps(1)]}
        authorization = make(eva)
        headers = {"Authorization": authorization} if authorization else {}
        path = f"/v1/devices/{eva.device_id}/status"
        return eva.service.http.put(path, json=report, headers=headers)

    return Case(send, (401, "not-signed-in"), AMSTERDAM)


def get(path: str, problem: tuple[int, str], secret: str) -> Case:
    """A question."""
    return Case(lambda eva: eva.service.http.get(path, headers=eva.headers), problem, secret)


def of_device(
    part: str, body: object, problem: tuple[int, str], secret: str, *, device: str | None = None
) -> Case:
    """Something that a device says of itself; of another device where one is named."""

    def send(eva: Caller) -> httpx2.Response:
        path = f"/v1/devices/{device or eva.device_id}/{part}"
        return eva.service.http.put(path, json=body, headers=eva.headers)

    return Case(send, problem, secret)


def foreign_token(eva: Caller) -> str:
    """A token as good as ours, signed with the key of another folder."""
    folder = Path(eva.service.settings.data_folder) / "elsewhere"
    other = LocalIdentity.open(folder)
    return "Bearer " + other.issue("eva", now=eva.service.clock(), lifetime=timedelta(days=1))


def chunks() -> Iterator[bytes]:
    """Five megabytes whose length nobody tells beforehand."""
    for _ in range(100):
        yield b"52.3702," * (FIVE_MEGABYTES // 800)


def batch(size: int) -> Case:
    """So many reports."""
    return Case(lambda eva: eva.put_status(*[eva.gps(1)] * size), INVALID, AMSTERDAM)


def hour(problem: tuple[int, str], text: str) -> Case:
    """A report of that hour."""
    return gps(text, problem, hour=text)


CASES = {
    # Reports
    "a latitude": gps("latitude", UNKNOWN, latitude=52.3702),
    "the value of a latitude": gps("52.3702", UNKNOWN, latitude=52.3702),
    "a network name": wifi("HomeNet", UNKNOWN, ssid="HomeNet"),
    "a mast": gsm("20405", UNKNOWN, cell_id=20405),
    "a cell beside a state": wifi(AMSTERDAM, UNKNOWN, cell=AMSTERDAM),
    "a malformed cell": gps("3973000x", NO_CELL, cell=AMSTERDAM + "x"),
    "a cell of another grid": gps("CRS4326", NO_CELL, cell="CRS4326RES1mN52E4"),
    "a misaligned cell": gps("3973456", NO_CELL, cell="CRS3035RES1000mN3263123E3973456"),
    "a cell that is a number": gps("3263123", NO_CELL, cell=3263123),
    "a cell off the grid": gps("8100000", OFF_GRID, cell="CRS3035RES1000mN8100000E8100000"),
    "a future hour": hour((422, "future-hour"), "2026-06-01T10:00:00Z"),
    "an hour with minutes": hour(INVALID, "2026-06-01T08:23:00Z"),
    "an hour without a zone": hour(INVALID, "2026-06-01T08:00:00"),
    "an hour before anybody": hour(INVALID, "0001-01-01T00:00:00+01:00"),
    "an hour after everybody": hour(INVALID, "9999-12-31T23:00:00-01:00"),
    "an hour that is a latitude": gps("52.3702", INVALID, hour=52.3702),
    "epoch zero": gps("epoch zero", INVALID, epoch=0),
    "an epoch too large to keep": gps(str(2**63), INVALID, epoch=2**63),
    "a signal nobody knows": gps("bluetooth", INVALID, signal="bluetooth"),
    "a network that is a number": gsm("52370", INVALID, connected=52370),
    "a level": gsm("52371", (422, "unknown-field"), level=52371),
    "a purpose with a number": gps("at-52-37", INVALID, purpose="at-52-37"),
    "no report": batch(0),
    "101 reports": batch(101),
    "a device without a name": Case(
        lambda eva: eva.service.http.put(
            "/v1/devices/eva-phone/status",
            json={"platform": "linux", "reports": [eva.gps(1)]},
            headers=eva.headers,
        ),
        INVALID,
        "eva-phone",
    ),
    # Bodies
    "no JSON": body(b'{"platform": 52.3702', (400, "invalid-json")),
    "no UTF-8": body(b'{"platform": "52.3702\xff"}', (400, "invalid-json")),
    "a list": body(b"[52.3702]", INVALID),
    "nothing": body(b"", INVALID),
    "not a number": body(b'{"platform": NaN, "reports": [52.3702]}', (400, "invalid-json")),
    "deep nesting": body(b"[" * 100_000, (400, "invalid-json")),
    "a form": body(b"latitude=52.3702", (415, "wrong-media-type"), "text/plain"),
    "five megabytes": body(b"52.3702," * (FIVE_MEGABYTES // 8), (413, "too-large")),
    "five megabytes, length untold": body(chunks, (413, "too-large")),
    "five megabytes of a form": body(chunks, (413, "too-large"), "text/plain"),
    # Acts
    "an act with a latitude": act("latitude", UNKNOWN, latitude=52.3702),
    "an act of another kind": act("withdrawn", INVALID, kind="withdrawn"),
    "an act about nothing": act("gps", INVALID, signals=[]),
    "an act that says it twice": act("wifi", INVALID, signals=["wifi", "wifi"]),
    "an act without a zone": act("08:23", INVALID, occurred_at="2026-06-01T08:23:00"),
    "an answer to no notice": act("version 0", INVALID, notice_version=0),
    "an answer to a later notice": act("5237", (422, "not-asked"), notice_version=5237),
    "an answer to a far later notice": act("1" * 30, (422, "not-asked"), notice_version=10**30),
    "a withdrawal with a latitude": withdrawal("latitude", UNKNOWN, latitude=52.3702),
    "a withdrawal of another purpose": withdrawal("At 52", INVALID, purpose="At 52"),
    "a withdrawal of no signal": withdrawal("gps", INVALID, signals=[]),
    # Tokens
    "no token": token(lambda _: ""),
    "a token of no kind": token(lambda _: "Bearer eva"),
    "a password": token(lambda _: "Basic ZXZhOmV2YQ=="),
    "an expired token": token(
        lambda eva: "Bearer " + eva.service.token("eva", timedelta(seconds=-1))
    ),
    "a foreign token": token(foreign_token),
    # Questions
    "k = 0": get(f"/v1/cells/{AMSTERDAM}/sources?k=0", INVALID, AMSTERDAM),
    "k = 10,000": get(f"/v1/cells/{AMSTERDAM}/sources?k=10000", INVALID, "10000"),
    "k is no number": get(f"/v1/cells/{AMSTERDAM}/sources?k=ten-52", INVALID, "ten-52"),
    "nearby, k = 0": get("/v1/me/nearby?k=0", INVALID, "k=0"),
    "nearby, k = 10,000": get("/v1/me/nearby?k=10000", INVALID, "10000"),
    "a technology nobody knows": get(
        f"/v1/cells/{AMSTERDAM}/sources?technology=cold-fusion", INVALID, "cold-fusion"
    ),
    "a malformed cell in the path": get("/v1/cells/52.3702/sources", NO_CELL, "52.3702"),
    "a misaligned cell in the path": get(
        "/v1/cells/CRS3035RES1000mN3263123E3973456/sources", NO_CELL, "3973456"
    ),
    "a cell off the grid in the path": get(
        "/v1/cells/CRS3035RES1000mN8100000E8100000/sources", OFF_GRID, "8100000"
    ),
    "a region that is a place": get("/v1/catalogue/0/52.3702,4.8952", INVALID, "52.3702"),
    "a region without sources": get(
        "/v1/catalogue/0/CRS3035RES100000mN3200000E3900000", (404, "not-found"), "N3200000"
    ),
    "a catalogue beyond all numbers": get(f"/v1/catalogue/{2**63}/all", INVALID, str(2**63)),
    "a catalogue that is gone": get("/v1/catalogue/523702/all", (410, "other-catalogue"), "523702"),
    "a language nobody wrote": get("/v1/notice?locale=tlh", INVALID, "tlh"),
    "a push token that is a place": of_device(
        "push-token", {"push_token": "52.3702,4.8952 and some more of it"}, INVALID, "52.3702"
    ),
    "a push token that is too short": of_device(
        "push-token", {"push_token": "short:token"}, INVALID, "short:token"
    ),
    "a push token of a device nobody knows": of_device(
        "push-token",
        {"push_token": PUSH_TOKEN},
        (404, "not-found"),
        PUSH_TOKEN,
        device=NOBODYS_DEVICE,
    ),
    "an acknowledgement of a device nobody knows": of_device(
        "acknowledgement", {"number": 1}, (404, "not-found"), "-4000-", device=NOBODYS_DEVICE
    ),
    "an acknowledgement of an act that was never made": of_device(
        "acknowledgement", {"number": 523_702}, (422, "no-such-act"), "523702"
    ),
    "an acknowledgement of act 0": of_device("acknowledgement", {"number": 0}, INVALID, "52"),
    "an acknowledgement beyond all numbers": of_device(
        "acknowledgement", {"number": 2**63}, INVALID, str(2**63)
    ),
    "a stream for nobody": Case(
        lambda eva: eva.service.http.get("/v1/events"), (401, "not-signed-in"), "52"
    ),
    "a stream for who was signed in": Case(
        lambda eva: eva.service.http.get(
            "/v1/events",
            headers={"Authorization": f"Bearer {eva.service.token('eva', timedelta(0))}"},
        ),
        (401, "not-signed-in"),
        "eva",
    ),
    "an unknown path": get("/v1/people/52.3702", (404, "not-found"), "52.3702"),
    "an unknown problem": get("/problems/latitude", (404, "not-found"), "latitude"),
    "a wrong method": Case(
        lambda eva: eva.service.http.delete(f"/v1/cells/{AMSTERDAM}/sources"),
        (405, "wrong-method"),
        AMSTERDAM,
    ),
}


@pytest.fixture(scope="module")
def eva(shared_service: Service) -> Caller:
    """Somebody who agreed to everything and has not reported yet."""
    caller = shared_service.caller()
    caller.grant()
    return caller


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_its_problem(
    eva: Caller, shared_superuser: psycopg.Connection, case: str
) -> None:
    status, slug = CASES[case].problem
    answer = CASES[case].send(eva)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (status, f"/problems/{slug}")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert problem["status"] == status
    assert CASES[case].secret not in answer.text
    assert stored(shared_superuser) == (1, 0, 1)


def stored(superuser: psycopg.Connection) -> tuple[object, ...]:
    """How many devices, squares and acts there are; a device with a token would count twice."""
    (row,) = superuser.execute(
        "SELECT (SELECT count(*) + count(push_token) FROM device), "
        "(SELECT count(*) FROM gps_status), (SELECT count(*) FROM consent_event)"
    ).fetchall()
    return row


def test_a_problem_tells_where_the_fault_is_and_not_what_is_there(eva: Caller) -> None:
    answer = eva.put_status(eva.gps(1), eva.gsm(1, connected=9))
    assert answer.json()["errors"] == [
        {"loc": ["body", "reports", 1, "gsm", "connected"], "type": "bool_type"}
    ]


def test_who_is_not_signed_in_is_told_how(shared_service: Service) -> None:
    answer = shared_service.http.get("/v1/consents")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_method_is_told_the_right_one(shared_service: Service) -> None:
    answer = shared_service.http.delete("/v1/consents")
    assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("slug", sorted({case.problem[1] for case in CASES.values()}))
def test_the_type_of_a_problem_leads_to_its_meaning(shared_service: Service, slug: str) -> None:
    found = shared_service.http.get(f"/problems/{slug}").json()
    assert found["type"] == f"/problems/{slug}"
    assert found["status"] in {case.problem[0] for case in CASES.values()}
    assert found["title"].endswith(".")
