-- The pictures of people, WebP, at most one each: account.avatar is the hash of theirs. Its name is
-- made of the account and the picture, so a row is one person's alone and goes with them.
CREATE TABLE avatar (
    hash       TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL,
    data       BLOB NOT NULL,
    created_us INTEGER NOT NULL
) STRICT;
CREATE INDEX avatar_account ON avatar (account_id);
