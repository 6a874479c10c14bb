"""Killed at every call that writes: the store is consistent afterwards, and no withdrawal is lost.

strace kills the process at the n-th call that changes a file of the store, for every n there is.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sdk.service import UTRECHT_CELL
from tests.sdk.test_store import bytes_in, dwell, phone_in, tell

WRITES = "pwrite64,write,fsync,fdatasync,unlink,rename,ftruncate"
MOST = 400
EVERY = int(os.environ.get("NABIJ_KILL_EVERY", "7"))
"""1 kills at each call, in a minute: for whoever changes the store."""

_WITHDRAW = """
import sys
from pathlib import Path
from tests.sdk.test_store import phone_in
with phone_in(Path(sys.argv[1])) as phone:
    print("open", flush=True)
    phone.withdraw_offline("gps")
    print("done", flush=True)
"""

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")


def withdraw_and_be_killed(folder: Path, at: int) -> tuple[int, str]:
    """Withdraw in a process that does not outlive the call of this number."""
    files = [part for each in sorted(folder.iterdir()) for part in ("-P", str(each))]
    later = [f"{_database(folder)}-journal", f"{_database(folder).with_suffix('.untold')}.new"]
    paths = [*files, "-P", str(folder), *(part for each in later for part in ("-P", each))]
    inject = f"inject={WRITES}:signal=KILL:when={at}"
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={WRITES}", "-e", inject]
    done = subprocess.run(
        [*strace, *paths, sys.executable, "-c", _WITHDRAW, folder],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _database(folder: Path) -> Path:
    (path,) = folder.glob("*.sqlite3")
    return path


@needs_strace
def test_killed_anywhere_in_a_withdrawal_nothing_is_lost_and_nothing_is_uncovered(
    tmp_path: Path,
) -> None:
    before = tmp_path / "before"
    with phone_in(before) as phone:
        phone.granted("gps", "gsm")
        dwell(phone)
    killed, code = 0, -1
    for at in range(1, MOST, EVERY):
        folder = tmp_path / str(at)
        shutil.copytree(before, folder)
        code, said = withdraw_and_be_killed(folder, at)
        with phone_in(folder) as phone:
            is_kept = bool(phone.device.untold)
            assert len(phone.device.untold) <= 1
            assert is_kept or "done" not in said
            is_waiting = bool(phone.device.store.rows())
            assert is_waiting == (UTRECHT_CELL.encode() in bytes_in(folder))
            assert is_waiting != is_kept, "kept and wiped together, or not yet withdrawn at all"
            assert len(tell(phone)) == is_kept
        shutil.rmtree(folder)
        if code == 0:
            break
        killed += 1
    assert code == 0
    assert killed > 20 / EVERY
