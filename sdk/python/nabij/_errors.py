"""Everything that this package raises.

    NabijError
    ├── NotReachable          no answer came; whether the call arrived is not known
    ├── NotSignedIn           the service does not know who asks
    ├── NoticeSuperseded      another notice is current; carries it
    ├── Rejected              the service understood and said no; carries the problem
    ├── ServiceUnavailable    the service cannot answer now
    ├── UnknownAnswer         the service answered something this version cannot read
    ├── NoPosition            nothing on this device to rank by
    ├── CallbackFailed        code of the app raised, or answered something else; says which
    ├── AnotherAccount        the token is of somebody else than this client was made for
    ├── StoreInUse            another client, or the parent of this process, has the store
    ├── StoreFailed           what must be remembered cannot be written
    ├── NotPermitted          the customer has not agreed, or no longer; carries the reasons
    └── SensorError           a sensor gave no reading
        ├── SensorTimeout
        ├── SensorUnavailable
        ├── StaleFix          it did, but of more than five minutes ago, or of no known time
        ├── OutsideEurope     it did, but no square of the European grid holds it
        └── Unsupported

Messages say what to do. They hold no position, no square, no token and nothing that was sent.
"""

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from nabij._gate import RefusalReason
    from nabij._values import Problem, ShownNotice


class NabijError(Exception):
    """Nabij could not do what was asked."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").partition("\n")[0])

    def bare(self) -> Self:
        """Return the same without the frames that it came through, nor what caused it.

        Crash reporters send the local variables of each frame, and in some of ours there are
        addresses, requests, squares and tokens.
        """
        self.__cause__ = self.__context__ = None
        return self.with_traceback(None)


class NotReachable(NabijError):
    """The service could not be reached. Try again when the device is online."""


class NotSignedIn(NabijError):
    """Nobody is signed in, or the sign-in has ended. Sign in, so that `token` is valid."""


class NoticeSuperseded(NabijError):
    """The notice has changed meanwhile. Show the customer `current` and ask again."""

    def __init__(self, current: "ShownNotice") -> None:
        super().__init__()
        self.current = current


class Rejected(NabijError):
    """The service refused the request; see `problem`."""

    def __init__(self, problem: "Problem") -> None:
        super().__init__(f"The service refused the request; see {problem.type}.")
        self.problem = problem


class ServiceUnavailable(NabijError):
    """The service cannot answer now. Try again later; nothing was lost.

    Attributes:
        retry_after_s: how long the service asks to wait; None where it does not say.
    """

    def __init__(self, retry_after_s: int | None = None) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class UnknownAnswer(NabijError):
    """The answer is not one of a Nabij service. Check the address, or update the app."""


class NoPosition(NabijError):
    """No position may be used here. Collect gps first, or ask for a place with `nearby_at`."""


class CallbackFailed(NabijError):
    """Code that this app passed in failed, or its answer is of another type; see `which`."""

    def __init__(self, which: str) -> None:
        super().__init__(f"`{which}` failed, or its answer is of another type. See Client.")
        self.which = which


class AnotherAccount(NabijError):
    """Somebody else signed in. Close this client and make one with their `account`."""


class StoreInUse(NabijError):
    """The store is open elsewhere. Keep one client for each folder, and none across a fork."""


class StoreFailed(NabijError):
    """The store cannot be used: the disk is full or broken. Make room, then make a new client."""


class NotPermitted(NabijError):
    """The signal may not be collected now; see `reasons`."""

    def __init__(self, reasons: "tuple[RefusalReason, ...]") -> None:
        super().__init__()
        self.reasons = reasons


class SensorError(NabijError):
    """The sensor gave no reading."""


class SensorTimeout(SensorError):
    """The sensor gave no reading in time. Try again, outdoors if it is about gps."""


class SensorUnavailable(SensorError):
    """The sensor could not be opened. Check that it is switched on and that its service runs."""


class StaleFix(SensorError):
    """The position is more than five minutes old, or of no known time. Give `measured_s`."""


class OutsideEurope(SensorError):
    """The position lies outside the European grid, so no square stands for it."""


class Unsupported(SensorError):
    """This device cannot tell this signal. Leave it out of what you collect.

    Attributes:
        why: what is missing, in a sentence for the developer.
    """

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why or str(self)
