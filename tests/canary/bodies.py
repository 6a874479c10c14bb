"""A body for each request that has one, and what is wrong with it if one member is."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, cast

from tests.canary.values import Canaries
from tests.service import PURPOSE, CallerOf

Body: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]
_Json: TypeAlias = dict[str, Any] | list[Any]


def consent(eva: CallerOf[Any], canaries: Canaries) -> Body:
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


def refusal(eva: CallerOf[Any], canaries: Canaries) -> Body:
    return {**consent(eva, canaries), "kind": "refused", "nonce": None}


def withdrawal(eva: CallerOf[Any], canaries: Canaries) -> Body:
    return {
        "id": str(canaries.uuid()),
        "purpose": PURPOSE,
        "signals": ["gps"],
        "device_id": str(canaries.uuid()),
        "occurred_at": eva.service.clock().isoformat(),
    }


def objecting(eva: CallerOf[Any], canaries: Canaries) -> Body:
    return {"id": str(canaries.uuid()), "occurred_at": eva.service.clock().isoformat()} | {
        "device_id": str(canaries.uuid())
    }


def batch(eva: CallerOf[Any], canaries: Canaries) -> Body:
    reports = [eva.gps(1), eva.gsm(1), eva.wifi(1)]
    return {
        "platform": "ios",
        "reports": [{**each, "id": str(canaries.uuid()), "epoch": 99} for each in reports],
    }


def push_token(_eva: CallerOf[Any], canaries: Canaries) -> Body:
    return {"push_token": canaries.text()}


def choices(_eva: CallerOf[Any], canaries: Canaries) -> Body:
    return {"source_ids": [canaries.text(), str(canaries.uuid())]}


Make: TypeAlias = Callable[[CallerOf[Any], Canaries], Body]

# Right, but for a device, sources or a customer that are not there, and an epoch that is none.
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

_WRONG: tuple[Callable[[], object], ...] = (lambda: 2**40, lambda: -1, list, lambda: None)


def wrong_bodies(make: Make, eva: CallerOf[Any], canaries: Canaries) -> Iterator[Body]:
    """Make a body with each member replaced in turn, and with one that nobody knows."""
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
