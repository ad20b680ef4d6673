-- What is numbered from now on.
ALTER TABLE numbers ADD COLUMN suspect BIGINT NOT NULL DEFAULT 0;
ALTER TABLE numbers ADD COLUMN pivot BIGINT NOT NULL DEFAULT 0;
ALTER TABLE numbers ADD COLUMN decision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE numbers ADD COLUMN moment BIGINT NOT NULL DEFAULT 0;

-- The tier that a look gave without the company that the domain keeps.
ALTER TABLE looks ADD COLUMN alone BIGINT NOT NULL DEFAULT 0;

-- The decision by which a detection is let pass; none where it is not.
ALTER TABLE detections ADD COLUMN allowed BIGINT;
CREATE INDEX detections_allowed ON detections (allowed) WHERE allowed IS NOT NULL;

-- Registrable domains that were looked at. Stale: something changed since campaigns were last joined.
CREATE TABLE suspects (
    id BIGINT NOT NULL PRIMARY KEY,
    domain TEXT NOT NULL UNIQUE,
    first_at BIGINT NOT NULL,
    campaign TEXT,
    stale BIGINT NOT NULL DEFAULT 1,
    -- By which alert it is raised to one, and by what: JSON; none where it is not.
    promoted TEXT
);
CREATE INDEX suspects_campaign ON suspects (campaign) WHERE campaign IS NOT NULL;
CREATE INDEX suspects_stale ON suspects (id) WHERE stale = 1;

-- Values that domains may share. Holders: on how many suspects a value was observed; joined_holders: when campaigns were last joined
-- by it.
CREATE TABLE pivots (
    id BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    holders BIGINT NOT NULL DEFAULT 0,
    joined_holders BIGINT NOT NULL DEFAULT 0,
    UNIQUE (kind, value)
);

CREATE TABLE facts (
    suspect BIGINT NOT NULL REFERENCES suspects (id),
    pivot BIGINT NOT NULL REFERENCES pivots (id),
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    claimed BIGINT NOT NULL,
    PRIMARY KEY (suspect, pivot)
);
CREATE INDEX facts_pivot ON facts (pivot, suspect);

-- Every id that a campaign ever had; where it has another by now, or was dissolved, that is said.
CREATE TABLE campaigns (
    id TEXT NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL,
    successor TEXT,
    dissolved_at BIGINT
);

-- What holds campaigns together. Why: JSON.
CREATE TABLE links (
    one BIGINT NOT NULL REFERENCES suspects (id),
    other BIGINT NOT NULL REFERENCES suspects (id),
    campaign TEXT NOT NULL,
    strength BIGINT NOT NULL,
    since BIGINT NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (one, other)
);
CREATE INDEX links_campaign ON links (campaign);

-- What became of campaigns, in order.
CREATE TABLE moments (
    id BIGINT NOT NULL PRIMARY KEY,
    campaign TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    domain TEXT,
    says TEXT NOT NULL
);
CREATE INDEX moments_campaign ON moments (campaign, id);

-- What people decided, each with who, when and why; taken back, it stays. Kind: as in the body, which is JSON.
CREATE TABLE decisions (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    body TEXT NOT NULL,
    undone_at BIGINT,
    undone_by TEXT,
    undone_why TEXT
);

-- Campaigns that others published, to compare with, and who imported them from which file. Digest: of the id, which may be long.
-- Body: JSON.
CREATE TABLE published (
    digest TEXT NOT NULL PRIMARY KEY,
    imported_at BIGINT NOT NULL,
    imported_by TEXT NOT NULL,
    imported_from TEXT NOT NULL,
    body TEXT NOT NULL
);
