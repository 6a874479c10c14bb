import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from nabij_backend.identity import IdentityMisconfigured
from nabij_backend.identity.key_file import load_or_create

LOAD_ON_COMMAND = """
import sys
from pathlib import Path
from nabij_backend.identity.key_file import load_or_create
print("ready", flush=True)
sys.stdin.readline()
print(load_or_create(Path(sys.argv[1])).private_bytes_raw().hex())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "signing.key"


def load(path: Path) -> bytes:
    return load_or_create(path).private_bytes_raw()


def test_the_file_holds_the_key_for_its_owner_alone(path: Path) -> None:
    previous = os.umask(0)
    try:
        key = load(path)
    finally:
        os.umask(previous)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == key == load(path)


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    assert load(tmp_path / "one") != load(tmp_path / "other")


def test_two_processes_that_start_at_once_share_a_key(path: Path) -> None:
    command = [sys.executable, "-c", LOAD_ON_COMMAND, str(path)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    keys = {process.communicate()[0].strip() for process in processes}
    assert keys == {path.read_bytes().hex()}


def test_many_threads_that_start_at_once_share_a_key(tmp_path: Path) -> None:
    starters, attempts = 8, 20
    barrier = Barrier(starters)

    def start(path: Path) -> bytes:
        barrier.wait()
        return load(path)

    with ThreadPoolExecutor(starters) as pool:
        for attempt in range(attempts):
            path = tmp_path / f"{attempt}.key"
            assert set(pool.map(start, [path] * starters)) == {path.read_bytes()}
    assert len(list(tmp_path.iterdir())) == attempts


def test_a_file_that_others_can_read_is_not_used(path: Path) -> None:
    load(path)
    path.chmod(0o640)
    with pytest.raises(IdentityMisconfigured, match="chmod 600"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_file_is_not_replaced(path: Path, content: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(IdentityMisconfigured, match="from a backup"):
        load(path)
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_used_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IdentityMisconfigured, match="give this user the data folder"):
        load(tmp_path / "file" / "signing.key")
