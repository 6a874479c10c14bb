"""The part of `make setup` that decides; what it does is shown by every fresh clone."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import setup

GPSD = "gpsd gpsd-clients"
APT_DBUS = "dbus python3-dbus python3-gi"
SHELL = "chromium-headless-shell"
DNF_DBUS = "dbus-daemon dbus-tools python3-dbus python3-gobject-base"
NEAR = "pgbouncer nginx haproxy varnish"
APT_NEAR = f"{NEAR} prometheus strace"
DNF_NEAR = f"{NEAR} golang-github-prometheus strace"
APT_QT = "libegl1 libgl1 libxkbcommon0 libfontconfig1 fonts-dejavu-core"
DNF_QT = "libglvnd-egl libglvnd-glx libxkbcommon fontconfig glib2"


def test_the_lock_entry_of_uv_is_a_version_with_hashes_only() -> None:
    first, *hashes = setup.locked("uv").splitlines()
    assert first.startswith("uv==")
    assert hashes
    assert all(line.startswith("    --hash=sha256:") for line in hashes)


def test_a_package_that_is_not_locked_is_an_error() -> None:
    with pytest.raises(setup.SetupError, match="does not name"):
        setup.locked("no-such-package")


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        (
            "apt-get",
            f"python3-venv postgresql-postgis {GPSD} {APT_DBUS} {APT_NEAR} {SHELL} {APT_QT}",
        ),
        ("dnf", f"postgresql-server postgis {GPSD} {DNF_DBUS} {DNF_NEAR} chromium {DNF_QT}"),
        ("brew", f"postgresql@17 postgis gpsd {NEAR} prometheus"),
    ],
)
def test_advice_is_a_line_to_type(manager: str, line: str) -> None:
    needs = setup.NEEDS + setup.TEST_NEEDS
    command = f"{setup.INSTALL[manager]} {line}"
    assert setup.advice(needs, [manager]).endswith(f"\n\n    {command}")


def test_what_is_there_is_not_asked_for() -> None:
    setup.meet([setup.Need(lambda: True, {"apt-get": ("never-installed",)})])


def test_without_a_package_manager_every_way_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    need = setup.Need(lambda: False, {"apt-get": ("a",), "dnf": ("b",), "brew": ("c",)})
    with pytest.raises(setup.SetupError, match=r"apt-get install.* a\n.*dnf install b\n.*brew"):
        setup.meet([need])


def test_the_fingerprint_follows_the_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = setup.fingerprint()
    changed = tmp_path / "requirements.lock"
    changed.write_text(setup.LOCK.read_text() + "#\n")
    monkeypatch.setattr(setup, "LOCK", changed)
    assert setup.fingerprint() != before


def test_a_command_that_fails_is_named() -> None:
    with pytest.raises(setup.SetupError, match="-c pass; raise SystemExit"):
        setup.run(sys.executable, "-c", "pass; raise SystemExit(3)")


def test_an_older_python_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(setup.SetupError, match="make setup PYTHON="):
        setup.main(for_tests=False)


def test_it_can_be_read_by_the_pythons_it_turns_away() -> None:
    program = f"import ast; ast.parse(open({setup.__file__!r}).read(), feature_version=(3, 8))"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", setup.BROWSERS)
def test_any_chromium_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(setup, "os_name", lambda: "debian")
    assert not setup.has_chromium()
    (tmp_path / name).touch(mode=0o755)
    assert setup.has_chromium()


def test_ubuntu_is_not_asked_for_a_snap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(setup, "os_name", lambda: "ubuntu")
    assert setup.has_chromium()
