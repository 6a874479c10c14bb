"""An installation in one folder, with the logins that docker-compose.yml gives its containers.

PostgreSQL, its standby, ``nabij serve`` and ``nabij worker`` run as processes. What is on the disks
of the database can be lost and put back; keys, ledger and backups lie on other ones.
"""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from nabij_dev import embedded
from nabij_dev.embedded.account import Account, server_account
from nabij_dev.embedded.binaries import find_programs, known_folders
from nabij_dev.embedded.home import find_home
from tests.architecture.workspace import ROOT
from tests.backend.cli.commands import PATIENCE_S, PROGRAM, Done, environment, run
from tests.keys import IDENTITY_KEY

_DATABASE = "nabij"
_ROLES = ROOT / "deploy" / "initdb" / "api-role.sh"
_NO_LIMITS = {"customer_rate": "0", "address_rate": "0"}
LOGINS = {"serve": "nabij_api", "worker": "nabij_work"}
# What earlier releases called it.
EARLIER_NAMES = {"work": "worker"}


@dataclass(slots=True)
class Installation:
    """A service, its worker and its database, in a folder.

    Attributes:
        folder: where all of it lies.
        more_settings: those of `serve` and `worker` besides.
        packages: where an earlier release lies; empty: this one runs.
    """

    folder: Path
    more_settings: dict[str, str] = field(default_factory=dict[str, str])
    packages: Sequence[Path] = ()
    _database: ExitStack = field(default_factory=ExitStack)
    _standby: ExitStack = field(default_factory=ExitStack)
    _cluster: embedded.Cluster = field(init=False)

    @property
    def backup(self) -> Path:
        """Disks that do not fail with the database."""
        return self.folder / "backup"

    @property
    def keys(self) -> Path:
        """The folder of signing keys."""
        return self.folder / "keys"

    @property
    def ledger(self) -> Path:
        """The ledger of erasures."""
        return self.folder / "ledger" / "erasures.jsonl"

    @property
    def standby(self) -> Path:
        """Where the standby has its data."""
        return self.folder / "standby" / "data"

    @property
    def socket(self) -> Path:
        """The folder of PostgreSQL's socket."""
        return self._cluster.socket

    @property
    def settings(self) -> dict[str, str]:
        """What `nabij serve` needs, with the login that migrates."""
        return {
            "data_folder": str(self.folder / "data"),
            "database_url": self.url(),
            "identity_key": IDENTITY_KEY,
            "signing_keys": str(self.keys),
            "erasure_ledger": str(self.ledger),
        }

    def settings_of(self, command: str) -> dict[str, str]:
        """What `serve` or `worker` gets, with its own login."""
        login = LOGINS[EARLIER_NAMES.get(command, command)]
        own = {"database_url": self.url(login), "work_in_process": "false"}
        return self.settings | own | self.more_settings

    def url(self, login: str = "postgres") -> str:
        """The address of the database, for a login: of whichever of both hosts can be written."""
        hosts = f"{self._cluster.socket},{self.standby.parent}"
        return (
            f"postgresql://{login}@/{_DATABASE}?host={quote(hosts, safe='')}"
            "&target_session_attrs=read-write"
        )

    @contextmanager
    def superuser(self) -> Generator[psycopg.Connection]:
        """A connection that sees everything; each statement commits by itself."""
        options = "-c search_path=nabij,public -c default_transaction_read_only=off"
        with psycopg.connect(
            self.url(), autocommit=True, options=options, target_session_attrs="any"
        ) as connection:
            yield connection

    def nabij(self, *arguments: str, **changed: str) -> Done:
        """Run a command, with some settings changed."""
        return run(*arguments, cwd=self.folder, **(self.settings | changed))

    def shell(self, command: str) -> Done:
        """Run a command of the runbook as whoever administers the installation."""
        own = {
            "BACKUP": str(self.backup),
            "STANDBY": str(self.standby),
            "STANDBY_URL": f"postgresql://postgres@/?host={quote(str(self.standby.parent))}",
            "PATH": f"{PROGRAM.parent}:{_programs()}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            ["/bin/sh", "-euc", command],
            cwd=self.folder,
            env=self._environment(self.settings) | own,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Let Python look into the packages of the release before its own."""
        return environment(settings) | {"PYTHONPATH": os.pathsep.join(map(str, self.packages))}

    def start_database(self) -> None:
        """Start PostgreSQL on what its disks hold."""
        self._cluster = self._database.enter_context(embedded.cluster(self.folder))

    def stop_database(self) -> None:
        """Stop it; whoever is connected is cut off."""
        self._database.close()

    def start_standby(self) -> None:
        """Start PostgreSQL as the standby that `pg_basebackup` made."""
        account = server_account()
        _give_to(account, self.standby.parent)
        with (self.folder / "standby.log").open("wb") as log:
            started = account.start(
                [
                    str(_programs() / "postgres"),
                    f"-D{self.standby}",
                    f"--unix_socket_directories={self.standby.parent}",
                    "--listen_addresses=",
                ],
                output=log.fileno(),
            )
        self._standby.callback(started.wait, PATIENCE_S)
        self._standby.callback(started.send_signal, signal.SIGINT)

    def stop_standby(self) -> None:
        """Stop it, if it was started."""
        self._standby.close()

    def make_logins(self) -> None:
        """Make a database and the logins, by the script of docker-compose.yml."""
        with psycopg.connect(self._cluster.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE nabij")
        secrets = self.folder / "secrets"
        secrets.mkdir()
        for login in LOGINS.values():
            (secrets / f"{login}_password").write_text("not asked for on a socket of one's own")
        script = _ROLES.read_text(encoding="utf-8").replace("/run/secrets", str(secrets))
        variables = {
            "POSTGRES_USER": "postgres",
            "POSTGRES_DB": _DATABASE,
            "PGHOST": str(self._cluster.socket),
            "PATH": f"{_programs()}:{os.environ['PATH']}",
        }
        subprocess.run(["/bin/sh", "-c", script], env=variables, check=True, timeout=PATIENCE_S)

    def restore_disks(self) -> None:
        """Put the base backup where PostgreSQL has its data."""
        account = server_account()
        data = find_home(self.folder, account).data
        shutil.rmtree(data)
        shutil.copytree(self.backup / "database", data)
        _give_to(account, data)

    @contextmanager
    def running(self, command: str, *arguments: str) -> Generator[Mapping[str, object]]:
        """Run `serve` or `worker` with its own login; what it says when it is up."""
        with (
            (self.folder / f"{command}.log").open("ab") as log,
            subprocess.Popen(
                [PROGRAM, command, *arguments, "--json"],
                cwd=self.folder,
                env=self._environment(_NO_LIMITS | self.settings_of(command)),
                stdout=subprocess.PIPE,
                stderr=log,
            ) as process,
        ):
            assert process.stdout is not None
            try:
                yield json.loads(process.stdout.readline())
            finally:
                process.terminate()


def _give_to(account: Account, folder: Path) -> None:
    """Make PostgreSQL's account the owner, as it demands."""
    for path in (folder, *folder.rglob("*")):
        account.take(path)
    folder.chmod(0o700)


def _programs() -> Path:
    return find_programs(known_folders(), None)


@contextmanager
def installed(folder: Path) -> Generator[Installation]:
    """An installation that runs, with keys and without a notice."""
    at = Installation(folder)
    for each in (at.backup, at.ledger.parent, at.standby.parent, folder / "data"):
        each.mkdir()
    with ExitStack() as parts:
        at.start_database()
        parts.callback(at.stop_database)
        parts.callback(at.stop_standby)
        at.make_logins()
        yield at
