"""What is refused was never written: not to a heap, an index or the WAL.

A transaction that is rolled back leaves what it wrote in the files. So every request with a body is
made wrong, one member after the other, with values in all the others that are found again; then
every file of the database and its WAL are searched for them.
"""

from uuid import UUID

import httpx2
import psycopg
import pytest

from nabij_backend.app import described_api
from tests.canary.bodies import BODIES, Body, refusal, wrong_bodies
from tests.canary.files import DataDirectory
from tests.canary.values import Canaries
from tests.service import Caller, Service

# Of a device that is not there, of sources that are not there, under an epoch that is none.
_REFUSED_AS_IT_IS = {
    "PUT /v1/devices/{device_id}/status",
    "PUT /v1/devices/{device_id}/push-token",
    "PUT /v1/devices/{device_id}/acknowledgement",
    "PUT /v1/me/choices",
    "POST /v1/session/local",
}


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
        for body in wrong_bodies(make, eva, canaries):
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


def _send(eva: Caller, request_line: str, body: Body, canaries: Canaries) -> httpx2.Response:
    method, template = request_line.split()
    path = template.format(device_id=str(canaries.uuid()), purpose="marketing")
    return eva.service.http.request(method, path, json=body, headers=eva.headers)


def _is_refused(answer: httpx2.Response) -> bool:
    return answer.is_client_error or answer.json().get("accepted") == []
