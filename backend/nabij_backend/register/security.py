"""Security measures (GDPR, Article 32(1)), each with the test that shows it at work."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """What is done, and the tests that fail where it is not, below ``tests/``."""

    what: str
    shown_by: str


MEASURES = (
    Measure(
        "A person is known by a random number; the sign-in is kept as an HMAC under a key that is "
        "not in the database.",
        "backend/identity/test_sign_in.py",
    ),
    Measure(
        "No field or column holds a position: only squares of at least one kilometre.",
        "backend/database/test_coordinates.py",
    ),
    Measure(
        "A status cannot be stored without the grant that allows it, and goes when the grant goes.",
        "backend/database/test_refusals.py",
    ),
    Measure(
        "A transaction sees the rows of one person, by row-level security.",
        "backend/database/test_row_security.py",
    ),
    Measure(
        "Each role of the database has the least power, column by column.",
        "backend/database/test_guards.py",
    ),
    Measure(
        "Logs hold routes, statuses and durations, and nothing of what came in.",
        "backend/test_telemetry.py",
    ),
    Measure(
        "Operators need a claim of the issuer and a row in the database, and each look is logged "
        "and shown to the customer.",
        "backend/cli/test_operators.py",
    ),
    Measure(
        "What is over is deleted by itself, at the time that the notice promises.",
        "backend/retention/test_sweeping.py",
    ),
    Measure(
        "Every act of consent is in a signed, append-only log that shows later changes.",
        "consent/test_merkle.py",
    ),
)
