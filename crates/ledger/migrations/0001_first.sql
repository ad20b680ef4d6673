-- One dialect for both stores: columns are BIGINT and TEXT. Times are milliseconds since the epoch, digests
-- lower-case hexadecimal, booleans 0 and 1, tiers 0 (none), 1 (watch), 2 (alert), scores in 1/10000.

-- The last number given to anything that is numbered. Whoever writes locks its one row first.
CREATE TABLE numbers (
    id BIGINT NOT NULL PRIMARY KEY,
    event BIGINT NOT NULL,
    detection BIGINT NOT NULL,
    alarm BIGINT NOT NULL,
    segment BIGINT NOT NULL
);
INSERT INTO numbers (id, event, detection, alarm, segment) VALUES (1, 0, 0, 0, 0);

-- Who watches; on PostgreSQL only, and only true while the advisory lock is held.
CREATE TABLE holder (
    id BIGINT NOT NULL PRIMARY KEY,
    says TEXT NOT NULL
);

CREATE TABLE feeds (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    description TEXT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL,
    seen BIGINT NOT NULL,
    settled BIGINT NOT NULL,
    tree TEXT NOT NULL,
    head_size BIGINT,
    head_time BIGINT,
    head_evidence TEXT,
    rate_milli BIGINT NOT NULL,
    last_error TEXT,
    last_error_at BIGINT,
    updated_at BIGINT NOT NULL,
    interval_start BIGINT,
    interval_end BIGINT
);

CREATE TABLE counters (
    feed TEXT NOT NULL REFERENCES feeds (id),
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (feed, name)
);

CREATE TABLE detections (
    id BIGINT NOT NULL PRIMARY KEY,
    registrable TEXT NOT NULL,
    organisation TEXT NOT NULL,
    test BIGINT NOT NULL,
    kind TEXT NOT NULL,
    tier BIGINT NOT NULL,
    score BIGINT NOT NULL,
    detail TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    not_before BIGINT,
    sct BIGINT,
    checkpoint BIGINT,
    told BIGINT,
    UNIQUE (registrable, organisation, test)
);

-- A name of a detection in one entry of one feed, with the certificate as it stood there.
CREATE TABLE sightings (
    detection BIGINT NOT NULL REFERENCES detections (id),
    name TEXT NOT NULL,
    feed TEXT NOT NULL,
    position BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    sct BIGINT,
    checkpoint BIGINT,
    issuance TEXT,
    certificate TEXT,
    spki TEXT,
    issuer TEXT,
    serial TEXT,
    not_before BIGINT,
    not_after BIGINT,
    PRIMARY KEY (detection, name, feed, position)
);

CREATE TABLE events (
    number BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    detection BIGINT REFERENCES detections (id),
    body TEXT NOT NULL
);

CREATE TABLE outbox (
    event BIGINT NOT NULL REFERENCES events (number),
    channel TEXT NOT NULL,
    tries BIGINT NOT NULL,
    again_at BIGINT NOT NULL,
    error TEXT,
    delivered_at BIGINT,
    PRIMARY KEY (event, channel)
);
CREATE INDEX outbox_due ON outbox (channel, again_at) WHERE delivered_at IS NULL;

CREATE TABLE alarms (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    feed TEXT NOT NULL,
    says TEXT NOT NULL,
    evidence TEXT,
    raised_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    count BIGINT NOT NULL,
    cleared_at BIGINT
);
CREATE UNIQUE INDEX alarms_open ON alarms (feed, kind) WHERE cleared_at IS NULL;

CREATE TABLE segments (
    number BIGINT NOT NULL PRIMARY KEY,
    path TEXT NOT NULL,
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    day TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

-- Whom the lake was or is still to be scanned for.
CREATE TABLE organisations (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    scanned_upto BIGINT NOT NULL,
    wanted_upto BIGINT NOT NULL
);
