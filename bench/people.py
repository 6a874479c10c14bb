"""People who allow gps, so many as are wanted, and their devices."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, LiteralString
from uuid import UUID, uuid4

from bench.installation import Installation
from bench.load import Request
from nabij_backend.identity import LocalIdentity

_TOKEN_LIFE: Final = timedelta(hours=4)
_CELL: Final = "CRS3035RES1000mN3263000E3973000"

# Each is what the service would have written; triggers are left out, which look at row after row.
FILL: Final[tuple[LiteralString, ...]] = (
    """
    CREATE TEMPORARY TABLE newcomer AS
    SELECT gen_random_uuid() AS subject_id, gen_random_uuid() AS nonce,
           sha256(uuid_send(gen_random_uuid())) AS leaf_hash,
           date_trunc('milliseconds', now()) AS at
    FROM generate_series(1, %s)
    """,
    "SET LOCAL session_replication_role = replica",
    "INSERT INTO subject (subject_id) SELECT subject_id FROM newcomer",
    """
    INSERT INTO notice_served (subject_id, nonce, notice_version, locale, served_at, used_at)
    SELECT subject_id, nonce, 1, 'nl', at, at FROM newcomer
    """,
    """
    INSERT INTO consent_event
        (subject_id, number, event_id, kind, purpose, signals, notice_version, nonce, device_id,
         method, occurred_at, recorded_at, salt, leaf_hash)
    SELECT subject_id, 1, gen_random_uuid(), 'granted', 'nearby-sources', '{gps}', 1, nonce,
           gen_random_uuid(), 'app', at, at, substring(leaf_hash FOR 16), leaf_hash
    FROM newcomer
    """,
    """
    INSERT INTO live_grant
        (subject_id, purpose, signal, epoch, begun_number, resolution_m, event_number,
         notice_version, granted_at, expires_at, retention_days)
    SELECT subject_id, 'nearby-sources', 'gps', epoch_of(leaf_hash), 1, 1000, 1, 1, at,
           at + interval '30 days', 30
    FROM newcomer
    """,
    """
    INSERT INTO identity (subject_id, digest)
    SELECT subject_id, sha256(uuid_send(gen_random_uuid())) FROM newcomer
    """,
)
_LET_SIGN_IN: Final = "UPDATE identity SET digest = %s WHERE subject_id = %s"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who allows gps, with a device and a token that lasts for hours."""

    device_id: UUID
    epoch: int
    token: str

    def asking(
        self, method: str, path: str, document: object = None, *, accept_encoding: str = "identity"
    ) -> Request:
        """Return a request of this person."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": accept_encoding}
        if document is None:
            return Request(method, path, headers)
        body = json.dumps(document).encode()
        return Request(method, path, headers | {"Content-Type": "application/json"}, body)

    def reporting(self, reports: int = 1) -> Request:
        """Return a report of so many squares, an hour apart."""
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        told = [
            {
                "id": str(uuid4()),
                "purpose": "nearby-sources",
                "epoch": self.epoch,
                "hour": (hour - timedelta(hours=back)).isoformat(),
                "signal": "gps",
                "cell": _CELL,
            }
            for back in range(reports)
        ]
        document = {"platform": "linux", "reports": told}
        return self.asking("PUT", f"/v1/devices/{self.device_id}/status", document)


def people(here: Installation, count: int, *, signed_in: int = 256) -> list[Person]:
    """Add so many people who allow gps; of them, these are signed in."""
    identity = LocalIdentity.open(here.folder)
    key = (here.folder / "pseudonym.key").read_bytes()
    now = datetime.now(UTC)
    made: list[Person] = []
    with here.connect() as connection, connection.transaction():
        for statement in FILL:
            connection.execute(statement, [count] if "%s" in statement else None)
        epochs = connection.execute(
            "SELECT subject_id, epoch FROM live_grant JOIN newcomer USING (subject_id) LIMIT %s",
            [signed_in],
        ).fetchall()
        for subject_id, epoch in epochs:
            token = identity.issue(str(subject_id), now=now, lifetime=_TOKEN_LIFE)
            sign_in = asyncio.run(identity.verify(token, now=now))
            connection.execute(_LET_SIGN_IN, [sign_in.digest(key), subject_id])
            made.append(Person(uuid4(), epoch, token))
        connection.execute("DROP TABLE newcomer")
    here.settle()
    return made
