"""docs/sdk/fields.md lists every field that leaves a device, and none besides.

A real client makes every call that it can make, and each request is taken apart on its way.
"""

import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import cast
from uuid import uuid4

import httpx2
import pytest

import nabij
from nabij_consent import NEARBY_SOURCES
from tests.contract.phones import Handset
from tests.contract.running import RunningService

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "sdk" / "fields.md"
_ROW = re.compile(r"^\| `([A-Z]+ /[^`]*)` \| ([^|]+) \|", re.MULTILINE)
_OF_SOME_CALLS = {"authorization", "last-event-id", "if-none-match"}
_SAID_LATER = {
    # heard in tests/sdk/test_receipts.py
    ("POST /v1/consents/withdrawals", "If-Match:"),
    ("GET /v1/events", "Last-Event-Id:"),  # heard in tests/sdk/test_listening.py
    ("GET /v1/places/all", "If-None-Match:"),  # in tests/sdk/test_places.py
}
_ASK_NOBODY = {
    *(
        "close",
        "permission",
        "permission_report",
        "pending",
        "preview",
        "catalogue",
        *("forget_places", "square", "mark_quiet", "quiet_places", "unmark_quiet"),
        *("receipts", "on_receipt"),
        "live",
        "ask",
        "on_change",
        "collect",
    ),
}


class Wire:
    """Takes requests apart: which call has which fields. Values are thrown away."""

    def __init__(self) -> None:
        paths = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))["paths"]
        self._templates = {
            template: re.compile(re.sub(r"\{\w+\}", "[^/]+", template)) for template in paths
        }
        self.fields: set[tuple[str, str]] = set()

    def hear(self, request: httpx2.Request) -> None:
        """A request is about to leave."""
        call = f"{request.method} {self._template(request.url.path)}"
        body = json.loads(request.content) if request.content else None
        found = [
            *re.findall(r"\{\w+\}", call),
            *(f"?{name}" for name in request.url.params),
            *_members(body),
        ]
        self.fields |= {(call, field) for field in found}
        for name in request.headers:
            of = call if name in _OF_SOME_CALLS else "ANY /"
            self.fields.add((of, f"{name.title()}:"))

    def _template(self, path: str) -> str:
        (template,) = (name for name, shape in self._templates.items() if shape.fullmatch(path))
        return template


def _members(body: object, before: str = "") -> Iterator[str]:
    match body:
        case dict():
            for name, value in cast("dict[str, object]", body).items():
                yield from _members(value, f"{before}.{name}" if before else name)
        case list() if any(isinstance(each, dict) for each in cast("list[object]", body)):
            for each in cast("list[object]", body):
                yield from _members(each, f"{before}[]")
        case None if not before:
            return
        case _:
            yield before


def exercise(client: nabij.Client) -> set[str]:
    """Make every call, with all that it can tell; returns the names of the methods."""
    assert client.prompt("nl") is not None
    notice = client.notice("nl")
    client.grant(notice, ["gps", "gsm", "wifi"])
    client.collect()
    client.report()
    client.step()
    client.refresh()
    client.nearby()
    client.nearby_at(client.places("Utrecht")[0].cell)
    client.refresh()
    client.devices()
    client.statuses()
    client.push_token("a-token-that-nobody-has")
    client.push_token(None)
    client.defer(notice, ["gsm"])
    client.refuse(notice, ["wifi"])
    assert list(islice(client.changes(), 1))
    client.withdraw(["gps"], purpose=NEARBY_SOURCES)
    return {
        *(
            "prompt",
            "notice",
            "grant",
            "report",
            "refresh",
            "nearby",
            "nearby_at",
            "places",
            "devices",
        ),
        "statuses",
        *("push_token", "defer", "refuse", "changes", "withdraw", "step"),
    }


@pytest.fixture(scope="module")
def wire(shared: RunningService) -> Wire:
    """All that a client says."""
    heard = Wire()
    token = shared.token(f"somebody-{uuid4()}")
    hooks = {"request": [heard.hear]}
    with (
        httpx2.Client(event_hooks=hooks) as http,
        httpx2.Client(event_hooks=hooks) as public_http,
    ):
        connect = partial(
            nabij.Client,
            shared.address,
            token=token,
            http=http,
            public_http=public_http,
            sensors=Handset().sensors,
        )
        with connect(coarsening="plain") as client:
            called = exercise(client)
        with connect() as set_up_anew:
            set_up_anew.grant(set_up_anew.notice("nl"), ["gps"])
            set_up_anew.refresh()
    public = {name for name in dir(nabij.Client) if not name.startswith("_")}
    assert called | _ASK_NOBODY == public, "exercise a new method here, or say that it asks nobody"
    return heard


def listed() -> set[tuple[str, str]]:
    """The rows of the page."""
    rows = cast("list[tuple[str, str]]", _ROW.findall(PAGE.read_text(encoding="utf-8")))
    return {(call, field) for call, fields in rows for field in re.findall(r"`([^`]+)`", fields)}


def test_every_field_that_leaves_a_device_is_listed(wire: Wire) -> None:
    assert wire.fields - listed() == set()


def test_nothing_is_listed_that_never_leaves(wire: Wire) -> None:
    assert listed() - wire.fields == _SAID_LATER
