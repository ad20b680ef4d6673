-- When each detection is to be looked at, and how it stands. A row is leased by whoever looks; the number of the look
-- makes writing it twice writing it once.
CREATE TABLE looks (
    detection BIGINT NOT NULL PRIMARY KEY REFERENCES detections (id),
    due_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    done BIGINT NOT NULL DEFAULT 0,
    quiet BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    tier BIGINT NOT NULL DEFAULT 0,
    risk TEXT
);
CREATE INDEX looks_due ON looks (due_at);
INSERT INTO looks (detection, due_at) SELECT id, first_seen FROM detections WHERE test = 0 AND kind = 'name';

-- What each look gave, as `render` writes it. Never changed.
CREATE TABLE dossiers (
    detection BIGINT NOT NULL REFERENCES detections (id),
    number BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (detection, number)
);

-- The stages that a domain stands on.
CREATE TABLE stages (
    detection BIGINT NOT NULL REFERENCES detections (id),
    stage TEXT NOT NULL,
    since BIGINT NOT NULL,
    says TEXT NOT NULL,
    PRIMARY KEY (detection, stage)
);

-- Raw bytes that dossiers rest on, packed (zstd), by the SHA-256 of what they were.
CREATE TABLE evidence (
    sha256 TEXT NOT NULL PRIMARY KEY,
    media TEXT NOT NULL,
    size BIGINT NOT NULL,
    packed BYTEA NOT NULL,
    first_at BIGINT NOT NULL
);
