"""What all tests share: how long hypothesis looks, and the fixtures of ``tests.fixtures``."""

import os
from collections import Counter

import hypothesis
import pytest

# HYPOTHESIS_PROFILE=thorough looks longer, and fast less. No deadline: the first example loads what
# it needs.
hypothesis.settings.register_profile("fast", max_examples=10, deadline=None)
hypothesis.settings.register_profile("quick", max_examples=100, deadline=None)
hypothesis.settings.register_profile("thorough", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Not a test module by its name, but its assertions are to be told as fully.
pytest.register_assert_rewrite("tests.backend.model")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse two tests of one name: xdist would run one of them and call both passed."""
    counted = Counter(each.nodeid for each in items)
    if twice := [name for name, count in counted.items() if count > 1]:
        raise pytest.UsageError(f"Several tests have one name: {', '.join(twice)}")


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures where tests run; the process that only hands them out starts sooner."""
    hands_out = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not hands_out:
        config.pluginmanager.import_plugin("tests.fixtures")
