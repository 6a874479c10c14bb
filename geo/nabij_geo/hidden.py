"""What keeps personal numbers out of texts and pickles."""

from typing import ClassVar, NoReturn, Self


class Hidden:
    """Base of immutable values that are silent about what they hold.

    `repr`, `str` and `format` show the class and nothing of the value; a copy is the value itself;
    pickling is refused, with a message that says what to do instead.
    """

    __slots__ = ()

    _refusal: ClassVar[str] = "This is never stored or sent."

    def __repr__(self) -> str:
        return f"{type(self).__name__}(hidden)"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def _refuse_to_serialise(self, *_: object) -> NoReturn:
        raise TypeError(self._refusal)

    __getstate__ = __reduce__ = __reduce_ex__ = _refuse_to_serialise
