"""The lock pins and hashes everything, and names no registry and no folder."""

import re
import tomllib

from tests.architecture.workspace import DISTRIBUTIONS, ROOT

LOCK = (ROOT / "requirements.lock").read_text()
ENTRIES = re.split(r"\n(?=\S)", re.sub(r"^ *#.*\n?", "", LOCK, flags=re.MULTILINE).strip())
OURS = {distribution.project["name"] for distribution in DISTRIBUTIONS}


def name_of(requirement: str) -> str:
    """The package that a requirement asks for, as the lock writes it."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None
    return re.sub(r"[._]", "-", name.group()).lower()


def test_every_package_is_pinned_and_hashed() -> None:
    pinned = re.compile(
        r"[a-z0-9-]+(\[\w+\])?==[^ ]+( ; [^\\]+?)?( \\\n    --hash=sha256:[0-9a-f]{64})+"
    )
    assert [entry for entry in ENTRIES if not pinned.fullmatch(entry)] == []


def test_no_addresses_and_no_folders() -> None:
    assert re.findall(r"\S*://\S*|(?:^|\s)/\S+|--(?:extra-)?index\S*", LOCK) == []


def test_holds_all_that_is_asked_for() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    projects = [distribution.project for distribution in DISTRIBUTIONS]
    asked = [each for project in projects for each in project["dependencies"]]
    asked += [
        each
        for project in projects
        for extra in project.get("optional-dependencies", {}).values()
        for each in extra
    ]
    wanted = {name_of(requirement) for requirement in (*asked, *groups["dev"])} - OURS
    assert wanted - {name_of(entry) for entry in ENTRIES} == set()
