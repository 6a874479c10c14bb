"""Where a cluster lives, and as whom it runs."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

import nabij_backend
import nabij_dev
from nabij_dev import embedded
from nabij_dev.embedded.account import server_account
from tests.dev.embedded.processes import server_of, socket_of, using

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")


def test_a_path_too_long_for_a_socket(folder: Path) -> None:
    deep = folder / ("long" * 20) / ("name," * 10)
    deep.mkdir(parents=True)
    (folder / "cluster").rename(deep / "cluster")
    (deep / "cluster/socket").rmdir()
    with embedded.cluster(deep, durable=False) as cluster:
        short = socket_of(cluster.url())
        assert server_of(cluster.url()).is_running()
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    short.chmod(0o755)  # as somebody might lay one out for us
    with embedded.cluster(deep, durable=False) as cluster:
        replacement = socket_of(cluster.url())
    assert replacement != short
    with embedded.cluster(deep, durable=False) as cluster:
        assert socket_of(cluster.url()) == replacement
    short.rmdir()
    shutil.rmtree(replacement)


@as_root
def test_roots_server_account_need_not_be_able_to_enter_the_folder(empty_folder: Path) -> None:
    shut = empty_folder / "shut"
    shut.mkdir(mode=0o700)
    with embedded.cluster(shut, durable=False) as cluster:
        home = (shut / "cluster").readlink()
        assert socket_of(cluster.url()) == home / "socket"
        assert server_of(cluster.url()).uids().real == server_account().uid != 0
    with embedded.cluster(shut, durable=False):
        assert (shut / "cluster").readlink() == home
    shutil.rmtree(home)
    assert stat.S_IMODE(shut.stat().st_mode) == 0o700


def test_a_temporary_folder_is_deleted_with_its_cluster() -> None:
    with embedded.temporary_folder() as folder:
        with embedded.cluster(folder, durable=False):
            assert not (folder / "cluster").is_symlink()
            assert (folder / "cluster" / "data").is_dir()
        mode = stat.S_IMODE(folder.stat().st_mode)
    assert not folder.exists()
    assert mode == (0o711 if server_account().is_lent else 0o700)


@as_root
def test_data_that_got_shut_in_is_not_replaced_by_an_empty_cluster(folder: Path) -> None:
    folder.chmod(0o700)
    with pytest.raises(embedded.FolderUnusable, match="traverse"), embedded.cluster(folder):
        pass


@as_root
def test_an_ordinary_user_runs_the_server_as_themselves(empty_folder: Path) -> None:
    uid = pwd.getpwnam("nobody").pw_uid
    for package in (nabij_backend, nabij_dev, psutil):
        source = Path(str(package.__file__)).parent
        shutil.copytree(source, empty_folder / "packages" / source.name)
    home = empty_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, uid, -1)
    python = python_for(uid)
    with using(home, python=python, uid=uid, packages=empty_folder / "packages") as user:
        assert server_of(user.says()).uids().real == uid
        assert user.leaves() == 0
    with pytest.raises(embedded.FolderUnusable, match="another user"), embedded.cluster(home):
        pass


def python_for(uid: int) -> str:
    """Return a Python that another user can run: root's own may lie in root's home."""
    for python in (sys.executable, "/usr/bin/python3"):
        test = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        try:
            if (
                subprocess.run(test, user=uid, extra_groups=[], cwd="/", check=False).returncode
                == 0
            ):
                return python
        except PermissionError:
            continue
    pytest.skip("no Python 3.11 that an ordinary user may run")


def test_a_file_in_the_folders_place(empty_folder: Path) -> None:
    taken = empty_folder / "taken"
    taken.touch()
    with pytest.raises(embedded.FolderUnusable, match="File exists"), embedded.cluster(taken):
        pass


def test_a_link_laid_out_by_somebody_else_is_not_followed(empty_folder: Path) -> None:
    victim, link = empty_folder / "victim", empty_folder / "cluster"
    victim.mkdir()
    link.symlink_to(victim)
    with pytest.raises(embedded.FolderUnusable), embedded.cluster(empty_folder):
        pass
    assert list(victim.iterdir()) == []
