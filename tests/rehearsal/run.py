"""Lose a database under load, put its backup back, and look what became of each promise."""

import asyncio
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr

import nabij
from nabij_backend.clock import utc_now
from nabij_backend.identity.keys import installation_of
from nabij_backend.log.documents import Checkpoint, read_checkpoint, read_inclusion
from nabij_backend.log.verification import check_inclusion, check_lost, check_receipt
from nabij_backend.rights.erasure.ledger import Erasure, append
from nabij_backend.settings import Settings
from nabij_backend.signing import PublicKeys, read_jwks
from nabij_dev import embedded
from tests.backend.cli.commands import PATIENCE_S, Done
from tests.backend.notices.filled import FILLED_NOTICE
from tests.backend.rights.people import rows_about
from tests.backend.waiting import until
from tests.contract.running import RunningService, make_up_sources
from tests.keys import IDENTITY_KEY
from tests.rehearsal.installation import Installation, installed
from tests.rehearsal.load import Customer, Load, load_on
from tests.rehearsal.runbook import commands

_SOURCES = 300
_ERASED = 3
_LATE = 4
_LETTER = re.compile(r"\w")
_STATE = """
SELECT (SELECT count(*) FROM consent_event), (SELECT count(*) FROM live_grant),
    (SELECT count(*) FROM subject), (SELECT count(*) FROM consent_log)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was looked at, what was found, and whether that is as promised."""

    what: str
    told: str
    is_good: bool


@dataclass(slots=True)
class Outcome:
    """What was found, by when it was looked at."""

    parts: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])

    @property
    def is_good(self) -> bool:
        """Whether all is as promised."""
        return all(each.is_good for rows in self.parts.values() for each in rows)


def run(progress: Callable[[str], None] = lambda _step: None) -> Outcome:
    """Rehearse a restore in a folder that goes with it."""
    outcome = Outcome()
    with embedded.temporary_folder() as folder, installed(folder) as at:
        for part, rows in _rehearse(at):
            outcome.parts[part] = rows
            progress(part)
    return outcome


def _rehearse(at: Installation) -> Iterator[tuple[str, list[Row]]]:
    yield "Begin", _as_printed(at, "Begin")
    make_up_sources(at.url(), count=_SOURCES)
    with at.running("serve", "--port", "0") as up, at.running("worker"):
        service = _service(at, str(up["url"]))
        service.publish(FILLED_NOTICE)
        with ExitStack() as parts:
            load = parts.enter_context(load_on(service))
            people = _People(load, parts)
            before = _kept(at, "before-the-backup.json")
            with load.going_on():
                load.wait_for_another()
                yield "Back up", _as_printed(at, "Back up")
                load.wait_for_another()
                people.act_after_the_backup()
            yield "What was acknowledged", people.acts()
            _lose_and_restore(at, load)
            yield "Restored, before the check", people.before_the_check(at)
            yield "Wrong ways", _wrong_ways(at, before)
            yield "Restore", _as_printed(at, "Restore")
            yield "After the check", people.after_the_check(at)
            yield "Fail over", _fail_over(at, load)
        for section in ("Several hosts", "Pooler", "Keys", "Upgrade"):
            yield section, _as_printed(at, section)


def _service(at: Installation, address: str) -> RunningService:
    settings = Settings(
        database_url=SecretStr(at.url()), data_folder=at.folder / "data", signing_keys=at.keys
    )
    return RunningService(address, settings)


def _as_printed(at: Installation, section: str) -> list[Row]:
    """Run what the runbook says, and take the last line that each command prints."""
    return [_printed(at, command) for command in commands(section)]


def _printed(at: Installation, command: str) -> Row:
    done = at.shell(command)
    said = [line for line in (done.out or done.err).splitlines() if _LETTER.search(line)]
    return Row(command, said[-1] if said else "", done.code == 0)


def _kept(at: Installation, name: str) -> Path:
    """The newest checkpoint, kept in a file."""
    file = at.backup / name
    _wait_for(lambda: at.nabij("log", "checkpoint", "--out", str(file)).code == 0)
    return file


