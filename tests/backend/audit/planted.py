"""What somebody with every power over the database may do to it, and what it is found as."""

from typing import LiteralString

from nabij_backend.audit.findings import AuditFault

PLANTED: dict[str, tuple[LiteralString, set[AuditFault]]] = {
    "who": (
        """
        UPDATE consent_event SET subject_id = '00000000-0000-0000-0000-000000000000'
        WHERE subject_id NOT IN (SELECT subject_id FROM live_grant)
        """,
        {AuditFault.EDITED_ACT},
    ),
    "kind": (
        "UPDATE consent_event SET kind = 'deferred' WHERE kind = 'refused'",
        {AuditFault.EDITED_ACT},
    ),
    "purpose": (
        "UPDATE consent_event SET purpose = 'research' WHERE kind = 'refused'",
        {AuditFault.EDITED_ACT},
    ),
    "signals": (
        "UPDATE consent_event SET signals = '{gsm}' WHERE kind = 'refused'",
        {AuditFault.EDITED_ACT},
    ),
    "nonce": (
        """
        UPDATE consent_event SET nonce = gen_random_uuid() WHERE nonce IS NOT NULL
        """,
        {AuditFault.EDITED_ACT},
    ),
    "device": (
        "UPDATE consent_event SET device_id = gen_random_uuid()",
        {AuditFault.EDITED_ACT},
    ),
    "method": (
        "UPDATE consent_event SET method = 'operator' WHERE kind = 'withdrawn'",
        {AuditFault.EDITED_ACT},
    ),
    "mandate": (
        "UPDATE consent_event SET mandate_id = gen_random_uuid() WHERE kind <> 'granted'",
        {AuditFault.EDITED_ACT},
    ),
    "when it happened": (
        "UPDATE consent_event SET occurred_at = occurred_at - interval '1 ms'",
        {AuditFault.EDITED_ACT},
    ),
    "when it was recorded": (
        """
        UPDATE consent_event SET recorded_at = recorded_at + interval '1 us' WHERE kind
        = 'refused'
        """,
        {AuditFault.EDITED_ACT},
    ),
    "salt": (
        "UPDATE consent_event SET salt = decode(repeat('00', 16), 'hex')",
        {AuditFault.EDITED_ACT},
    ),
    "leaf, in the act alone": (
        """
        UPDATE consent_event SET leaf_hash = sha256('x') WHERE kind = 'refused'
        """,
        {AuditFault.DELETED_ACT, AuditFault.EDITED_ACT},
    ),
    "the first act": (
        "DELETE FROM consent_event WHERE kind = 'refused'",
        {AuditFault.DELETED_ACT},
    ),
    "the last act": (
        """
        DELETE FROM consent_event WHERE kind = 'withdrawn';
        INSERT INTO live_grant (subject_id, purpose, signal, epoch, begun_number, resolution_m,
        retention_days, event_number, notice_version, granted_at, expires_at) SELECT
        subject_id, purpose, 'gps', epoch_of(leaf_hash), 2, 1000, 30, 2, 1, recorded_at,
        recorded_at + interval '365 days' FROM consent_event WHERE number = 2 AND subject_id NOT IN
        (SELECT subject_id FROM live_grant)
        """,
        {AuditFault.DELETED_ACT},
    ),
    "a whole person": (
        """
        DELETE FROM consent_event WHERE subject_id NOT IN (SELECT subject_id FROM
        live_grant)
        """,
        {AuditFault.DELETED_ACT},
    ),
    "two acts swapped in the log": (
        """
        UPDATE consent_leaf SET position = 10 WHERE position = 0;
        UPDATE consent_leaf SET position = 0 WHERE position = 4;
        UPDATE consent_leaf SET position = 4 WHERE position = 10
        """,
        {AuditFault.DAMAGED_TREE, AuditFault.FORGED_CHECKPOINT, AuditFault.REORDERED_ACTS},
    ),
    "an act that was never logged": (
        """
        INSERT INTO consent_event SELECT subject_id, number + 1, gen_random_uuid(),
        kind, purpose, signals, notice_version, nonce, device_id, occurred_at,
        recorded_at, salt, leaf_hash, method, mandate_id FROM consent_event WHERE kind =
        'withdrawn'
        """,
        {AuditFault.EDITED_ACT},
    ),
    "a leaf that waits": (
        "DELETE FROM pending_leaf",
        {AuditFault.UNLOGGED_ACT},
    ),
    "a notice's text": (
        """
        UPDATE notice SET document = jsonb_set(document, '{title,nl}', '"Anders"')
        """,
        {AuditFault.EDITED_NOTICE},
    ),
    "a notice's text and digest": (
        "UPDATE notice SET digest = repeat('0', 64)",
        {AuditFault.EDITED_ACT, AuditFault.EDITED_NOTICE},
    ),
    "a notice that is none": (
        """UPDATE notice SET document = '{"material_since": 1}'""",
        {AuditFault.EDITED_NOTICE, AuditFault.WRONG_GRANT},
    ),
    "a grant that nobody gave": (
        """
        INSERT INTO live_grant (subject_id, purpose, signal, epoch, begun_number, resolution_m,
        retention_days, event_number, notice_version, granted_at, expires_at) SELECT
        subject_id, 'research', signal, epoch, begun_number, resolution_m, retention_days,
        event_number, notice_version, granted_at, expires_at FROM live_grant
        """,
        {AuditFault.WRONG_GRANT},
    ),
    "a grant of nobody": (
        """
        INSERT INTO live_grant (subject_id, purpose, signal, epoch, begun_number, resolution_m,
        retention_days, event_number, notice_version, granted_at, expires_at) SELECT
        gen_random_uuid(), purpose, signal, epoch, begun_number, resolution_m, retention_days,
        event_number, notice_version, granted_at, expires_at FROM live_grant
        """,
        {AuditFault.WRONG_GRANT},
    ),
    "a grant kept longer": (
        "UPDATE live_grant SET expires_at = expires_at + interval '1 day'",
        {AuditFault.WRONG_GRANT},
    ),
    "a grant given later": (
        "UPDATE live_grant SET granted_at = granted_at + interval '1 ms'",
        {AuditFault.WRONG_GRANT},
    ),
    "a finer grant": (
        "UPDATE live_grant SET resolution_m = 10000 WHERE signal = 'gps'",
        {AuditFault.WRONG_GRANT},
    ),
    "a grant with statuses for longer": (
        "UPDATE live_grant SET retention_days = 3650",
        {AuditFault.WRONG_GRANT},
    ),
    "a grant of another epoch": (
        "UPDATE live_grant SET epoch = event_number WHERE signal = 'gps'",
        {AuditFault.WRONG_GRANT},
    ),
    "a grant that another act began": (
        "UPDATE live_grant SET begun_number = event_number WHERE signal = 'gps'",
        {AuditFault.WRONG_GRANT},
    ),
    "a grant of another act": (
        "UPDATE live_grant SET event_number = 2 WHERE signal = 'wifi'",
        {AuditFault.WRONG_GRANT},
    ),
    "a grant of another notice": (
        "UPDATE live_grant SET notice_version = 2",
        {AuditFault.WRONG_GRANT},
    ),
    "a grant taken away": (
        "DELETE FROM live_grant WHERE signal = 'wifi'",
        {AuditFault.WRONG_GRANT},
    ),
    "a status without a grant": (
        """
        INSERT INTO gsm_status (subject_id, purpose, device_id, hour, connected)
        SELECT subject_id, 'research', device_id, hour, connected FROM gsm_status
        """,
        {AuditFault.UNCOVERED_STATUS},
    ),
    "a node": (
        "UPDATE consent_node SET hash = sha256('x')",
        {AuditFault.DAMAGED_TREE},
    ),
    "a node too few": (
        "DELETE FROM consent_node WHERE level = 2",
        {AuditFault.DAMAGED_TREE},
    ),
    "a node too many": (
        "INSERT INTO consent_node VALUES (9, 0, sha256('x'))",
        {AuditFault.DAMAGED_TREE},
    ),
    "a checkpoint's signature": (
        """
        UPDATE checkpoint SET signed_tree_head = left(signed_tree_head, -4) WHERE
        tree_size = 2
        """,
        {AuditFault.FORGED_CHECKPOINT},
    ),
    "a checkpoint's root": (
        "UPDATE checkpoint SET root_hash = sha256('x') WHERE tree_size = 2",
        {AuditFault.FORGED_CHECKPOINT},
    ),
    "a checkpoint of another size": (
        """
        INSERT INTO checkpoint SELECT 3, root_hash, signed_at, signed_tree_head FROM
        checkpoint WHERE tree_size = 2
        """,
        {AuditFault.FORGED_CHECKPOINT},
    ),
    "the newest checkpoint gone": (
        "DELETE FROM checkpoint WHERE tree_size = 5",
        {AuditFault.FORGED_CHECKPOINT},
    ),
    "a leaf cut off": (
        "DELETE FROM consent_leaf WHERE position = 4",
        {AuditFault.TRUNCATED_LOG, AuditFault.UNLOGGED_ACT},
    ),
    "a leaf in between": (
        "DELETE FROM consent_leaf WHERE position = 1",
        {AuditFault.DAMAGED_TREE, AuditFault.TRUNCATED_LOG, AuditFault.UNLOGGED_ACT},
    ),
}

# The tail of the log, and all that hangs on it, made as if it had never been.
CUT_OFF = """
DELETE FROM consent_event WHERE leaf_hash IN (
    SELECT leaf_hash FROM consent_leaf WHERE position >= 2);
DELETE FROM consent_leaf WHERE position >= 2;
DELETE FROM consent_node WHERE level > 1 OR index > 0;
DELETE FROM checkpoint WHERE tree_size > 2;
DELETE FROM gps_status; DELETE FROM gsm_status;
DELETE FROM live_grant;
INSERT INTO live_grant (subject_id, purpose, signal, epoch, begun_number, resolution_m,
    retention_days, event_number, notice_version, granted_at, expires_at)
SELECT subject_id, purpose, signal, epoch_of(leaf_hash), 1, resolution_m, 30, 1, 1, recorded_at,
    recorded_at + interval '365 days'
FROM consent_event, (VALUES ('gps'::signal, 1000), ('wifi', NULL)) AS given (signal, resolution_m)
WHERE kind = 'granted'
"""
