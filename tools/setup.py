"""Make this checkout ready to run, test and check: what `make setup` does.

It needs the system's own Python and nothing else. In order it

1. looks for the system packages and installs the missing ones when it may, else says which
   (`--for-tests`: those that only the tests use, too; `--for-bench`: and those of the benchmarks);
2. makes `.venv` with what `requirements.lock` names, each file checked against its hash;
3. installs the workspace's own distributions in it, editable;
4. fetches what `sdk/web/package-lock.json` names, each file checked against its hash, with the Node
   of the environment, and builds the page that the service shows.

When nothing changed since the last time it does nothing. It writes to standard error only, so
that `make run ARGS="--once --json"` prints JSON and nothing else.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
MEMBERS = tuple(ROOT / folder for folder in ("geo", "consent", "sdk/python", "backend", "dev"))
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "nabij-setup"
WEB = ROOT / "sdk" / "web"
NODE_MODULES = WEB / "node_modules"
PAGE = ROOT / "backend" / "nabij_backend" / "web" / "static" / "index.html"
OLDEST_PYTHON = (3, 11)
POSTGRESQL_SHARES = (
    "usr/share/postgresql/*",  # Debian, Ubuntu
    "usr/share/pgsql",  # Fedora
    "opt/homebrew/share/postgresql*",
    "usr/local/share/postgresql*",  # Homebrew on Intel
    "Applications/Postgres.app/Contents/Versions/*/share/postgresql",
)
# https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt: 101 forbids.
POLICY = "/usr/sbin/policy-rc.d"
CREATECLUSTER_CONF = "/etc/postgresql-common/createcluster.d/nabij-setup.conf"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
INSTALL = {
    "apt-get": "sudo apt-get install --no-install-recommends",
    "dnf": "sudo dnf install",
    "brew": "brew install",
}


class SetupError(Exception):
    """Says what the person at the terminal has to do."""


@dataclass(frozen=True)
class Need:
    """Something the operating system has to bring, and its packages by package manager."""

    is_met: Callable[[], bool]
    packages: Mapping[str, tuple[str, ...]]


def can_make_environments() -> bool:
    """Whether this Python can put pip into a new environment; a bare Debian's cannot."""
    return importlib.util.find_spec("ensurepip") is not None


def has_postgis() -> bool:
    """Whether some PostgreSQL on this machine has the PostGIS extension."""
    shares = [share for pattern in POSTGRESQL_SHARES for share in Path("/").glob(pattern)]
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run(
            [pg_config, "--sharedir"], capture_output=True, text=True, check=False
        )
        shares.append(Path(answer.stdout.strip()))
    return any((share / "extension" / "postgis.control").is_file() for share in shares)


def has_gpsd() -> bool:
    """Whether gpsd and its player of recorded logs are here, for the tests of the SDK."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
    return all(shutil.which(program, path=path) for program in ("gpsd", "gpsfake"))


def has_mock_bus() -> bool:
    """Whether dbusmock finds what it needs on Linux; no other system has adapters of D-Bus."""
    if sys.platform != "linux":
        return True
    bindings = ["/usr/bin/python3", "-c", "import dbus, gi"]
    return all(map(shutil.which, ("dbus-daemon", "dbus-monitor", bindings[0]))) and not (
        subprocess.run(bindings, capture_output=True, check=False).returncode
    )


def has_neighbours() -> bool:
    """Whether a pooler and proxies are here, to stand before the database and the service."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
    return all(
        shutil.which(program, path=path)
        for program in ("pgbouncer", "nginx", "haproxy", "varnishd")
    )


def has_promtool() -> bool:
    """Whether alerts can be tested."""
    return shutil.which("promtool") is not None


def has_bench_programs() -> bool:
    """Whether the benchmarks can put load on a server."""
    return shutil.which("wrk") is not None


def has_strace() -> bool:
    """Whether the store's tests can be killed at each call that writes; strace is of Linux."""
    return sys.platform != "linux" or shutil.which("strace") is not None


def has_chromium() -> bool:
    """Whether there is a browser for the tests of pages; the one without a window is quickest.

    Ubuntu's is a snap, which not every machine can run: there those tests are skipped without one.
    """
    return any(map(shutil.which, BROWSERS)) or os_name() == "ubuntu"


def os_name() -> str:
    """Which Linux this is, such as debian; empty elsewhere."""
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return ""


