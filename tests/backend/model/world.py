"""The real service and its database, as the state machine meets them."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg

from nabij_backend.identity import SignIn
from nabij_backend.identity.keys import identity_key
from nabij_backend.identity.local import ISSUER
from tests.backend.model.model import Act, Published, Report
from tests.service import PURPOSE, Caller, Service

_STATUSES = """
SELECT signal, device_id, hour, value FROM (
    SELECT subject_id, signal::text, device_id, hour, cell AS value FROM gps_status
    UNION ALL SELECT subject_id, signal::text, device_id, hour, level::text FROM gsm_status
    UNION ALL SELECT subject_id, signal::text, device_id, hour, level::text FROM wifi_status
) AS status JOIN identity USING (subject_id) WHERE digest = %s
"""
_UNCOVERED = """
SELECT count(*) FROM (
    SELECT subject_id, purpose, signal FROM gps_status
    UNION ALL SELECT subject_id, purpose, signal FROM gsm_status
    UNION ALL SELECT subject_id, purpose, signal FROM wifi_status
) AS status
LEFT JOIN live_grant USING (subject_id, purpose, signal) WHERE epoch IS NULL
"""


class World:
    """What the machine can do and see; each person has two devices."""

    def __init__(self, service: Service, superuser: psycopg.Connection) -> None:
        self.service = service
        self._superuser = superuser
        self._devices: dict[str, tuple[UUID, UUID]] = {}
        self._key = identity_key(service.settings)

    def meet(self, name: str) -> None:
        """Somebody new, with two devices."""
        self._devices[name] = (uuid4(), uuid4())

    def device_id(self, name: str, device: int) -> UUID:
        """The first or second device of somebody."""
        return self._devices[name][device]

    def caller(self, name: str, device: int = 0) -> Caller:
        """Somebody, freshly signed in, on one of their devices."""
        return Caller(self.service, self.service.token(name), self.device_id(name, device))

    def notice(self) -> Published:
        """The notice that is current."""
        document = self.service.http.get("/v1/notice").json()["notice"]
        return Published(
            document["version"],
            document["material_since"],
            document["purposes"][0]["signals"][0]["resolution_m"],
        )

    def deliver(self, act: Act) -> httpx2.Response:
        """Say it to the service."""
        caller = self.caller(act.person, act.device)
        body: dict[str, Any] = {
            "id": str(act.id),
            "purpose": PURPOSE,
            "signals": list(act.signals),
            "device_id": str(caller.device_id),
            "occurred_at": act.occurred_at.isoformat(),
        }
        if act.kind == "withdrawn":
            return caller.post("/v1/consents/withdrawals", body)
        shown = {"nonce": act.showing.nonce} if act.showing else {}
        return caller.post(
            "/v1/consents", body | {"kind": act.kind, "notice_version": act.version} | shown
        )

    def report(self, report: Report) -> httpx2.Response:
        """Send what a device read."""
        caller = self.caller(report.person, report.device)
        if isinstance(report.value, str):
            body = caller.gps(report.epoch, report.value)
        elif report.signal == "gsm":
            body = caller.gsm(report.epoch, level=report.value)
        else:
            body = caller.wifi(report.epoch, level=report.value)
        return caller.put_status(body | {"hour": report.hour.isoformat()})

    def statuses(self, name: str) -> dict[tuple[str, int], tuple[Any, str | int]]:
        """What is kept about somebody, as the superuser sees it."""
        rows: list[tuple[str, UUID, Any, str]] = self._superuser.execute(
            _STATUSES, [SignIn(ISSUER, name).digest(self._key)]
        ).fetchall()
        return {
            (signal, self._devices[name].index(device)): (
                hour,
                value if signal == "gps" else int(value),
            )
            for signal, device, hour, value in rows
        }

    def uncovered(self) -> int:
        """How many statuses there are without a grant, of anybody."""
        ((number,),) = self._superuser.execute(_UNCOVERED).fetchall()
        return number
