"""What is refused was never written: not to a heap, an index or the WAL.

A transaction that is rolled back leaves what it wrote in the files. So every request with a body is
made wrong, one member after the other, with values in all the others that are found again; then
every file of the database and its WAL are searched for them.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, cast
from uuid import UUID

import httpx2
import psycopg
import pytest

from nabij_backend.app import described_api
from tests.canaries import Canaries, DataDirectory
from tests.service import PURPOSE, Caller, Service

Body: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]
_Json: TypeAlias = dict[str, Any] | list[Any]


def consent(eva: Caller, canaries: Canaries) -> Body:
    nonce = eva.get("/v1/notice").json()["nonce"]
    return {
        "id": str(canaries.uuid()),
        "kind": "granted",
        "purpose": PURPOSE,
        "signals": ["gps"],
        "notice_version": 1,
        "nonce": nonce,
        "device_id": str(canaries.uuid()),
        "platform": "ios",
        "occurred_at": eva.service.clock().isoformat(),
    }


def refusal(eva: Caller, canaries: Canaries) -> Body:
    return {**consent(eva, canaries), "kind": "refused", "nonce": None}


def withdrawal(eva: Caller, canaries: Canaries) -> Body:
    return {
        "id": str(canaries.uuid()),
        "purpose": PURPOSE,
        "signals": ["gps"],
        "device_id": str(canaries.uuid()),
        "occurred_at": eva.service.clock().isoformat(),
    }


def objecting(eva: Caller, canaries: Canaries) -> Body:
    return {"id": str(canaries.uuid()), "occurred_at": eva.service.clock().isoformat()} | {
        "device_id": str(canaries.uuid())
    }


def batch(eva: Caller, canaries: Canaries) -> Body:
    reports = [eva.gps(1), eva.gsm(1), eva.wifi(1)]
    return {
        "platform": "ios",
        "reports": [{**each, "id": str(canaries.uuid()), "epoch": 99} for each in reports],
    }


def push_token(_eva: Caller, canaries: Canaries) -> Body:
    return {"token": canaries.text()}


def choices(_eva: Caller, canaries: Canaries) -> Body:
    return {"source_ids": [canaries.text(), str(canaries.uuid())]}


Make: TypeAlias = Callable[[Caller, Canaries], Body]

# A body for each request that has one: right, besides what `_REFUSED_AS_IT_IS` names.
BODIES: dict[str, tuple[Make, ...]] = {
    "POST /v1/consents": (consent, refusal),
    "POST /v1/consents/withdrawals": (withdrawal,),
    "PUT /v1/me/objections/{purpose}": (objecting,),
    "PUT /v1/devices/{device_id}/status": (batch,),
    "PUT /v1/devices/{device_id}/push-token": (push_token,),
    "PUT /v1/devices/{device_id}/acknowledgement": (lambda _eva, _canaries: {"number": 2},),
    "PUT /v1/me/choices": (choices,),
    "POST /v1/reports": (lambda _eva, canaries: {"text": canaries.text()},),
    "POST /v1/session/local": (lambda _eva, canaries: {"customer": canaries.text()},),
}
# Of a device that is not there, of sources that are not there, under an epoch that is none.
_REFUSED_AS_IT_IS = {
    "PUT /v1/devices/{device_id}/status",
    "PUT /v1/devices/{device_id}/push-token",
    "PUT /v1/devices/{device_id}/acknowledgement",
    "PUT /v1/me/choices",
    "POST /v1/session/local",
}

_WRONG: tuple[Callable[[], object], ...] = (lambda: 2**40, lambda: -1, list, lambda: None)


def test_every_request_with_a_body_is_among_them() -> None:
    paths = described_api().openapi()["paths"]
    described = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "requestBody" in operation
    }
    assert set(BODIES) == described


@pytest.mark.parametrize("request_line", BODIES)
def test_nothing_of_a_refused_request_was_written(
    service: Service, superuser: psycopg.Connection, request_line: str
) -> None:
    eva = service.caller()
    eva.grant()
    files, canaries, refused = DataDirectory.of(superuser), Canaries(), 0
    for make in BODIES[request_line]:
        made_before = set(canaries.made)
        for body in _wrong_bodies(make, eva, canaries):
            answer = _send(eva, request_line, body, canaries)
            if _is_refused(answer):
                refused += 1
                made_before = set(canaries.made)
            else:
                canaries.made = set(made_before)  # what was accepted may be kept
        if request_line in _REFUSED_AS_IT_IS:
            assert _is_refused(_send(eva, request_line, make(eva, canaries), canaries))
    assert refused > 3
    assert len(canaries.made) > 3
    assert files.found(canaries) == set()


def test_what_is_written_and_rolled_back_is_found(
    service: Service, superuser: psycopg.Connection
) -> None:
    eva = service.caller()
    eva.grant()
    files, canaries = DataDirectory.of(superuser), Canaries()
    kept, rolled_back, nowhere = str(canaries.uuid()), canaries.text(), canaries.slug()
    assert eva.post("/v1/consents", {**refusal(eva, canaries), "id": kept}).is_success
    with superuser.transaction(force_rollback=True):
        superuser.execute("UPDATE device SET push_token = %s", [rolled_back])
    found = files.found(canaries)
    assert {UUID(kept), rolled_back} < found
    assert nowhere not in found


def _wrong_bodies(make: Make, eva: Caller, canaries: Canaries) -> Iterator[Body]:
    # One after the other: what is accepted is told apart from what is refused.
    for path in _members(make(eva, Canaries())):
        for wrong in (canaries.slug, lambda: str(canaries.uuid()), canaries.text, *_WRONG):
            body = make(eva, canaries)
            _replace(body, path, wrong())
            yield body
        body = make(eva, canaries)
        _replace(body, (*path[:-1], canaries.slug()), canaries.text())
        yield body


def _members(body: _Json, path: Path = ()) -> Iterator[Path]:
    keys: Iterable[str | int] = body if isinstance(body, dict) else range(len(body))
    for key in keys:
        yield (*path, key)
        inner = _at(body, (key,))
        if isinstance(inner, dict | list):
            yield from _members(cast("_Json", inner), (*path, key))


def _replace(body: _Json, path: Path, value: object) -> None:
    holder = cast("_Json", _at(body, path[:-1]))
    if isinstance(holder, dict):
        holder[str(path[-1])] = value
    elif isinstance(path[-1], int):
        holder[path[-1]] = value
    else:
        holder.append(value)


def _at(body: _Json, path: Path) -> object:
    found: Any = body
    for key in path:
        found = found[key]
    return found


def _send(eva: Caller, request_line: str, body: Body, canaries: Canaries) -> httpx2.Response:
    method, template = request_line.split()
    path = template.format(device_id=str(canaries.uuid()), purpose="marketing")
    return eva.service.http.request(method, path, json=body, headers=eva.headers)


def _is_refused(answer: httpx2.Response) -> bool:
    return answer.is_client_error or answer.json().get("accepted") == []
