"""Upgrade an earlier release to this one under load, and look whether anybody noticed."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, Self

from psycopg.types.json import Jsonb
from pydantic import SecretStr

from nabij_backend.log.verification import check_receipt
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer
from nabij_consent import notice_digest, notice_document, read_notice
from nabij_dev import embedded
from tests.architecture.workspace import ROOT
from tests.backend.notices.filled import FILLED_NOTICE
from tests.contract.running import RunningService
from tests.rehearsal.installation import Installation, installed
from tests.rehearsal.load import Load, load_on
from tests.rehearsal.locks import watched
from tests.rehearsal.neighbours import free_port
from tests.rehearsal.patient import Patient
from tests.rehearsal.releases import Release

# The first release that goes on while the next one's schema is already there.
ROLLING_SINCE: Final = "0023"
# The first release that signs receipts: what was acknowledged before cannot be looked up.
RECEIPTS_SINCE: Final = "0003"
# Releases before it read notices of format 1 alone.
_FORMAT_2_SINCE: Final = "0007"
_KEYS_ARE_MADE_SINCE: Final = "0022"
_WORKER_SINCE: Final = "0025"
_OLD_NOTICE: Final = json.loads(
    (ROOT / "tests" / "consent" / "notice_of_format_1.json").read_text("utf-8")
)
_ACTS: Final = 5


@dataclass(frozen=True, slots=True)
class Upgraded:
    """How it went.

    Attributes:
        revision: what was upgraded.
        is_rolling: whether one host served while the other was replaced.
        acts: how many acts were acknowledged meanwhile.
        lost: how many of these are not in the log.
        requests: how many there were.
        retried: how many had to be asked more than once; each was answered in the end.
        told_anew: how many reports were refused once and told again under another epoch.
        answer_s: the longest wait for an answer.
        held_s: the longest that the migration kept a table to itself.
        waited_s: the longest that the service waited for a table.
    """

    revision: str
    is_rolling: bool
    acts: int
    lost: int
    requests: int
    retried: int
    told_anew: int
    answer_s: float
    held_s: float
    waited_s: float

    @property
    def is_good(self) -> bool:
        """Whether there were acts, and none was lost."""
        return self.acts > 0 and not self.lost


def upgrade(release: Release) -> Upgraded:
    """Begin with a release, and end with this one, in a folder that goes with it."""
    with embedded.temporary_folder() as folder, installed(folder) as at:
        is_rolling = release.revision >= ROLLING_SINCE
        ports = [free_port() for _ in range(1 + is_rolling)]
        at.packages = release.unpack(at.folder / "release")
        _begin(at, release)
        hosts = _Hosts(at, ports, "worker" if release.revision >= _WORKER_SINCE else "work")
        with hosts, Patient([f"http://127.0.0.1:{port}" for port in ports]) as transport:
            hosts.start_one_by_one()
            service = RunningService(transport.hosts[0], _settings(at))
            with load_on(service, transport) as load, watched(at) as locks, load.going_on():
                _let_act(load)
                if not is_rolling:
                    hosts.stop()
                at.packages, hosts.worker = (), "worker"
                _do(at, "nabij migrate")
                _do(at, "nabij keys init")
                if is_rolling:
                    _let_act(load)
                hosts.start_one_by_one()
                _let_act(load)
        return Upgraded(
            release.revision,
            is_rolling,
            len(load.receipts),
            _lost(at, load),
            transport.waits.requests,
            transport.waits.retried,
            load.told_anew,
            transport.waits.longest_s,
            locks.held_s,
            locks.waited_s,
        )


class _Hosts:
    """The hosts of an installation, each with a port, and its worker by the name it has now."""

    def __init__(self, at: Installation, ports: Sequence[int], worker: str) -> None:
        self._at = at
        self.worker = worker
        self._running = {port: ExitStack() for port in ports}
        self._worker = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop all."""
        self._worker.close()
        for host in self._running.values():
            host.close()

    def start_one_by_one(self) -> None:
        """Stop each that runs, and start it with what the installation has now."""
        self._worker.close()
        self._worker.enter_context(self._at.running(self.worker))
        for port, host in self._running.items():
            host.close()
            host.enter_context(self._at.running("serve", "--port", str(port)))


def _begin(at: Installation, release: Release) -> None:
    _do(at, "nabij migrate")
    if release.revision >= _KEYS_ARE_MADE_SINCE:
        _do(at, "nabij keys init")
    notice = read_notice(_OLD_NOTICE) if release.revision < _FORMAT_2_SINCE else FILLED_NOTICE
    document = _OLD_NOTICE if release.revision < _FORMAT_2_SINCE else notice_document(notice)
    with at.superuser() as connection:
        made = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        assert made == (release.revision,), "Another release ran."
        connection.execute(
            "INSERT INTO notice (version, digest, document, published_at)"
            " VALUES (1, %s, %s, now())",
            [notice_digest(notice), Jsonb(document)],
        )


def _do(at: Installation, command: str) -> None:
    done = at.shell(command)
    assert done.code == 0, done.err


def _let_act(load: Load) -> None:
    for _ in range(_ACTS):
        load.wait_for_another()


def _settings(at: Installation) -> Settings:
    return Settings(
        database_url=SecretStr(at.url()), data_folder=at.folder / "data", signing_keys=at.keys
    )


def _lost(at: Installation, load: Load) -> int:
    """How many of the acknowledged acts the log lacks."""
    keys = Signer.open(at.keys).public()
    with at.superuser() as connection:
        kept = {
            bytes(leaf)
            for (leaf,) in connection.execute(
                "SELECT leaf_hash FROM consent_leaf UNION SELECT leaf_hash FROM pending_leaf"
            )
        }
    return sum(check_receipt(text, keys).leaf_hash not in kept for text in load.receipts)
