-- The words that columns may hold.
CREATE TYPE nabij.signal AS ENUM ('gps', 'gsm', 'wifi');
CREATE TYPE nabij.event_kind AS ENUM ('granted', 'refused', 'deferred', 'withdrawn', 'expired');
CREATE TYPE nabij.locale AS ENUM ('nl', 'en');
CREATE TYPE nabij.platform AS ENUM ('android', 'ios', 'linux', 'other');
CREATE TYPE nabij.radio AS ENUM ('none', '2g', '3g', '4g', '5g');
CREATE TYPE nabij.technology AS ENUM ('solar', 'wind', 'hydro', 'biogas', 'biomass', 'geothermal', 'marine');
CREATE TYPE nabij.owner_kind AS ENUM ('person', 'cooperative', 'farm', 'company', 'public', 'unknown');

CREATE TABLE nabij.subject (
    subject_id uuid NOT NULL,
    CONSTRAINT subject_pkey PRIMARY KEY (subject_id)
);

CREATE TABLE nabij.identity (
    subject_id uuid NOT NULL,
    digest bytea NOT NULL,
    CONSTRAINT identity_pkey PRIMARY KEY (subject_id),
    CONSTRAINT identity_digest_length_check CHECK (octet_length(digest) = 32),
    CONSTRAINT identity_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT identity_digest_key UNIQUE (digest)
);

