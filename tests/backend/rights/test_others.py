"""Every operation that is about a person, called by somebody else: sees nothing, changes nothing.

The operations come from ``openapi.json``, so that a new one is called too. One whose path or body
nobody has described here fails.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest

from tests.backend.rights.people import give_mandate, reporting, rows_about, subject_of
from tests.fixtures import ROOT
from tests.service import AMSTERDAM, Caller, Service

WITHOUT_SIGNING_IN = {"/v1/notice"}
_LENGTH_OF_A_NUMBER = 30


@dataclass(frozen=True)
class Operation:
    """Something that the service does for somebody."""

    method: str
    path: str
    has_body: bool
    streams: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Victim:
    """Whose rows nobody else may see or change, and all that names them."""

    subject_id: UUID
    device_id: UUID
    event_id: UUID
    mandate_id: UUID
    number: int

    @property
    def parameters(self) -> Mapping[str, object]:
        """What may stand in a path."""
        return {
            "device_id": self.device_id,
            "event_id": self.event_id,
            "purpose": "marketing",
        }

    def own(self, rows: Mapping[str, Sequence[Mapping[str, object]]]) -> set[str]:
        """All that is told apart by its length, numbers and hashes, but for what callers send."""
        values = {str(value) for table in rows.values() for row in table for value in row.values()}
        sent = {str(self.device_id), str(self.event_id)}
        return {value for value in values if len(value) >= _LENGTH_OF_A_NUMBER} - sent

    def body(self, path: str) -> object:
        """What may be sent to a path, about the victim wherever it names anybody."""
        act = {
            "id": str(self.event_id),
            "device_id": str(self.device_id),
            "occurred_at": "2026-06-01T09:30:00Z",
        }
        answer = {"kind": "refused", "purpose": "nearby-sources", "signals": ["gps"]}
        bodies: dict[str, object] = {
            "/v1/consents": {**act, **answer, "notice_version": 1},
            "/v1/consents/withdrawals": act,
            "/v1/devices/{device_id}/status": {"platform": "linux", "reports": [self._report()]},
            "/v1/devices/{device_id}/push-token": {"push_token": "token-of-somebody-else"},
            "/v1/devices/{device_id}/acknowledgement": {"number": self.number},
            "/v1/me/objections/{purpose}": {"device_id": str(self.device_id)},
            "/v1/me/choices": {"source_ids": ["roof"]},
        }
        return bodies[path]

    def _report(self) -> dict[str, object]:
        return {
            "id": str(uuid4()),
            "purpose": "nearby-sources",
            "signal": "gps",
            "epoch": self.number,
            "hour": "2026-06-01T09:00:00Z",
            "cell": AMSTERDAM,
        }


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Those that take a token."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            if "security" in described:
                contents = described["responses"].get("200", {}).get("content", {})
                streams = "text/event-stream" in contents
                yield Operation(method.upper(), path, "requestBody" in described, streams)


OPERATIONS = tuple(operations(json.loads((ROOT / "openapi.json").read_text())))


def send(
    operation: Operation, victim: Victim, service: Service, headers: dict[str, str]
) -> httpx2.Response:
    """Call the operation with all that names the victim."""
    path = operation.path.format_map(victim.parameters)
    body = victim.body(operation.path) if operation.has_body else None
    return service.http.request(operation.method, path, json=body, headers=headers)


@pytest.fixture(scope="module")
def victim(shared_service: Service, shared_superuser: psycopg.Connection) -> Victim:
    """Somebody who agreed and reported, and for whom somebody else may act."""
    eva = reporting(shared_service, "eva")
    subject_id = subject_of(shared_superuser, eva)
    bob = subject_of(shared_superuser, reporting(shared_service, "bob"))
    mandate_id = give_mandate(shared_superuser, subject_id, bob)
    ((event_id, number),) = shared_superuser.execute(
        "SELECT event_id, number FROM consent_event WHERE subject_id = %s", [subject_id]
    ).fetchall()
    return Victim(subject_id, eva.device_id, event_id, mandate_id, number)


@pytest.fixture
def stranger(shared_service: Service) -> Caller:
    """Somebody else, who has agreed to the same."""
    stranger = shared_service.caller(uuid4().hex)
    stranger.grant()
    return stranger


@pytest.mark.parametrize("with_mandate", [False, True])
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if not each.streams], ids=str)
def test_somebody_else_sees_nothing_and_changes_nothing(
    shared_superuser: psycopg.Connection,
    victim: Victim,
    stranger: Caller,
    operation: Operation,
    with_mandate: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    before = rows_about(shared_superuser, victim.subject_id)
    mandate = {"Nabij-Mandate": str(victim.mandate_id)} if with_mandate else {}
    answer = send(operation, victim, stranger.service, {**stranger.headers, **mandate})
    assert rows_about(shared_superuser, victim.subject_id) == before
    assert answer.status_code < 500
    assert AMSTERDAM in victim.own(before)
    assert not any(own in answer.text for own in victim.own(before))
    if with_mandate:
        assert answer.status_code == 403


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_without_a_token_nobody_is_let_in(
    shared_service: Service, victim: Victim, operation: Operation
) -> None:
    answer = send(operation, victim, shared_service, {})
    assert (answer.status_code == 401) == (operation.path not in WITHOUT_SIGNING_IN)


def test_an_operation_that_nobody_described_here_fails(victim: Victim) -> None:
    with pytest.raises(KeyError):
        "/v1/friends/{friend_id}".format_map(victim.parameters)
    with pytest.raises(KeyError):
        victim.body("/v1/friends")


def test_operations_about_people_are_found() -> None:
    assert {"GET /v1/me/export", "DELETE /v1/me"} <= {str(each) for each in OPERATIONS}
