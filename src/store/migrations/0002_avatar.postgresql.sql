-- The pictures of people; see 0002_avatar.sqlite.sql. A WebP does not shrink: PostgreSQL need not try.
CREATE TABLE avatar (
    hash       TEXT COLLATE "C" PRIMARY KEY,
    account_id BIGINT NOT NULL,
    data       BYTEA NOT NULL,
    created_us BIGINT NOT NULL
);
ALTER TABLE avatar ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX avatar_account ON avatar (account_id);
