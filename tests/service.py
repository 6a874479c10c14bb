"""The service as a caller meets it: over HTTP, signed in as somebody or as nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
from starlette.testclient import TestClient

from nabij.testing import ManualClock
from nabij_backend.identity import LocalIdentity

PURPOSE = "nearby-sources"
AMSTERDAM = "CRS3035RES1000mN3263000E3973000"


@dataclass(frozen=True, slots=True)
class Service:
    """A running service, its identity provider and its clock."""

    http: TestClient
    identity: LocalIdentity
    clock: ManualClock

    def caller(self, name: str = "eva") -> "Caller":
        """Somebody who is signed in."""
        return Caller(self, self.token(name))

    def token(self, name: str, lifetime: timedelta = timedelta(days=1)) -> str:
        """A token that says so."""
        return self.identity.issue(name, now=self.clock(), lifetime=lifetime)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token and a device."""

    service: Service
    token: str = field(repr=False)
    device_id: UUID = field(default_factory=uuid4)

    def get(self, path: str, **parameters: Any) -> httpx2.Response:
        """GET as this person."""
        return self.service.http.get(path, params=parameters, headers=self.headers)

    def post(self, path: str, body: object) -> httpx2.Response:
        """POST as this person."""
        return self.service.http.post(path, json=body, headers=self.headers)

    def put_status(self, *reports: dict[str, Any]) -> httpx2.Response:
        """Report as this person's device."""
        return self.service.http.put(
            f"/v1/devices/{self.device_id}/status",
            json={"platform": "linux", "reports": list(reports)},
            headers=self.headers,
        )

    def grant(self, signals: Sequence[str] = ("gps", "gsm", "wifi")) -> int:
        """Be shown the notice and agree; returns the epoch of the first signal."""
        answer = self.post("/v1/consents", self.act("granted", signals))
        assert answer.status_code == 201, answer.text
        permissions = {each["signal"]: each for each in answer.json()["permissions"]}
        return permissions[signals[0]]["epoch"]

    def act(self, kind: str, signals: Sequence[str]) -> dict[str, Any]:
        """An answer to the notice as it is shown now."""
        shown = self.get("/v1/notice").json()
        return {
            "id": str(uuid4()),
            "kind": kind,
            "purpose": PURPOSE,
            "signals": list(signals),
            "notice_version": shown["notice"]["version"],
            "nonce": shown["nonce"],
            "device_id": str(self.device_id),
            "occurred_at": self.service.clock().isoformat(),
        }

    def withdraw(self, **scope: Any) -> httpx2.Response:
        """Take consent back."""
        body = {
            "id": str(uuid4()),
            "device_id": str(self.device_id),
            "occurred_at": self.service.clock().isoformat(),
        }
        return self.post("/v1/consents/withdrawals", body | scope)

    def gps(self, epoch: int, cell: str = AMSTERDAM) -> dict[str, Any]:
        """A report of a square."""
        return {**self._report("gps", epoch), "cell": cell}

    def gsm(self, epoch: int) -> dict[str, Any]:
        """A report of the mobile network."""
        state = {"radio": "4g", "connected": True, "roaming": False, "level": 3}
        return {**self._report("gsm", epoch), **state}

    def wifi(self, epoch: int) -> dict[str, Any]:
        """A report of Wi-Fi."""
        return {**self._report("wifi", epoch), "connected": True, "metered": False, "level": 4}

    @property
    def headers(self) -> dict[str, str]:
        """How the person is told apart."""
        return {"Authorization": f"Bearer {self.token}"}

    def _report(self, signal: str, epoch: int) -> dict[str, Any]:
        hour = self.service.clock().replace(minute=0, second=0, microsecond=0)
        return {
            "id": str(uuid4()),
            "purpose": PURPOSE,
            "signal": signal,
            "epoch": epoch,
            "hour": hour.isoformat(),
        }
