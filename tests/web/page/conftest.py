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
    # A busy machine takes its time, and no test here is about a pool that is empty.
    patient = {"local_customers": CUSTOMERS, "pool_wait_s": 15.0}
    with serving(settings.model_copy(update=patient)) as service:
        yield service
