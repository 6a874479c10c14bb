"""The store on disk: what survives a restart, and what survives nothing."""

import base64
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from nabij import (
    LEASE,
    Allowed,
    AnotherAccount,
    DeviceReason,
    NoPosition,
    NotReachable,
    Refused,
    StoreFailed,
    StoreInUse,
)
from nabij._catalogue import Kinds
from nabij.testing import FakeSensor
from nabij_consent import NEARBY_SOURCES, Locale, Signal
from tests.sdk.service import (
    UTRECHT,
    UTRECHT_CELL,
    Phone,
    allowed,
    answer,
    recorded,
    said,
    served,
)

ALL = Kinds(technologies=None, owner_kinds=None)
NUMBERS = (UTRECHT_CELL.encode(), b"3986", b"3231")
"""How the square, and the place in it, would stand in a file."""


@contextmanager
def phone_in(folder: Path, account: str = "eva") -> Generator[Phone]:
    phone = Phone(
        folder=folder, account=account, device_id=None, new_id=uuid4, coarsening="anchored"
    )
    try:
        yield phone
    finally:
        phone.device.store.close()


def dwell(phone: Phone) -> None:
    """Stay where the phone is until there is a square to tell."""
    for _ in range(3):
        phone.collect({"gps": FakeSensor(UTRECHT)})
        phone.clock.advance(timedelta(minutes=5))


def bytes_in(folder: Path) -> bytes:
    return b"\0".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


