"""The tables of schema ``nabij``: what is kept, and what cannot be.

Every table about a person begins its primary key with ``subject_id``. Row-level security,
privileges and triggers stand in the migrations; ``docs/data-model.md`` says who writes, reads and
erases each table.
"""

from nabij_backend.tables import (
    consent,
    installation,
    log,
    operators,
    rights,
    sources,
    status,
    subjects,
)
from nabij_backend.tables.base import SCHEMA, metadata

__all__ = [
    "SCHEMA",
    "consent",
    "installation",
    "log",
    "metadata",
    "operators",
    "rights",
    "sources",
    "status",
    "subjects",
]
