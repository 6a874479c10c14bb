"""What this package raises.

ConsentError
├── InvalidNotice     a notice that cannot be shown as evidence
├── InvalidEvent      a consent act that could not have happened
└── InvalidGrant      a grant that no act can have given
"""


class ConsentError(ValueError):
    """A consent value that must not exist."""


class InvalidNotice(ConsentError):
    """The notice document is incomplete or contradicts itself."""


class InvalidEvent(ConsentError):
    """The consent event contradicts itself."""


class InvalidGrant(ConsentError):
    """The grant contradicts itself."""
