"""What a package offers is what its ``__all__`` says, and nothing leaks beside it."""

import importlib
from types import ModuleType

import pytest

from tests.architecture.workspace import CONSENT, GEO, SDK, Distribution


@pytest.mark.parametrize("distribution", [GEO, CONSENT, SDK], ids=lambda each: each.package)
def test_offers_just_what_it_says(distribution: Distribution) -> None:
    package = importlib.import_module(distribution.package)
    # Looking at each loads what is loaded late.
    assert all(hasattr(package, name) for name in package.__all__)
    public = {
        name
        for name, value in vars(package).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(package.__all__)
    assert public, "a package without names would pass"