def has_qt_libraries() -> bool:
    """Whether Qt, which draws the example app, finds what it loads on Linux; else it brings all."""
    libraries = ("EGL", "GL", "xkbcommon", "fontconfig", "dbus-1", "glib-2.0")
    return sys.platform != "linux" or all(map(ctypes.util.find_library, libraries))


NEEDS = (
    Need(can_make_environments, {"apt-get": ("python3-venv",)}),
    Need(
        has_postgis,
        {
            "apt-get": ("postgresql-postgis",),
            "dnf": ("postgresql-server", "postgis"),
            "brew": ("postgresql@17", "postgis"),
        },
    ),
)
TEST_NEEDS = (
    Need(
        has_gpsd,
        {
            "apt-get": ("gpsd", "gpsd-clients"),
            "dnf": ("gpsd", "gpsd-clients"),
            "brew": ("gpsd",),
        },
    ),
    Need(
        has_mock_bus,
        {
            "apt-get": ("dbus", "python3-dbus", "python3-gi"),
            "dnf": ("dbus-daemon", "dbus-tools", "python3-dbus", "python3-gobject-base"),
        },
    ),
    Need(
        has_neighbours,
        {
            "apt-get": ("pgbouncer", "nginx", "haproxy", "varnish"),
            "dnf": ("pgbouncer", "nginx", "haproxy", "varnish"),
            "brew": ("pgbouncer", "nginx", "haproxy", "varnish"),
        },
    ),
    Need(
        has_promtool,
        {
            "apt-get": ("prometheus",),
            "dnf": ("golang-github-prometheus",),
            "brew": ("prometheus",),
        },
    ),
    Need(has_strace, {"apt-get": ("strace",), "dnf": ("strace",)}),
    Need(has_chromium, {"apt-get": ("chromium-headless-shell",), "dnf": ("chromium",)}),
    Need(
        has_qt_libraries,
        {
            "apt-get": (
                "libegl1",
                "libgl1",
                "libxkbcommon0",
                "libfontconfig1",
                "fonts-dejavu-core",
            ),
            "dnf": ("libglvnd-egl", "libglvnd-glx", "libxkbcommon", "fontconfig", "glib2"),
        },
    ),
)


BENCH_NEEDS = (Need(has_bench_programs, dict.fromkeys(INSTALL, ("wrk",))),)


def packages_of(needs: Sequence[Need], manager: str) -> list[str]:
    """The packages that meet the needs, as the package manager calls them."""
    return [package for need in needs for package in need.packages.get(manager, ())]


def advice(needs: Sequence[Need], managers: Collection[str]) -> str:
    """What to type to meet the needs, with each of the package managers."""
    commands = [" ".join((INSTALL[manager], *packages_of(needs, manager))) for manager in managers]
    return "Please install what is missing, and run the same command again:\n\n    " + (
        "\n    ".join(commands)
    )


def run(*command: str | Path, stdin: str = "") -> None:
    """Run a command; only its complaints are shown. `SetupError` when it fails.

    Programs of the environment are found first: npm's scripts ask for a `node`.
    """
    path = os.pathsep.join((str(VENV / "bin"), os.environ.get("PATH", os.defpath)))
    outcome = subprocess.run(
        command,
        input=stdin,
        text=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PATH": path},
        check=False,
    )
    if outcome.returncode:
        raise SetupError(f"`{' '.join(map(str, command))}` failed; see its messages above.")


def root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None where that needs a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if (
        sudo
        and not subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode
    ):
        return [sudo, "-n"]
    return None


@contextmanager
def no_services(prefix: Sequence[str]) -> Generator[None, None, None]:
    """Keep Debian from starting what is installed while this lasts.

    Nabij and its tests start PostgreSQL, nginx and others when they need them. The machine's own
    settings are left as they were.
    """
    settings = {CREATECLUSTER_CONF: ("644", "create_main_cluster = false\n")}
    if not Path(POLICY).exists():
        settings[POLICY] = ("755", "#!/bin/sh\nexit 101\n")
    for file, (mode, text) in settings.items():
        run(*prefix, "install", "-D", "-m", mode, "/dev/stdin", file, stdin=text)
    try:
        yield
    finally:
        run(*prefix, "rm", "-f", *settings)


