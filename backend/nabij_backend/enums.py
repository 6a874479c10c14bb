"""Enumerations that tables and API share, besides those of ``nabij_consent``."""

from enum import StrEnum


class Platform(StrEnum):
    """What kind of device reports."""

    ANDROID = "android"
    IOS = "ios"
    LINUX = "linux"
    OTHER = "other"


class Technology(StrEnum):
    """How a source makes energy."""

    SOLAR = "solar"
    WIND = "wind"
    HYDRO = "hydro"
    BIOGAS = "biogas"
    BIOMASS = "biomass"
    GEOTHERMAL = "geothermal"
    MARINE = "marine"


class OwnerKind(StrEnum):
    """Who owns a source. A private person's is published as a cell."""

    PERSON = "person"
    COOPERATIVE = "cooperative"
    FARM = "farm"
    COMPANY = "company"
    PUBLIC = "public"
    UNKNOWN = "unknown"


class Reader(StrEnum):
    """Who looked at what is known of a person."""

    DASHBOARD = "dashboard"
    EXPORT = "export"
    OPERATOR = "operator"
    AGENT = "agent"


class OperatorAction(StrEnum):
    """What an operator calls for, as the log says it and the customers whom it is about read it."""

    SUBJECT_SHOW = "subject-show"
    SUBJECT_EXPORT = "subject-export"
    SUBJECT_ERASE = "subject-erase"
    CONSENT_HISTORY = "consent-history"
    REQUESTS_ADD = "requests-add"
    REQUESTS_CHECK = "requests-check"
    REQUESTS_ANSWER = "requests-answer"
    REQUESTS_LIST = "requests-list"
    MANDATES_ADD = "mandates-add"
    MANDATES_LIST = "mandates-list"
    MANDATES_END = "mandates-end"
    NOTICE_PUBLISH = "notice-publish"
    REGISTER = "register"
    RETENTION_RUN = "retention-run"
    RETENTION_DRY_RUN = "retention-dry-run"
    LOG_SETTLE = "log-settle"
    REPORTS_LIST = "reports-list"
    REPORTS_ANSWER = "reports-answer"


class ReportState(StrEnum):
    """How far a report of a vulnerability is."""

    RECEIVED = "received"
    LOOKED_INTO = "looked-into"
    MENDED = "mended"
    NO_FAULT = "no-fault"


class OperatorRefusal(StrEnum):
    """Why a call of an operator was refused."""

    NOT_SIGNED_IN = "not-signed-in"
    NOT_ACCEPTED = "not-accepted"
    NOT_CHECKED = "not-checked"
    NO_CLAIM = "no-claim"
    NOT_ADDED = "not-added"


class RequestKind(StrEnum):
    """What somebody asked for outside the app: GDPR articles 15 to 18, 20 and 21."""

    INSIGHT = "insight"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"


class IdentityCheck(StrEnum):
    """How it was made sure that a request comes from the person. No copy is kept of anything."""

    SIGNED_IN = "signed-in"
    CALL_BACK = "call-back"
    LETTER_CODE = "letter-code"
    IN_PERSON = "in-person"


class RequestOutcome(StrEnum):
    """How a request ended."""

    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Objectionable(StrEnum):
    """What a person may object to whatever they agreed to before: GDPR article 21."""

    MARKETING = "marketing"
    ANALYTICS = "analytics"