CREATE TABLE nabij.device (
    subject_id uuid NOT NULL,
    device_id uuid NOT NULL,
    platform nabij.platform NOT NULL,
    push_token text,
    acknowledged_at timestamptz,
    CONSTRAINT device_pkey PRIMARY KEY (subject_id, device_id),
    CONSTRAINT device_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT device_acknowledged_at_era_check CHECK (acknowledged_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.notice (
    version integer NOT NULL,
    digest varchar(64) NOT NULL,
    document jsonb NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT notice_pkey PRIMARY KEY (version),
    CONSTRAINT notice_digest_key UNIQUE (digest),
    CONSTRAINT notice_published_at_era_check CHECK (published_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.notice_served (
    subject_id uuid NOT NULL,
    nonce uuid NOT NULL,
    notice_version integer NOT NULL,
    locale nabij.locale NOT NULL,
    served_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT notice_served_pkey PRIMARY KEY (subject_id, nonce),
    CONSTRAINT notice_served_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT notice_served_notice_version_fkey FOREIGN KEY (notice_version) REFERENCES nabij.notice (version),
    CONSTRAINT notice_served_served_at_era_check CHECK (served_at >= '2020-01-01 00:00Z'),
    CONSTRAINT notice_served_used_at_era_check CHECK (used_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.consent_event (
    subject_id uuid NOT NULL,
    number bigint NOT NULL,
    event_id uuid NOT NULL,
    kind nabij.event_kind NOT NULL,
    purpose text,
    signals nabij.signal[] NOT NULL,
    notice_version integer NOT NULL,
    nonce uuid,
    device_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    salt bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    CONSTRAINT consent_event_pkey PRIMARY KEY (subject_id, number),
    CONSTRAINT consent_event_subject_id_event_id_key UNIQUE (subject_id, event_id),
    CONSTRAINT consent_event_number_check CHECK (number >= 1),
    CONSTRAINT consent_event_purpose_slug_check CHECK (purpose ~ '^[a-z]+(-[a-z]+)*$'),
    CONSTRAINT consent_event_signals_check CHECK (cardinality(signals) BETWEEN 1 AND 3),
    CONSTRAINT consent_event_every_purpose_only_ends_check CHECK (purpose IS NOT NULL OR kind IN ('withdrawn', 'expired')),
    CONSTRAINT consent_event_granted_as_shown_check CHECK ((kind = 'granted') <= (nonce IS NOT NULL)),
    CONSTRAINT consent_event_leaf_check CHECK (octet_length(salt) = 16 AND octet_length(leaf_hash) = 32),
    CONSTRAINT consent_event_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT consent_event_notice_version_fkey FOREIGN KEY (notice_version) REFERENCES nabij.notice (version),
    CONSTRAINT consent_event_occurred_at_era_check CHECK (occurred_at >= '2020-01-01 00:00Z'),
    CONSTRAINT consent_event_recorded_at_era_check CHECK (recorded_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.consent_leaf (
    position bigint NOT NULL,
    leaf_hash bytea NOT NULL,
    CONSTRAINT consent_leaf_pkey PRIMARY KEY (position),
    CONSTRAINT consent_leaf_position_check CHECK (position >= 0),
    CONSTRAINT consent_leaf_leaf_hash_check CHECK (octet_length(leaf_hash) = 32),
    CONSTRAINT consent_leaf_leaf_hash_key UNIQUE (leaf_hash)
);

CREATE TABLE nabij.checkpoint (
    tree_size bigint NOT NULL,
    root_hash bytea NOT NULL,
    signed_at timestamptz NOT NULL,
    signed_tree_head text NOT NULL,
    CONSTRAINT checkpoint_pkey PRIMARY KEY (tree_size),
    CONSTRAINT checkpoint_root_hash_check CHECK (octet_length(root_hash) = 32),
    CONSTRAINT checkpoint_signed_at_era_check CHECK (signed_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.live_grant (
    subject_id uuid NOT NULL,
    purpose text NOT NULL,
    signal nabij.signal NOT NULL,
    epoch bigint NOT NULL,
    resolution_m integer,
    event_number bigint NOT NULL,
    notice_version integer NOT NULL,
    granted_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT live_grant_pkey PRIMARY KEY (subject_id, purpose, signal),
    CONSTRAINT live_grant_subject_id_event_number_fkey FOREIGN KEY (subject_id, event_number) REFERENCES nabij.consent_event (subject_id, number),
    CONSTRAINT live_grant_epoch_check CHECK (epoch BETWEEN 1 AND event_number),
    CONSTRAINT live_grant_purpose_slug_check CHECK (purpose ~ '^[a-z]+(-[a-z]+)*$'),
    CONSTRAINT live_grant_expires_at_check CHECK (expires_at > granted_at),
    CONSTRAINT live_grant_gps_has_resolution_check CHECK ((signal = 'gps') = (resolution_m IS NOT NULL)),
    CONSTRAINT live_grant_resolution_m_check CHECK (resolution_m IN (1000, 10000, 100000)),
    CONSTRAINT live_grant_notice_version_fkey FOREIGN KEY (notice_version) REFERENCES nabij.notice (version),
    CONSTRAINT live_grant_granted_at_era_check CHECK (granted_at >= '2020-01-01 00:00Z'),
    CONSTRAINT live_grant_expires_at_era_check CHECK (expires_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.gps_status (
    subject_id uuid NOT NULL,
    purpose text NOT NULL,
    device_id uuid NOT NULL,
    signal nabij.signal GENERATED ALWAYS AS ('gps'::nabij.signal) STORED NOT NULL,
    hour timestamptz NOT NULL,
    resolution_m integer NOT NULL,
    northing_m integer NOT NULL,
    easting_m integer NOT NULL,
    cell text GENERATED ALWAYS AS ('CRS3035RES' || resolution_m || 'mN' || northing_m || 'E' || easting_m) STORED NOT NULL,
    square geometry(POLYGON,3035) GENERATED ALWAYS AS (public.ST_MakeEnvelope(easting_m, northing_m, easting_m + resolution_m, northing_m + resolution_m, 3035)) STORED NOT NULL,
    CONSTRAINT gps_status_pkey PRIMARY KEY (subject_id, purpose, device_id),
    CONSTRAINT gps_status_resolution_m_check CHECK (resolution_m IN (1000, 10000, 100000)),
    CONSTRAINT gps_status_on_grid_lines_check CHECK (northing_m % resolution_m = 0 AND easting_m % resolution_m = 0),
    CONSTRAINT gps_status_on_grid_check CHECK (northing_m >= 900000 AND northing_m < 6900000 AND easting_m >= 900000 AND easting_m < 7500000),
    CONSTRAINT gps_status_subject_id_purpose_signal_fkey FOREIGN KEY (subject_id, purpose, signal) REFERENCES nabij.live_grant (subject_id, purpose, signal) ON DELETE CASCADE,
    CONSTRAINT gps_status_subject_id_device_id_fkey FOREIGN KEY (subject_id, device_id) REFERENCES nabij.device (subject_id, device_id),
    CONSTRAINT gps_status_whole_hour_check CHECK (extract(epoch FROM hour) % 3600 = 0),
    CONSTRAINT gps_status_hour_era_check CHECK (hour >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.gsm_status (
    subject_id uuid NOT NULL,
    purpose text NOT NULL,
    device_id uuid NOT NULL,
    signal nabij.signal GENERATED ALWAYS AS ('gsm'::nabij.signal) STORED NOT NULL,
    hour timestamptz NOT NULL,
    radio nabij.radio NOT NULL,
    connected boolean NOT NULL,
    roaming boolean NOT NULL,
    level smallint NOT NULL,
    CONSTRAINT gsm_status_pkey PRIMARY KEY (subject_id, purpose, device_id),
    CONSTRAINT gsm_status_level_check CHECK (level BETWEEN 0 AND 4),
    CONSTRAINT gsm_status_subject_id_purpose_signal_fkey FOREIGN KEY (subject_id, purpose, signal) REFERENCES nabij.live_grant (subject_id, purpose, signal) ON DELETE CASCADE,
    CONSTRAINT gsm_status_subject_id_device_id_fkey FOREIGN KEY (subject_id, device_id) REFERENCES nabij.device (subject_id, device_id),
    CONSTRAINT gsm_status_whole_hour_check CHECK (extract(epoch FROM hour) % 3600 = 0),
    CONSTRAINT gsm_status_hour_era_check CHECK (hour >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.wifi_status (
    subject_id uuid NOT NULL,
    purpose text NOT NULL,
    device_id uuid NOT NULL,
    signal nabij.signal GENERATED ALWAYS AS ('wifi'::nabij.signal) STORED NOT NULL,
    hour timestamptz NOT NULL,
    connected boolean NOT NULL,
    metered boolean NOT NULL,
    level smallint NOT NULL,
    CONSTRAINT wifi_status_pkey PRIMARY KEY (subject_id, purpose, device_id),
    CONSTRAINT wifi_status_level_check CHECK (level BETWEEN 0 AND 4),
    CONSTRAINT wifi_status_subject_id_purpose_signal_fkey FOREIGN KEY (subject_id, purpose, signal) REFERENCES nabij.live_grant (subject_id, purpose, signal) ON DELETE CASCADE,
    CONSTRAINT wifi_status_subject_id_device_id_fkey FOREIGN KEY (subject_id, device_id) REFERENCES nabij.device (subject_id, device_id),
    CONSTRAINT wifi_status_whole_hour_check CHECK (extract(epoch FROM hour) % 3600 = 0),
    CONSTRAINT wifi_status_hour_era_check CHECK (hour >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.source (
    source_id text NOT NULL,
    name text NOT NULL,
    technology nabij.technology NOT NULL,
    owner_kind nabij.owner_kind NOT NULL,
    capacity_kw double precision,
    story text,
    licence text NOT NULL,
    made_up boolean NOT NULL,
    located text NOT NULL,
    geom geometry(POINT,3035) NOT NULL,
    feature text NOT NULL,
    CONSTRAINT source_pkey PRIMARY KEY (source_id),
    CONSTRAINT source_source_id_check CHECK (length(source_id) BETWEEN 1 AND 200),
    CONSTRAINT source_capacity_kw_check CHECK (capacity_kw > 0),
    CONSTRAINT source_located_check CHECK (located IN ('site', 'cell')),
    CONSTRAINT source_roofs_of_persons_are_cells_check CHECK (owner_kind <> 'person' OR located = 'cell')
);

CREATE TABLE nabij.catalogue (
    singleton boolean DEFAULT true NOT NULL,
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT catalogue_pkey PRIMARY KEY (singleton),
    CONSTRAINT catalogue_singleton_check CHECK (singleton),
    CONSTRAINT catalogue_changed_at_era_check CHECK (changed_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.choice (
    subject_id uuid NOT NULL,
    source_id text NOT NULL,
    chosen_at timestamptz NOT NULL,
    CONSTRAINT choice_pkey PRIMARY KEY (subject_id, source_id),
    CONSTRAINT choice_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT choice_source_id_fkey FOREIGN KEY (source_id) REFERENCES nabij.source (source_id) ON DELETE CASCADE,
    CONSTRAINT choice_chosen_at_era_check CHECK (chosen_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.objection (
    subject_id uuid NOT NULL,
    purpose text NOT NULL,
    objected_at timestamptz NOT NULL,
    CONSTRAINT objection_pkey PRIMARY KEY (subject_id, purpose),
    CONSTRAINT objection_purpose_slug_check CHECK (purpose ~ '^[a-z]+(-[a-z]+)*$'),
    CONSTRAINT objection_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT objection_objected_at_era_check CHECK (objected_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.access_log (
    subject_id uuid NOT NULL,
    number bigint NOT NULL,
    reader text NOT NULL,
    purpose text NOT NULL,
    read_at timestamptz NOT NULL,
    CONSTRAINT access_log_pkey PRIMARY KEY (subject_id, number),
    CONSTRAINT access_log_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT access_log_read_at_era_check CHECK (read_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.request (
    subject_id uuid NOT NULL,
    request_id uuid NOT NULL,
    kind text NOT NULL,
    identity_checked boolean NOT NULL,
    received_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    answered_at timestamptz,
    CONSTRAINT request_pkey PRIMARY KEY (subject_id, request_id),
    CONSTRAINT request_kind_check CHECK (kind IN ('insight', 'correction', 'objection', 'erasure')),
    CONSTRAINT request_due_at_check CHECK (due_at > received_at),
    CONSTRAINT request_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT request_received_at_era_check CHECK (received_at >= '2020-01-01 00:00Z'),
    CONSTRAINT request_due_at_era_check CHECK (due_at >= '2020-01-01 00:00Z'),
    CONSTRAINT request_answered_at_era_check CHECK (answered_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.erasure (
    pseudonym bytea NOT NULL,
    erased_at timestamptz NOT NULL,
    CONSTRAINT erasure_pkey PRIMARY KEY (pseudonym),
    CONSTRAINT erasure_pseudonym_length_check CHECK (octet_length(pseudonym) = 32),
    CONSTRAINT erasure_erased_at_era_check CHECK (erased_at >= '2020-01-01 00:00Z')
);

CREATE TABLE nabij.push_outbox (
    subject_id uuid NOT NULL,
    message_id uuid NOT NULL,
    device_id uuid NOT NULL,
    attempts integer NOT NULL,
    due_at timestamptz NOT NULL,
    CONSTRAINT push_outbox_pkey PRIMARY KEY (subject_id, message_id),
    CONSTRAINT push_outbox_subject_id_device_id_fkey FOREIGN KEY (subject_id, device_id) REFERENCES nabij.device (subject_id, device_id),
    CONSTRAINT push_outbox_attempts_check CHECK (attempts >= 0),
    CONSTRAINT push_outbox_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES nabij.subject (subject_id),
    CONSTRAINT push_outbox_due_at_era_check CHECK (due_at >= '2020-01-01 00:00Z')
);

CREATE INDEX source_geom_idx ON nabij.source USING gist (geom);