def database(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite3")
    return path


def ledger(folder: Path) -> Path:
    (path,) = folder.glob("*.untold")
    return path


def tell(phone: Phone) -> list[str]:
    """The withdrawals that the next call tells first."""
    case = phone.engine.notice(Locale.NL)
    call = next(case)
    kinds: list[str] = []
    while call.path.endswith("withdrawals"):
        kinds.append(str(said(call)["id"]))
        call = case.send(answer(recorded(allowed())))
    with pytest.raises(StopIteration):
        case.send(answer(served()))
    return kinds


def test_a_restart_forgets_the_position_and_nothing_else(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
        waiting = phone.device.store.rows()
        device_id = phone.device.id
    with phone_in(tmp_path) as phone:
        assert phone.device.id == device_id
        assert isinstance(phone.permission(Signal.GPS), Allowed)
        assert phone.device.store.rows() == waiting
        assert [row.to_document()["cell"] for row in waiting] == [UTRECHT_CELL]
        with pytest.raises(NoPosition):
            next(phone.engine.nearby(NEARBY_SOURCES, 1, ALL))
        phone.clock.advance(timedelta(minutes=20))
        assert phone.collect({"gps": FakeSensor(UTRECHT)}).queued == ("gps",)


@pytest.mark.parametrize("elapsed", [LEASE, -timedelta(seconds=1)])
def test_a_restart_prolongs_no_lease(tmp_path: Path, elapsed: timedelta) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
    with phone_in(tmp_path) as phone:
        phone.clock.advance(elapsed)
        assert phone.permission(Signal.GPS) == Refused((DeviceReason.LEASE_OVER,))


def test_an_unanswered_grant_is_no_grant_after_a_restart(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        shown = phone.play(phone.engine.notice(Locale.NL), answer(served()))
        with pytest.raises(NotReachable):
            phone.play(phone.engine.grant(shown, NEARBY_SOURCES, ["gps"]), NotReachable())
    with phone_in(tmp_path) as phone:
        assert phone.permission(Signal.GPS) == Refused((DeviceReason.NOT_KNOWN,))
        assert tell(phone) == []


def test_a_withdrawal_leaves_no_byte_of_square_or_place(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        for _ in range(4):
            dwell(phone)
        found = [number in bytes_in(tmp_path) for number in NUMBERS]
        assert found == [True, True, True], "the scan finds what is there"
        phone.withdraw_offline("gps")
        assert [number in bytes_in(tmp_path) for number in NUMBERS] == [False, False, False]
        assert not list(tmp_path.glob("*.sqlite3-*"))


def test_forgetting_the_places_leaves_no_byte_of_them(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
        for row in phone.device.store.rows():
            phone.device.store.remove(row)
        assert UTRECHT_CELL.encode() in bytes_in(tmp_path)
        phone.device.forget_places()
        assert UTRECHT_CELL.encode() not in bytes_in(tmp_path)
        assert phone.collect({"gps": FakeSensor(UTRECHT)}).unsettled == {"gps"}


def test_a_withdrawal_is_told_after_a_restart_and_then_no_more(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        phone.withdraw_offline()
        (withdrawal,) = phone.device.untold
    with phone_in(tmp_path) as phone:
        assert isinstance(phone.permission(Signal.GPS), Refused)
        assert tell(phone) == [str(withdrawal)]
        assert not list(tmp_path.glob("*.untold"))
    with phone_in(tmp_path) as phone:
        assert tell(phone) == []


@pytest.mark.parametrize("lost", [database, ledger], ids=["database", "ledger"])
def test_a_withdrawal_outlives_the_loss_of_either_file(
    tmp_path: Path, lost: Callable[[Path], Path]
) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        phone.withdraw_offline()
    lost(tmp_path).unlink()
    with phone_in(tmp_path) as phone:
        assert isinstance(phone.permission(Signal.GPS), Refused)
    with phone_in(tmp_path) as phone:
        assert len(tell(phone)) == 1


def test_a_withdrawal_that_reached_the_ledger_alone_ends_permission_here_too(
    tmp_path: Path,
) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
        before = database(tmp_path).read_bytes()
    with phone_in(tmp_path) as phone:
        phone.withdraw_offline()
    database(tmp_path).write_bytes(before)
    with phone_in(tmp_path) as phone:
        assert isinstance(phone.permission(Signal.GPS), Refused)
        assert phone.device.store.rows() == ()
        assert UTRECHT_CELL.encode() not in bytes_in(tmp_path)
        assert len(tell(phone)) == 1


@pytest.mark.parametrize("place", [0, 24, 5_000], ids=["head", "counter", "table"])
def test_a_damaged_store_is_set_aside_and_loses_no_withdrawal(tmp_path: Path, place: int) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps", "gsm")
        phone.withdraw_offline("gps")
    with database(tmp_path).open("r+b") as file:
        file.seek(place)
        file.write(b"\xff" * 2_000)
    with phone_in(tmp_path) as phone:
        assert isinstance(phone.permission(Signal.GPS), Refused)
        assert len(tell(phone)) == 1
        phone.granted("gps")
        assert isinstance(phone.permission(Signal.GPS), Allowed)


def test_wherever_a_store_is_damaged_it_is_set_aside(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps", "gsm")
        phone.withdraw_offline("gps")
    whole = database(tmp_path).read_bytes()
    for place in range(0, len(whole), 1_024):
        database(tmp_path).write_bytes(whole[:place] + b"\xff" * 64 + whole[place + 64 :])
        with phone_in(tmp_path) as phone:
            assert isinstance(phone.permission(Signal.GPS), Refused), place


def test_what_was_set_aside_goes_with_the_next_withdrawal(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
    database(tmp_path).write_bytes(b"no database, but " + UTRECHT_CELL.encode() * 100)
    with phone_in(tmp_path) as phone:
        assert UTRECHT_CELL.encode() in bytes_in(tmp_path)
        phone.withdraw_offline()
        assert UTRECHT_CELL.encode() not in bytes_in(tmp_path)


def test_a_second_client_is_refused_until_the_first_is_closed(tmp_path: Path) -> None:
    with phone_in(tmp_path):
        with pytest.raises(StoreInUse), phone_in(tmp_path):
            pass
        with pytest.raises(StoreInUse), phone_in(tmp_path, "bram"):
            pass
    with phone_in(tmp_path):
        pass


def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "app" / "nabij"
    with phone_in(folder) as phone:
        phone.granted("gps")
        phone.withdraw_offline()
        modes = {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_consent_no_row(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
    with closing(sqlite3.connect(database(tmp_path))) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM live_grant")
        assert db.execute("SELECT * FROM waiting").fetchall() == []
        assert db.execute("SELECT * FROM places").fetchall() == []
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("INSERT INTO places VALUES (1, '{}')")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(
                "INSERT INTO waiting (id, purpose, signal, epoch, hour, status)"
                " VALUES ('i', 'nearby-sources', 'gps', 1, 'h', '{}')"
            )
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("INSERT INTO reported VALUES ('i', 'nearby-sources', 'gps', 1, 'h', '{}')")


def test_closing_again_closes_nothing_of_anybody_else(tmp_path: Path) -> None:
    phone = Phone(folder=tmp_path / "store")
    phone.device.store.close()
    with (tmp_path / "else").open("wb") as other:
        phone.device.store.close()
        other.write(b"still open")


def test_nothing_of_one_person_reaches_the_next(tmp_path: Path) -> None:
    with phone_in(tmp_path, "eva") as phone:
        phone.granted("gps")
        dwell(phone)
        evas = phone.device.id
        phone.withdraw_offline("gsm")
    with phone_in(tmp_path, "bram") as phone:
        assert phone.permission(Signal.GPS) == Refused((DeviceReason.NOT_KNOWN,))
        assert phone.device.store.rows() == ()
        assert phone.device.id != evas
        assert tell(phone) == []
        assert not any(number in bytes_in(tmp_path) for number in (*NUMBERS, b"eva", b"bram"))
    with phone_in(tmp_path, "eva") as phone:
        assert phone.permission(Signal.GPS) == Refused((DeviceReason.NOT_KNOWN,))
        assert len(tell(phone)) == 1


def jwt(subject: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"iss": "us", "sub": subject}).encode())
    return f"eyJhbGciOiJub25lIn0.{claims.decode().rstrip('=')}.signature"


def test_a_token_of_another_person_is_never_used(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.device.recognise(jwt("eva"))
        phone.device.recognise("opaque")
    with phone_in(tmp_path) as phone:
        phone.device.recognise(jwt("eva"))
        with pytest.raises(AnotherAccount):
            phone.device.recognise(jwt("bram"))
        assert b"eva" not in bytes_in(tmp_path)


@pytest.mark.parametrize("token", ["a.b.c", "..", "x.W10.y", "x.bm90IGpzb24.y", ""])
def test_what_is_no_jwt_names_nobody(token: str) -> None:
    phone = Phone()
    phone.device.recognise(token)
    phone.device.recognise(jwt("eva"))
    with pytest.raises(AnotherAccount):
        phone.device.recognise(jwt("bram"))


def test_a_full_disk_is_a_typed_error_and_closes_the_gate(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        broken(phone)
        with pytest.raises(StoreFailed) as failed:
            phone.collect({"gps": FakeSensor(UTRECHT)})
        assert failed.value.__suppress_context__
        sensor = FakeSensor(UTRECHT)
        assert phone.collect({"gps": sensor}).refused == {Signal.GPS: (DeviceReason.STORE_FAILED,)}
        assert sensor.starts == 0


def test_a_withdrawal_on_a_full_disk_wipes_everything_and_is_kept(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
        broken(phone)
        phone.withdraw_offline()
        assert not any(number in bytes_in(tmp_path) for number in NUMBERS)
    with phone_in(tmp_path) as phone:
        assert len(tell(phone)) == 1


def test_a_withdrawal_that_nothing_can_keep_says_so_unless_it_was_told(tmp_path: Path) -> None:
    for reply in (NotReachable(), answer(recorded(allowed()))):
        folder = tmp_path / type(reply).__name__
        with phone_in(folder) as phone:
            phone.granted("gps")
            broken(phone)
            folder.rename(folder.with_suffix(".gone"))
            case = phone.engine.withdraw(None, None)
            if isinstance(reply, NotReachable):
                with pytest.raises(StoreFailed):
                    phone.play(case, reply)
            else:
                assert phone.play(case, reply).told_server
            assert isinstance(phone.permission(Signal.GPS), Refused)


def broken(phone: Phone) -> None:
    """Let nothing more be written to the database, as on a disk that is full."""
    vars(phone.device.store)["_db"].execute("PRAGMA query_only = ON")


def test_a_forked_child_may_do_nothing(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        child = os.fork()
        if child == 0:
            refused = phone.permission(Signal.GPS) == Refused((DeviceReason.STORE_FAILED,))
            try:
                phone.engine.pending()
            except StoreInUse:
                os._exit(0 if refused else 1)
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert isinstance(phone.permission(Signal.GPS), Allowed)
        dwell(phone)
        assert len(phone.device.store.rows()) == 1


def test_what_waited_for_a_week_is_dropped_and_counted(tmp_path: Path) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
        phone.clock.advance(timedelta(days=8))
        phone.granted("gps")
        report = phone.play(phone.engine.report())
        assert [reason for _, reason in report.refused] == [DeviceReason.TOO_OLD]
        assert phone.device.store.dropped() == {(Signal.GPS, "too-old"): 1}


def test_a_folder_that_cannot_be_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreFailed), phone_in(tmp_path / "file"):
        pass
