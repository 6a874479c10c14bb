"""The tables. Those of the service have the same rule: no consent, no row.

But for what is to hold without consent, too: acts that are untold, receipts, and quiet places,
which nobody is told of.
"""

from typing import Final

VERSION: Final = 4
PREVIOUS_VERSION: Final = VERSION - 1

PRAGMAS: Final = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",
    "PRAGMA temp_store = MEMORY",
)

_REPORTED: Final = """
CREATE TABLE reported (
    id TEXT NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    signal TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    hour TEXT NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (purpose, signal),
    FOREIGN KEY (purpose, signal, epoch)
        REFERENCES live_grant (purpose, signal, epoch) ON DELETE CASCADE
);"""

TABLES: Final = f"""
BEGIN;
CREATE TABLE device (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    person TEXT,
    learned_at TEXT,
    notice TEXT
);
CREATE TABLE answer (
    purpose TEXT NOT NULL,
    signal TEXT NOT NULL CHECK (signal IN ('gps', 'gsm', 'wifi')),
    latest TEXT,
    objections TEXT NOT NULL,
    PRIMARY KEY (purpose, signal)
);
CREATE TABLE live_grant (
    purpose TEXT NOT NULL,
    signal TEXT NOT NULL,
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    resolution_m INTEGER CHECK (resolution_m IN (1000, 10000, 100000)),
    notice_version INTEGER NOT NULL,
    granted_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (purpose, signal),
    UNIQUE (purpose, signal, epoch),
    FOREIGN KEY (purpose, signal) REFERENCES answer ON DELETE CASCADE
);
CREATE TABLE waiting (
    id TEXT NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    signal TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    hour TEXT NOT NULL,
    status TEXT NOT NULL,
    due_at TEXT,
    FOREIGN KEY (purpose, signal, epoch)
        REFERENCES live_grant (purpose, signal, epoch) ON DELETE CASCADE
);
CREATE UNIQUE INDEX one_that_may_be_sent_and_one_that_waits
    ON waiting (purpose, signal, due_at IS NULL);
{_REPORTED}
CREATE TABLE places (one INTEGER PRIMARY KEY CHECK (one = 1), document TEXT NOT NULL);
CREATE TRIGGER places_need_a_grant BEFORE INSERT ON places
    WHEN NOT EXISTS (SELECT 1 FROM live_grant WHERE signal = 'gps')
    BEGIN SELECT RAISE(ABORT, 'places need a grant for gps'); END;
CREATE TRIGGER places_go_with_the_last_grant AFTER DELETE ON live_grant
    WHEN NOT EXISTS (SELECT 1 FROM live_grant WHERE signal = 'gps')
    BEGIN DELETE FROM places; END;
CREATE TABLE told_square (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    times INTEGER NOT NULL CHECK (times > 0),
    sealed_at TEXT
);
CREATE TRIGGER squares_are_told_under_a_grant BEFORE INSERT ON told_square
    WHEN NOT EXISTS (SELECT 1 FROM live_grant WHERE signal = 'gps')
    BEGIN SELECT RAISE(ABORT, 'squares are told under a grant for gps'); END;
CREATE TABLE quiet_place (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE quiet_tile (
    place TEXT NOT NULL REFERENCES quiet_place ON DELETE CASCADE,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (digest, place)
);
CREATE TABLE untold (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, act TEXT NOT NULL);
CREATE TABLE receipt (
    number INTEGER PRIMARY KEY,
    act_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    receipt TEXT NOT NULL
);
CREATE TABLE dropped (
    signal TEXT NOT NULL,
    reason TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (signal, reason)
);
PRAGMA user_version = {VERSION};
COMMIT;
"""  # noqa: S608 - a constant of this module

UPGRADE: Final = f"""
BEGIN;
ALTER TABLE reported RENAME TO reported_squares;
{_REPORTED}
INSERT INTO reported SELECT * FROM reported_squares;
DROP TABLE reported_squares;
PRAGMA user_version = {VERSION};
COMMIT;
"""  # noqa: S608 - a constant of this module
"""Makes a store of the previous version one of this: of what was told it kept squares alone."""
