"""The server process: making its data, starting, watching and stopping it."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import psutil

from nabij_dev.embedded.errors import ServerFailed
from nabij_dev.embedded.home import PORT, Home

SUPERUSER = "postgres"
_STOP_PATIENCE_S = 60.0
_ORPHAN_PATIENCE_S = 10.0
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Loaded once, and not again in every connection's first query.
    "shared_preload_libraries": "postgis-3",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Nothing a client sends may reach the log: neither parameters, nor statements, nor the
    # values that error texts and their details repeat.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}
_FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # what is forgotten soon needs no tidying
}


def make_data(home: Home, programs: Path, start_lock: int, *, durable: bool) -> None:
    """Run initdb beside the final place and rename the result, so that data is always whole.

    Args:
        home: where the data goes.
        programs: the folder of the PostgreSQL to make it with.
        start_lock: initdb keeps this lock when its starter is killed, so that the next starter
            waits for the straggler instead of clearing its folder away.
        durable: whether to flush the files to disk.

    Raises:
        ServerFailed: initdb gave up.
    """
    for leftover in home.path.glob("data-*"):
        shutil.rmtree(leftover)
    fresh = Path(tempfile.mkdtemp(prefix="data-", dir=home.path))
    home.account.take(fresh)
    with tempfile.TemporaryFile() as output:
        command = _initdb_command(programs, fresh, durable=durable)
        with home.account.start(command, output=output.fileno(), lock=start_lock) as initdb:
            failed = initdb.wait() != 0
        if failed:
            output.seek(0)
            raise ServerFailed(_tail(output.read()))
    fresh.rename(home.data)


def _initdb_command(programs: Path, folder: Path, *, durable: bool) -> list[str]:
    return [
        str(programs / "initdb"),
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        "--auth-local=trust",  # only the account and root can reach the socket
        "--auth-host=reject",
        "--encoding=UTF8",
        f"--locale={'C' if os.uname().sysname == 'Darwin' else 'C.UTF-8'}",
        "--data-checksums",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]


def start(home: Home, programs: Path, *, durable: bool) -> psutil.Process:
    """Start the server; what it says goes where this process's own output goes."""
    _clear_remains(home)
    settings = _SETTINGS | {"unix_socket_directories": str(home.socket())}
    if not durable:
        settings |= _FORGETFUL
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [str(programs / "postgres"), "-D", str(home.data), *options]
    # Held: a Popen that is dropped reaps its child, and a server that failed at once is not found.
    started = home.account.start(command, output=sys.stdout.fileno())
    return psutil.Process(started.pid)


def postmaster(home: Home) -> psutil.Process | None:
    """Return the server's main process, None when it is not running.

    The number in the pid file alone proves nothing: after a crash or a reboot it may belong to
    any other process.
    """
    try:
        process = psutil.Process(int(_pid_file_lines(home)[0]))
    except (IndexError, ValueError, psutil.NoSuchProcess):
        return None
    return process if _serves(home, process) else None


def is_ready(home: Home) -> bool:
    """Tell whether the server accepts connections."""
    return postmaster(home) is not None and _pid_file_lines(home)[-1:] == ["ready"]


def is_durable(home: Home) -> bool:
    """Tell whether the running server was started to survive a crash."""
    return "--fsync=off" not in (home.data / "postmaster.opts").read_text()


def stop(process: psutil.Process) -> None:
    """Shut the server down, more and more firmly, and wait until it has gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(way)
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(_STOP_PATIENCE_S)
                return


def log_tail(home: Home) -> str:
    """Return the last lines of the server's log."""
    return _tail(home.log.read_bytes())


def _tail(output: bytes) -> str:
    return "\n".join(output.decode(errors="replace").splitlines()[-10:])


def _pid_file_lines(home: Home) -> list[str]:
    try:
        return [line.strip() for line in (home.data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def _serves(home: Home, process: psutil.Process) -> bool:
    """Tell whether a live process is a PostgreSQL process of this data directory."""
    try:
        folder = Path(process.cwd() or "/")  # empty where the system does not tell
        return process.name() == "postgres" and folder.samefile(home.data)
    except (psutil.Error, OSError):
        return False


def _clear_remains(home: Home) -> None:
    """Remove what a killed server left: its children, and pid files with reused numbers."""
    if not _pid_file_lines(home):
        return
    orphans = [process for process in psutil.process_iter() if _serves(home, process)]
    for orphan in orphans:
        _signal(orphan, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(orphans, timeout=_ORPHAN_PATIENCE_S)
    for orphan in stubborn:
        _signal(orphan, signal.SIGKILL)
    psutil.wait_procs(stubborn)
    for remains in (home.data / "postmaster.pid", *home.socket().glob(".s.PGSQL.*")):
        remains.unlink(missing_ok=True)


def _signal(process: psutil.Process, way: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(way)
