"""Killed at every call that writes: the store is consistent afterwards, and no withdrawal is lost.

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

from tests.sdk.service import UTRECHT_CELL
from tests.sdk.test_store import bytes_in, dwell, phone_in, tell

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
from tests.sdk.test_store import phone_in

def withdraw(folder):
    os.kill(os.getpid(), signal.SIGSTOP)
    with phone_in(folder) as phone:
        phone.withdraw_offline("gps")
        print("done", flush=True)

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        withdraw(Path(line.rstrip()))
        os._exit(0)
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

    def withdraw_and_be_killed(self, folder: Path, call: str, at: int) -> tuple[int, bool]:
        """Withdraw, but do not outlive the call of this kind and number.

        Returns the exit code, and whether the app was told that it had withdrawn.
        """
        self._tell.write(f"{folder}\n")
        self._tell.flush()
        child = int(self._hear.readline())
        with subprocess.Popen(
            [*killing(folder, call, at), "-p", str(child)], stderr=subprocess.PIPE, text=True
        ) as strace:
            assert strace.stderr is not None
            assert "attached" in strace.stderr.readline()
            os.kill(child, signal.SIGCONT)
            said = self._hear.readline().split()
            told = said == ["done"]
            _, code = self._hear.readline().split() if told else said
        return int(code), told


def killing(folder: Path, call: str, at: int) -> list[str]:
    """How strace is called for that."""
    inject = f"inject={call}:signal=KILL:when={at}"
    later = (f"{_database(folder)}-journal", f"{_database(folder).with_suffix('.untold')}.new")
    paths = (folder, *sorted(folder.iterdir()), *later)
    only = [part for each in paths for part in ("-P", str(each))]
    return ["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, *only]


@pytest.fixture(scope="module")
def phones() -> Generator[Phones]:
    with subprocess.Popen(
        [sys.executable, "-c", _PHONES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Phones(process)


def _database(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite3")
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux")
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
        code, told = phones.withdraw_and_be_killed(folder, call, at)
        with phone_in(folder) as phone:
            is_kept = bool(phone.device.untold)
            assert len(phone.device.untold) <= 1
            assert is_kept or not told
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