def _lose_and_restore(at: Installation, load: Load) -> None:
    _wait_until_placed(at)
    at.stop_database()
    at.restore_disks()
    at.start_database()
    _wait_until_answered(load)


def _wait_until_placed(at: Installation) -> None:
    """Return when every act has its place, so that the newest checkpoint names all of them."""
    with at.superuser() as connection:
        _wait_for(lambda: connection.execute("SELECT FROM pending_leaf").fetchone() is None)


def _wait_until_answered(load: Load) -> None:
    """Return when the service has a connection to the database again."""
    _wait_for(lambda: load.http.get("/readyz").json().get("waiting_for") == ["log"])


def _wait_for(condition: Callable[[], bool]) -> None:
    asyncio.run(until(condition, PATIENCE_S))


def _fail_over(at: Installation, load: Load) -> list[Row]:
    """Let a standby take over under load; nothing that was acknowledged since is lost."""
    make, wait_for_it, *take_over = commands("Fail over")
    rows = [_printed(at, make)]
    at.start_standby()
    rows.append(_printed(at, wait_for_it))
    _wait_until_synchronous(at)
    before = len(load.receipts)
    customers = [load.customer() for _ in range(_LATE)]
    epochs = [load.grant(each) for each in customers]
    load.withdraw(customers[0])
    at.stop_database()
    rows += [_printed(at, command) for command in take_over]
    _wait_until_ready(load)
    accepted = [
        len(customer.put_status(customer.gps(epoch)).json()["accepted"])
        for customer, epoch in zip(customers, epochs, strict=True)
    ]
    acknowledged = len(load.receipts) - before
    live = f"{sum(accepted[1:])} of {_LATE - 1}"
    return [
        *rows,
        Row("acts acknowledged before it", str(acknowledged), acknowledged == _LATE + 1),
        Row("consents that live", live, sum(accepted[1:]) == _LATE - 1),
        Row("reports accepted under the one withdrawn", str(accepted[0]), accepted[0] == 0),
    ]


def _wait_until_synchronous(at: Installation) -> None:
    """Return when each commit waits for the standby."""
    with at.superuser() as connection:
        state = "SELECT FROM pg_stat_replication WHERE sync_state = 'sync'"
        _wait_for(lambda: connection.execute(state).fetchone() is not None)


def _wait_until_ready(load: Load) -> None:
    _wait_for(lambda: load.http.get("/readyz").is_success)


