"""What the example app declares to the operating systems: one permission, and no more."""

import tomllib
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2] / "examples" / "toga" / "pyproject.toml"


def declared() -> dict[str, Any]:
    """What Briefcase reads."""
    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))["tool"]["briefcase"]["app"][
        "buurtstroom"
    ]


def test_asks_for_approximate_location_and_nothing_else() -> None:
    app = declared()
    assert set(app["permission"]) == {"coarse_location"}
    for platform in (app["android"], app["iOS"]):
        assert not {"permission", "info", "feature"} & platform.keys()


def test_says_in_the_question_of_the_system_what_is_told() -> None:
    assert "10 bij 10 kilometer" in declared()["permission"]["coarse_location"]
