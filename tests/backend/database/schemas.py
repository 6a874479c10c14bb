"""A database's schema, held against the one of this release."""

import psycopg

from nabij_backend.schema import Differences, describe, differences


def differences_of(url: str) -> Differences:
    """How the schema of the database differs; falsy where it does not."""
    with psycopg.connect(url) as connection:
        return differences(describe(connection))
