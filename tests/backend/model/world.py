"""The real service and its database, as the state machine meets them."""

import asyncio
import os
from collections.abc import Generator, Iterable
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2

from nabij_backend.audit.findings import AuditFault, Findings
from nabij_backend.audit.service import audit
from nabij_backend.db import Connection, Database, Role, connection_as, transaction_as
from nabij_backend.identity import SignIn
from nabij_backend.identity.keys import identity_key, installation_of
from nabij_backend.identity.local import ISSUER
from nabij_backend.log.documents import read_checkpoint
from nabij_backend.log.sequencer import sequence_once
from nabij_backend.retention.service import Scope, sweep_once
from nabij_backend.rights.erasure import ledger
from nabij_backend.rights.erasure.after_restore import Ledgers, carry_out, plan
from nabij_backend.runtime import Runtime
from tests.backend.log.sequencing import signer_of
from tests.backend.model.model import Act, Published, Report
from tests.backend.restoring import known_file
from tests.backend.retention.sweeping import at
from tests.databases import Backup
from tests.databases import Database as Stored
from tests.service import PURPOSE, Caller, Service

_STATUSES = """
SELECT signal, device_id, hour, value FROM (
    SELECT subject_id, signal::text, device_id, hour, cell AS value FROM gps_status
    UNION ALL
    SELECT subject_id, signal::text, device_id, hour, connected::integer::text FROM gsm_status
    UNION ALL
    SELECT subject_id, signal::text, device_id, hour, connected::integer::text FROM wifi_status
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


class Background:
    """What happens without anybody asking, on connections that stay open between the steps."""

    def __init__(
        self, service: Service, runner: asyncio.Runner, worker: Connection, database: Database
    ) -> None:
        self._settings = service.settings
        self._clock = service.clock
        self._runner = runner
        self._worker = worker
        self._means = Runtime(service.settings, database, service.clock, uuid4, os.urandom)
        self._signer = signer_of(service.settings)

    def place_acts(self) -> None:
        """Let every act have its place in the log."""
        self._runner.run(sequence_once(self._worker, self._signer, self._clock()))

    def sweep(self) -> None:
        """What time ends, once around."""
        self._runner.run(
            sweep_once(
                self._worker, self._means, Scope(beyond_share=True), clocks_of=at(self._clock())
            )
        )

    def mend(self, key: bytes, checkpoint: str | None) -> None:
        """What `nabij restore-check` does before anybody is served."""
        self._runner.run(self._mend(key, checkpoint))

    async def _mend(self, key: bytes, checkpoint: str | None) -> None:
        known = [] if checkpoint is None else [read_checkpoint(checkpoint, self._signer.public())]
        erasures = ledger.read([ledger.ledger_file(self._settings)], installation_of(key))
        since = self._means.clock() - timedelta(days=self._settings.backup_days)
        async with transaction_as(
            Role.AUDITOR, self._settings.required_database_url, snapshot=True
        ) as connection:
            ledgers = Ledgers(erasures, since)
            agreed = await plan(connection, key, ledgers, known, self._means.clock())
        await carry_out(agreed, self._means, self._signer)

    def faults(self) -> dict[AuditFault, int]:
        """What `nabij fsck` finds."""
        return dict(self._runner.run(self._audited()).counts)

    async def _audited(self) -> Findings:
        async with transaction_as(
            Role.AUDITOR, self._settings.required_database_url, snapshot=True
        ) as connection:
            return await audit(connection, self._signer.public(), (), lambda _done: None)


@contextmanager
def in_background(service: Service) -> Generator[Background]:
    """The background of a service, which ends with the block."""
    database = Database(service.settings, new_id=uuid4)
    url = service.settings.required_database_url
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        worker = runner.run(stack.enter_async_context(connection_as(Role.WORKER, url)))
        stack.push_async_callback(database.close)
        runner.run(database.open())
        try:
            yield Background(service, runner, worker, database)
        finally:
            runner.run(stack.aclose())


class World:
    """What the machine can do and see; each person has two devices.

    Attributes:
        service: what everybody calls.
        background: what happens by itself.
        steps: how many things have happened.
    """

    def __init__(
        self,
        service: Service,
        background: Background,
        database: Stored,
        names: Iterable[str],
    ) -> None:
        self.service = service
        self.background = background
        self.steps = 0
        self._database = database
        self._superuser = database.superuser()
        self._devices = {name: (uuid4(), uuid4()) for name in names}
        self._key = identity_key(service.settings)
        ledger.ledger_file(service.settings).touch()  # nobody was erased so far
        self._begins_at = service.clock()
        self._begins_with = database.backup()

    def begin(self) -> None:
        """As it was at first: only a notice is there."""
        self.service.clock.advance(self._begins_at - self.service.clock())
        self._database.restore(self._begins_with)
        known_file(self.service.settings).unlink(missing_ok=True)

    def erase(self, name: str) -> int:
        """Erase the account; the status of the answer."""
        caller = self.caller(name)
        return self.service.http.delete("/v1/me", headers=caller.headers).status_code

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
            body = caller.gsm(report.epoch, connected=report.value)
        else:
            body = caller.wifi(report.epoch, connected=report.value)
        return caller.put_status(body | {"hour": report.hour.isoformat()})

    def statuses(self, name: str) -> dict[tuple[str, int], tuple[Any, str | bool]]:
        """What is kept about somebody, as the superuser sees it."""
        rows: list[tuple[str, UUID, Any, str]] = self._superuser.execute(
            _STATUSES, [SignIn(ISSUER, name).digest(self._key)]
        ).fetchall()
        return {
            (signal, self._devices[name].index(device)): (
                hour,
                value if signal == "gps" else value == "1",
            )
            for signal, device, hour, value in rows
        }

    def place_acts(self) -> int:
        """Let every act have its place in the log; returns how many have one."""
        self.background.place_acts()
        ((leaves,),) = self._superuser.execute("SELECT count(*) FROM consent_leaf").fetchall()
        return leaves

    def back_up(self) -> Backup:
        """All rows, by table."""
        return self._database.backup()

    def restore(self, backup: Backup) -> None:
        """Bring the rows back, and mend what that undid.

        The ledger and the newest checkpoint were kept elsewhere, so they are of now.
        """
        answer = self.service.http.get("/v1/log/checkpoint")
        kept = answer.json()["checkpoint"] if answer.is_success else None
        self._database.restore(backup)
        self.background.mend(self._key, kept)

    def uncovered(self) -> int:
        """How many statuses there are without a grant, of anybody."""
        ((number,),) = self._superuser.execute(_UNCOVERED).fetchall()
        return number
