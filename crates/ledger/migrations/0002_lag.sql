-- How far each feed lags behind, as whoever follows it last put it down.
ALTER TABLE feeds ADD COLUMN lag_ms BIGINT NOT NULL DEFAULT 0;