class _People:
    """Customers of whom something is to be remembered, and the phones of three of them."""

    def __init__(self, load: Load, parts: ExitStack) -> None:
        self._load = load
        self._stays, self._withdraws = (load.customer() for _ in range(2))
        self._erased = [load.customer() for _ in range(_ERASED)]
        self._epoch = load.grant(self._withdraws)
        for each in (self._stays, *self._erased):
            load.grant(each)
        self._phones = {
            name: parts.enter_context(_phone(load.service, name))
            for name in ("stays", "withdraws", "is-erased")
        }
        self._late = load.customer()
        self._subjects: list[Any] = []
        self._came_back = self._gone = 0

    def act_after_the_backup(self) -> None:
        """Withdraw, be erased and agree: all of it is lost with the database."""
        self._load.withdraw(self._withdraws)
        self._phones["withdraws"].withdraw()
        for each in (*self._erased, self._load.customer("is-erased")):
            self._gone += each.delete("/v1/me").is_success
        self._load.grant(self._late)

    def acts(self) -> list[Row]:
        """What there is to lose."""
        load = self._load
        return [
            Row("acts of consent", f"{len(load.receipts):,}", is_good=len(load.receipts) > 0),
            Row("withdrawals among them", f"{load.withdrawn:,}", is_good=load.withdrawn > 1),
            Row("people erased after the backup", str(self._gone), self._gone == _ERASED + 1),
        ]

    def before_the_check(self, at: Installation) -> list[Row]:
        """Nothing is written about anybody."""
        with at.superuser() as connection:
            state = _state(connection)
            self._subjects = [
                subject_id
                for (subject_id,) in connection.execute(
                    "SELECT DISTINCT subject_id FROM consent_event WHERE device_id = ANY(%s)",
                    [[each.device_id for each in self._erased]],
                )
            ]
            self._came_back = self._rows_of_erased(connection)
            answers = {
                "a withdrawal": self._stays.withdraw(),
                "a report under a consent withdrawn since": self._withdraws.put_status(
                    self._withdraws.gps(self._epoch)
                ),
                "the data of somebody erased since": self._erased[0].get("/v1/me/export"),
                "/readyz": self._load.http.get("/readyz"),
            }
            rows = [
                Row(what, str(answer.status_code), answer.status_code == 503)
                for what, answer in answers.items()
            ]
            unchanged = _state(connection) == state
        public = self._load.http.get("/v1/catalogue").status_code
        doctor = at.nabij("doctor", "--json")
        advice = " ".join(each["advice"] for each in doctor.json["findings"] if not each["well"])
        return [
            *rows,
            Row("rows about erased people", f"{self._came_back} are back", self._came_back > 0),
            Row("the catalogue", str(public), public == 200),
            Row("rows written meanwhile", "none" if unchanged else "some", unchanged),
            Row("nabij doctor", _first(advice), "nabij restore-check" in advice),
        ]

    def after_the_check(self, at: Installation) -> list[Row]:
        """Erased is erased, what may have been withdrawn has ended, every act has its place."""
        _wait_until_ready(self._load)
        keys = read_jwks(self._load.http.get("/.well-known/jwks.json").content)
        newest = read_checkpoint(
            self._load.http.get("/v1/log/checkpoint").json()["checkpoint"], keys
        )
        return [
            *self._erasures(at),
            *self._permissions(),
            *self._proofs(at, keys, newest),
            *self._phones_told(),
        ]

    def _erasures(self, at: Installation) -> list[Row]:
        with at.superuser() as connection:
            left = self._rows_of_erased(connection)
        allowed = sum(_allows(each) for each in self._erased)
        return [
            Row("rows about erased people", f"{left} of {self._came_back}", left == 0),
            Row("erased people who allow anything", str(allowed), allowed == 0),
        ]

    def _rows_of_erased(self, connection: psycopg.Connection) -> int:
        return sum(
            len(rows)
            for subject_id in self._subjects
            for rows in rows_about(connection, subject_id).values()
        )

    def _permissions(self) -> list[Row]:
        allowing = sum(_allows(customer) for customer, _ in self._load.grants)
        accepted = sum(
            len(customer.put_status(customer.gps(epoch)).json()["accepted"])
            for customer, epoch in self._load.grants
        )
        many = f"of {len(self._load.grants):,}"
        return [
            Row("customers whose consent lives", f"{allowing} {many}", allowing == 0),
            Row("reports accepted under an earlier consent", f"{accepted} {many}", accepted == 0),
            self._agrees_anew(),
        ]

    def _agrees_anew(self) -> Row:
        epoch = self._load.grant(self._stays)
        accepted = self._stays.put_status(self._stays.gps(epoch)).json()["accepted"]
        told = f"{len(accepted)} report accepted"
        return Row("somebody agrees anew", told, len(accepted) == 1)

    def _proofs(self, at: Installation, keys: PublicKeys, newest: Checkpoint) -> list[Row]:
        (ended,) = newest.succeeds
        found = [self._place(text, keys, newest) for text in self._load.receipts]
        kept, lost, neither = (found.count(each) for each in ("kept", "lost", "neither"))
        checkpoint = at.backup / "checkpoint-after.json"
        example = at.folder / "lost-receipt"
        example.write_text(self._load.receipts[found.index("lost")])
        said = at.nabij("verify", str(example), "--checkpoint", str(checkpoint)).out
        (sentence,) = [line.strip() for line in said.splitlines() if "lost in the restore" in line]
        return [
            Row(
                "the log",
                f"goes on under another id, from act {ended.tree_size:,}",
                newest.log_id != ended.log_id,
            ),
            Row("acts proved in it", f"{kept:,}", kept > 0),
            Row("acts that verify as signed and lost", f"{lost:,}", lost > 0),
            Row("acknowledged acts that are neither", str(neither), neither == 0),
            Row("nabij verify of a lost one", _first(sentence), "signed" in sentence),
        ]

    def _place(self, text: str, keys: PublicKeys, newest: Checkpoint) -> str:
        receipt = check_receipt(text, keys)
        answer = self._load.http.get(
            "/v1/log/proof/inclusion", params={"leaf_hash": receipt.leaf_hash.hex()}
        )
        if answer.is_success:
            proof = read_inclusion(answer.json())
            logged = check_inclusion(receipt, proof, keys)
            return "kept" if check_lost(receipt, proof, logged, newest) is None else "neither"
        return "neither" if check_lost(receipt, None, None, newest) is None else "lost"

    def _phones_told(self) -> list[Row]:
        rows: list[Row] = []
        for name, phone in self._phones.items():
            phone.refresh()
            permission = phone.permission("gps")
            refused = isinstance(permission, nabij.Refused)
            told = ", ".join(permission.reasons) if refused else "allowed"
            rows.append(Row(f"the phone of who {name.replace('-', ' ')}", told, refused))
        return rows


