"""What this package raises.

ConsentError
├── InvalidNotice     a notice that cannot be shown as evidence
├── InvalidEvent      a consent act that could not have happened
├── InvalidGrant      a grant that no act can have given
├── InvalidProof      a proof about the log that does not hold
└── InvalidReceipt    a receipt that contradicts itself
"""


class ConsentError(ValueError):
    """A consent value that must not exist."""


class InvalidNotice(ConsentError):
    """The notice document is incomplete or contradicts itself."""


class InvalidEvent(ConsentError):
    """The consent event contradicts itself."""


class InvalidGrant(ConsentError):
    """The grant contradicts itself."""


class InvalidProof(ConsentError):
    """The proof does not show what it is for."""


class InvalidReceipt(ConsentError):
    """The receipt is incomplete, or what it shows is not what the log committed to."""
