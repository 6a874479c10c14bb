"""A running service whose page is visited."""

from collections.abc import Generator

import pytest

from tests.contract.conftest import settings_of
from tests.contract.running import RunningService, make_up_sources, serving

CUSTOMERS = ("Sanne-of-the-tests", "Bram-of-the-tests")


@pytest.fixture(scope="module")
def shared(shared_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningService]:
    """A service with sources, for tests that visit it as a person of their own."""
    settings = settings_of(shared_url, tmp_path_factory.mktemp("page"))
    make_up_sources(shared_url)
    with serving(settings.model_copy(update={"local_customers": CUSTOMERS})) as service:
        yield service