def apt_install(packages: Sequence[str], prefix: Sequence[str]) -> None:
    """Install Debian packages, without questions."""
    quietly = (*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq")
    run(*quietly, "update")
    with no_services(prefix):
        run(*quietly, "install", "--yes", "--no-install-recommends", *packages)


def meet(needs: Sequence[Need]) -> None:
    """Install what the operating system lacks, or say what to install.

    Raises:
        SetupError: something is missing and cannot be installed without the person's help.
    """
    missing = [need for need in needs if not need.is_met()]
    if not missing:
        return
    managers = [manager for manager in INSTALL if shutil.which(manager)]
    prefix = root_prefix()
    if "apt-get" not in managers or prefix is None:
        raise SetupError(advice(missing, managers or INSTALL))
    packages = packages_of(missing, "apt-get")
    say(f"installing {', '.join(packages)}; this can take two minutes")
    apt_install(packages, prefix)


def maker() -> str:
    """Who made an environment: one made by another Python, or in another folder, is of no use."""
    return f"Python {platform.python_version()} in {ROOT}\n"


def fingerprint() -> str:
    """All that an environment is made from."""
    files = (Path(__file__), LOCK, *(member / "pyproject.toml" for member in MEMBERS))
    return maker() + digest_of(files)


def digest_of(files: Iterable[Path]) -> str:
    """A digest of what the files hold."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def locked(package: str) -> str:
    """The lock's entry for one package: its version and hashes."""
    entry = re.search(rf"^{package}==[^#]*?(?=\n\S|\n    #)", LOCK.read_text(), re.MULTILINE)
    if entry is None:
        raise SetupError(f"requirements.lock does not name {package}; run `git checkout` on it.")
    return entry.group()


def make_environment() -> None:
    """Make an environment with nothing in it but pip and uv."""
    say("making .venv")
    run(sys.executable, "-m", "venv", "--clear", VENV)
    pip_install = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip_install, "--require-hashes", "--requirement", "/dev/stdin", stdin=locked("uv"))


def fill_environment() -> None:
    """Install what the lock names and our own distributions; remove anything else."""
    say("installing requirements.lock")
    uv = (VENV / "bin" / "uv", "--quiet", "pip")
    run(*uv, "sync", "--python", PYTHON, "--compile-bytecode", "--require-hashes", LOCK)
    editables = [part for member in MEMBERS for part in ("--editable", member)]
    run(*uv, "install", "--python", PYTHON, "--no-deps", "--no-build-isolation", *editables)


def update_environment() -> None:
    """Bring `.venv` up to date; it says itself what it was made from."""
    stamp = STAMP.read_text() if STAMP.exists() else ""
    if stamp == fingerprint():
        return
    if not stamp.startswith(maker()):
        make_environment()
    fill_environment()
    STAMP.write_text(fingerprint())


def page_sources() -> list[Path]:
    """The files that the page is built from."""
    sources = sorted(file for file in (WEB / "src").rglob("*") if file.is_file())
    return [*sorted(file for file in WEB.iterdir() if file.is_file()), *sources]


def update_page() -> None:
    """Fetch what the page needs, and build it, each where something changed."""
    npm = (VENV / "bin" / "npm", "--loglevel=error", "--prefix", WEB)
    lock = (WEB / "package.json", WEB / "package-lock.json")
    fetched, built = NODE_MODULES / "nabij-fetched", NODE_MODULES / "nabij-built"
    if not is_of(fetched, digest_of(lock)):
        say("fetching sdk/web/package-lock.json")
        run(*npm, "ci", "--no-audit", "--no-fund")
        fetched.write_text(digest_of(lock))
    if not (PAGE.is_file() and is_of(built, digest_of(page_sources()))):
        say("building the page")
        run(*npm, "run", "build")
        built.write_text(digest_of(page_sources()))


def is_of(stamp: Path, digest: str) -> bool:
    """Whether a stamp says that its work was done for this digest."""
    return stamp.exists() and stamp.read_text() == digest


def say(message: str) -> None:
    """Tell the person what takes the time."""
    print(f"setup: {message}", file=sys.stderr, flush=True)


def main(*, for_tests: bool, for_bench: bool = False) -> None:
    """Bring the checkout up to date."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise SetupError(
            "Nabij needs Python 3.11 or newer, and this one is older. Install a newer one, and\n"
            "name it: make setup PYTHON=python3.12"
        )
    needs = [
        *NEEDS,
        *(TEST_NEEDS if for_tests or for_bench else ()),
        *(BENCH_NEEDS if for_bench else ()),
    ]
    meet(needs)
    update_environment()
    update_page()


if __name__ == "__main__":
    try:
        main(for_tests="--for-tests" in sys.argv[1:], for_bench="--for-bench" in sys.argv[1:])
    except SetupError as error:
        sys.exit(f"setup: {error}")
    except KeyboardInterrupt:
        sys.exit("setup: stopped; the next run begins anew")
