"""The tables of the public catalogue, and what is said of those about people.

Those about people stand in the SQL of the migrations alone; ``schema.txt`` holds what it makes.
"""

from nabij_backend.tables.base import SCHEMA, metadata

__all__ = ["SCHEMA", "metadata"]