def _allows(customer: Customer) -> bool:
    return any(each["allowed"] for each in customer.permissions().values())


@contextmanager
def _phone(service: RunningService, name: str) -> Generator[nabij.Client]:
    """A phone of somebody who has agreed."""
    with nabij.Client(service.address, token=service.token(name)) as phone:
        phone.grant(phone.notice(), ["gps"])
        yield phone


def _state(connection: psycopg.Connection) -> object:
    return connection.execute(_STATE).fetchone()


def _wrong_ways(at: Installation, before: Path) -> list[Row]:
    """Each mistake somebody could make is refused, and changes nothing."""
    with at.superuser() as connection:
        state = _state(connection)
        with ThreadPoolExecutor() as at_once:
            ways = {what: at_once.submit(try_it) for what, try_it in _mistakes(at, before).items()}
            rows = [_refused(what, done.result()) for what, done in ways.items()]
        unchanged = _state(connection) == state
    return [*rows, Row("rows changed by these", "none" if unchanged else "some", unchanged)]


def _refused(what: str, done: Done) -> Row:
    error = str(done.json["error"]) if done.code else "was done"
    return Row(what, _first(error), done.code == 1)


def _first(text: str) -> str:
    """The first sentence."""
    return re.split(r"(?<=[.]) ", text)[0]


def _mistakes(at: Installation, before: Path) -> dict[str, Callable[[], Done]]:
    wrong = at.folder / "wrong"
    wrong.mkdir()
    foreign, damaged = wrong / "foreign.jsonl", wrong / "damaged.jsonl"
    append(foreign, Erasure(bytes(32), utc_now()), installation_of(b"another" * 8))
    lines = at.ledger.read_bytes().splitlines(keepends=True)
    damaged.write_bytes(b"".join((*lines[:1], *lines[2:])))
    no_keys, old_keys = wrong / "no-keys", wrong / "old-keys"
    no_keys.mkdir()
    shutil.copytree(at.keys, old_keys)
    (old_keys / "newest.checkpoint").unlink()

    def check(*arguments: str, **changed: str) -> Callable[[], Done]:
        return lambda: at.nabij("restore-check", "--json", *arguments, **changed)

    return {
        "no ledger": check(erasure_ledger=str(wrong / "none.jsonl")),
        "a ledger of another installation": check("--ledger", str(foreign)),
        "a damaged ledger": check("--ledger", str(damaged)),
        "a checkpoint from before the backup": check(
            "--checkpoint", str(before), signing_keys=str(old_keys)
        ),
        "another identity key": check(identity_key=IDENTITY_KEY[::-1]),
        "no keys": check(signing_keys=str(no_keys)),
        "no keys, at serve": lambda: at.nabij(
            "serve", "--port", "0", "--json", signing_keys=str(no_keys)
        ),
    }
