-- Entries of which nobody can say that all names were read: where they are, why, and their bytes (the first of them)
-- in hexadecimal.
CREATE TABLE unreadable (
    feed TEXT NOT NULL REFERENCES feeds (id),
    position BIGINT NOT NULL,
    why TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    raw TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (feed, position)
);
