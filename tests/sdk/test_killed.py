"""Killed at every call that writes, or refused it: the store is consistent, no withdrawal is lost.

strace kills the process before the n-th call of each kind that changes a file of the store, for
every n there is: it counts each kind of call by itself.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from nabij import DeviceReason, Refused
from nabij_consent import Signal
from tests.sdk.service import UTRECHT_CELL
from tests.sdk.test_store import bytes_in, database, dwell, phone_in, tell

LEAST = {
    "openat": 3,
    "write": 1,
    "pwrite64": 20,
    "fsync": 2,
    "fdatasync": 3,
    "rename": 1,
    "unlink": 1,
}
"""The kinds of call that a withdrawal makes, and how many of each there are at least."""
MOST = 200

_PHONES = """
import os, signal, sys
from pathlib import Path
from nabij import StoreFailed
from tests.sdk.test_store import phone_in

def withdraw(folder):
    os.kill(os.getpid(), signal.SIGSTOP)
    with phone_in(folder) as phone:
        try:
            phone.withdraw_offline("gps")
            print("done", flush=True)
        except StoreFailed:
            print("failed", flush=True)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        withdraw(Path(line.rstrip()))
        os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    print(child, flush=True)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Begins a phone for each folder that it is told of, which waits until strace looks on."""


class Phones:
    """A process whose children withdraw, and are killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._tell, self._hear = process.stdin, process.stdout

    def withdraw(self, folder: Path, call: str, fault: str) -> tuple[int, str]:
        """Withdraw, while strace lets each ``call`` on the store's files meet the ``fault``.

        Returns the exit code, and what the app was told, if it lived to be told.
        """
        self._tell.write(f"{folder}\n")
        self._tell.flush()
        child = int(self._hear.readline())
        with subprocess.Popen(
            [*injecting(folder, call, fault), "-p", str(child)], stderr=subprocess.PIPE, text=True
        ) as strace:
            assert strace.stderr is not None
            assert "attached" in strace.stderr.readline()
            os.kill(child, signal.SIGCONT)
            *told, (_, code) = self._until_it_ended()
        return int(code), told[0][0] if told else ""

    def _until_it_ended(self) -> Generator[list[str]]:
        said: list[str] = []
        while not said or said[0] != "ended":
            said = self._hear.readline().split()
            yield said


def injecting(folder: Path, call: str, fault: str) -> list[str]:
    """How strace is called for that."""
    later = (f"{database(folder)}-journal", f"{ledger_of(folder)}.new")
    paths = (folder, *sorted(folder.iterdir()), *later)
    only = [part for each in paths for part in ("-P", str(each))]
    inject = f"inject={call}:{fault}"
    return ["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, *only]


def ledger_of(folder: Path) -> Path:
    return database(folder).with_suffix(".untold")


needs_strace = pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux")


@pytest.fixture(scope="module")
def phones() -> Generator[Phones]:
    with subprocess.Popen(
        [sys.executable, "-c", _PHONES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Phones(process)


@needs_strace
@pytest.mark.parametrize("call", LEAST)
def test_killed_anywhere_in_a_withdrawal_nothing_is_lost_and_nothing_is_uncovered(
    tmp_path: Path, phones: Phones, call: str
) -> None:
    before = tmp_path / "before"
    with phone_in(before) as phone:
        phone.granted("gps", "gsm")
        dwell(phone)
    killed, code = 0, -1
    for at in range(1, MOST):
        folder = tmp_path / str(at)
        shutil.copytree(before, folder)
        code, told = phones.withdraw(folder, call, f"signal=KILL:when={at}")
        with phone_in(folder) as phone:
            is_kept = bool(phone.device.untold)
            assert len(phone.device.untold) <= 1
            assert is_kept or told != "done"
            is_waiting = bool(phone.device.store.rows())
            assert is_waiting == (UTRECHT_CELL.encode() in bytes_in(folder))
            assert is_waiting != is_kept, "kept and wiped together, or not yet withdrawn at all"
            assert len(tell(phone)) == is_kept
        shutil.rmtree(folder)
        if code == 0:
            break
        killed += 1
    assert code == 0
    assert killed >= LEAST[call]


@needs_strace
def test_on_a_full_disk_a_withdrawal_holds_and_the_app_is_told_what_does_not(
    tmp_path: Path, phones: Phones
) -> None:
    with phone_in(tmp_path) as phone:
        phone.granted("gps")
        dwell(phone)
        assert UTRECHT_CELL.encode() in bytes_in(tmp_path)
    assert phones.withdraw(tmp_path, "write,pwrite64", "error=ENOSPC") == (0, "failed")
    assert UTRECHT_CELL.encode() not in bytes_in(tmp_path)
    with phone_in(tmp_path) as phone:
        assert phone.permission(Signal.GPS) == Refused((DeviceReason.NOT_KNOWN,))
