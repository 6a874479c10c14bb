"""One browser for all tests of pages."""

from collections.abc import Generator

import pytest

from tests.web.browser import Eyes, missing, open_eyes


@pytest.fixture(scope="session")
def eyes() -> Generator[Eyes]:
    """A real browser."""
    if reason := missing():
        pytest.skip(reason)
    with open_eyes() as eyes:
        yield eyes
