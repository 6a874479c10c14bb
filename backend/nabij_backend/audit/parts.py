"""Parts of an audit, so that many short snapshots replace a long one. Pure.

Rules:

1. a person is in the part that the place of their pseudonym among all says; pseudonyms are random,
   so parts are of a size;
2. block ``b`` of the leaves is in part ``b mod n`` of ``n``: it stays there while the log grows;
3. a block begins with the tree that the stored nodes before it give, and these are held against
   their leaves in the parts of the blocks before. So all parts together show what a whole audit
   shows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from nabij_backend.errors import UserError

_PSEUDONYMS = 2**128
_WORDS = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", re.ASCII)


class NoPart(UserError):
    """This is no part of an audit.

    Say which one of how many, such as 3/24: at most 9999.
    """


@dataclass(frozen=True, slots=True)
class AuditPart:
    """One of so many; the first is number 1. ``block``: so many leaves are read at once."""

    number: int
    of: int
    block: int = 1_024

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``3/24``.

        Raises:
            NoPart: it is not one.
        """
        found = _WORDS.fullmatch(text)
        if found is None:
            raise NoPart
        number, of = map(int, found.groups())
        if number > of:
            raise NoPart
        return cls(number, of)

    @property
    def first_person(self) -> UUID:
        """The least pseudonym in it."""
        return UUID(int=_PSEUDONYMS * (self.number - 1) // self.of)

    @property
    def last_person(self) -> UUID:
        """The greatest pseudonym in it."""
        return UUID(int=_PSEUDONYMS * self.number // self.of - 1)

    def persons_done(self, last: UUID) -> float:
        """Return how much of its persons is done when this one is, from 0 to 1."""
        return (last.int - self.first_person.int + 1) * self.of / _PSEUDONYMS

    def blocks(self, leaves: int) -> Sequence[int]:
        """Return where its blocks begin, in a log of so many leaves."""
        return range((self.number - 1) * self.block, leaves, self.of * self.block)


WHOLE = AuditPart(1, 1)
