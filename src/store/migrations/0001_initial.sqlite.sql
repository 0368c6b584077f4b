-- The first schema. Times are microseconds since 1970 UTC; 0 or NULL is "never".

-- A person. An erased account keeps its row, without anything personal, so that the graph of
-- invites stays whole. Nobody may activate an erased account's code.
CREATE TABLE account (
    id           INTEGER PRIMARY KEY,
    phone        TEXT UNIQUE,
    role         TEXT NOT NULL DEFAULT 'user',
    first_name   TEXT,
    last_name    TEXT,
    email        TEXT,
    city         TEXT,
    telegram_id  TEXT,
    avatar       TEXT,
    locale       TEXT NOT NULL,
    invite_code  TEXT NOT NULL UNIQUE,
    invited_by   INTEGER REFERENCES account (id),
    inviter_code TEXT, -- theirs: codes never change, and a profile is then read from one row
    invited_us   INTEGER,
    activated_by BLOB,
    created_us   INTEGER NOT NULL,
    disabled_us  INTEGER,
    erased_us    INTEGER
) STRICT;
-- The list of invitees, newest first, by keyset. With the phone in it a page is read from one place,
-- however many accounts there are.
CREATE INDEX account_invitees ON account (invited_by, invited_us, id, phone)
 WHERE invited_by IS NOT NULL;

-- A code on its way: purpose 1 signs in, 2 proves a new number of account_id, 3 signs in and is
-- found by its phone (dialects). The code itself is not here; nonce and mac go when it can no longer be used.
CREATE TABLE challenge (
    id              BLOB PRIMARY KEY,
    phone           TEXT NOT NULL,
    purpose         INTEGER NOT NULL,
    account_id      INTEGER,
    nonce           BLOB,
    mac             BLOB,
    code_length     INTEGER NOT NULL,
    attempts_left   INTEGER NOT NULL,
    resends         INTEGER NOT NULL DEFAULT 0,
    requester       BLOB NOT NULL,
    channel         TEXT NOT NULL,
    locale          TEXT NOT NULL,
    invite_given    TEXT,
    invite_forgiven TEXT,
    created_us      INTEGER NOT NULL,
    sent_us         INTEGER NOT NULL,
    expires_us      INTEGER NOT NULL,
    superseded_us   INTEGER,
    sent_by         BLOB,
    tried_by        BLOB,
    redeemed_by     BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX challenge_phone ON challenge (phone, created_us);
-- Numbers an account is about to take; sign-ins have account_id 0.
CREATE INDEX challenge_account ON challenge (account_id) WHERE account_id > 0;
CREATE INDEX challenge_created ON challenge (created_us);
-- Codes that the cleaning has yet to forget.
CREATE INDEX challenge_expires ON challenge (expires_us) WHERE mac IS NOT NULL;

-- What happened to a phone lately, for limits that no restart resets: kind 1 a message sent, 2 a
-- wrong guess against a code of code_length digits.
CREATE TABLE phone_ledger (
    phone       TEXT NOT NULL,
    kind        INTEGER NOT NULL,
    at_us       INTEGER NOT NULL,
    ref         BLOB NOT NULL,
    code_length INTEGER NOT NULL,
    PRIMARY KEY (phone, kind, at_us, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_ledger_at ON phone_ledger (at_us);

-- AUTOINCREMENT: an id never comes back, so an access token of an ended session stays dead.
CREATE TABLE session (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  INTEGER NOT NULL REFERENCES account (id),
    seed        BLOB NOT NULL,
    generation  INTEGER NOT NULL DEFAULT 0,
    is_first    INTEGER NOT NULL DEFAULT 0,
    device_name TEXT,
    user_agent  TEXT,
    address     TEXT,
    created_us  INTEGER NOT NULL,
    used_us     INTEGER NOT NULL,
    rotated_us  INTEGER NOT NULL DEFAULT 0,
    expires_us  INTEGER NOT NULL
) STRICT;
-- One session a request, and the sessions of one account.
CREATE UNIQUE INDEX session_account ON session (account_id, seed);

-- Messages to be carried; step 0 is the first sending of a code, 1... its resends.
-- state: 0 waiting, 1 claimed, 2 delivered, 3 given up.
CREATE TABLE outbox (
    challenge_id BLOB NOT NULL,
    step         INTEGER NOT NULL,
    phone        TEXT NOT NULL,
    channel      TEXT NOT NULL,
    locale       TEXT NOT NULL,
    created_us   INTEGER NOT NULL,
    due_us       INTEGER NOT NULL,
    state        INTEGER NOT NULL DEFAULT 0,
    lease_us     INTEGER NOT NULL DEFAULT 0,
    claimed_by   BLOB,
    attempts     INTEGER NOT NULL DEFAULT 0,
    provider     TEXT,
    done_us      INTEGER,
    PRIMARY KEY (challenge_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (due_us) WHERE state < 2;
CREATE INDEX outbox_created ON outbox (created_us);

-- The simulated handset of development mode.
CREATE TABLE handset (
    id           INTEGER PRIMARY KEY,
    phone        TEXT NOT NULL,
    text         TEXT NOT NULL,
    code         TEXT NOT NULL,
    channel      TEXT NOT NULL,
    provider     TEXT NOT NULL,
    sent_us      INTEGER NOT NULL,
    delivered_us INTEGER NOT NULL
) STRICT;
CREATE INDEX handset_phone ON handset (phone, id);

CREATE TABLE audit (
    id         INTEGER PRIMARY KEY,
    at_us      INTEGER NOT NULL,
    event      TEXT NOT NULL,
    account_id INTEGER,
    session_id INTEGER,
    address    TEXT
) STRICT;
CREATE INDEX audit_account ON audit (account_id, id);
-- A sign-in that is run again is still one.
CREATE UNIQUE INDEX audit_sign_in ON audit (session_id) WHERE event = 'sign_in';

-- Private keys of access tokens, sealed under the master key.
CREATE TABLE signing_key (
    kid        TEXT PRIMARY KEY,
    sealed     BLOB NOT NULL,
    created_us INTEGER NOT NULL,
    active_us  INTEGER NOT NULL,
    retired_us INTEGER NOT NULL
) STRICT;

-- First replies of requests with an Idempotency-Key.
CREATE TABLE idempotency (
    request_id    BLOB PRIMARY KEY,
    fingerprint   BLOB NOT NULL,
    attempts_left INTEGER NOT NULL,
    created_us    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_created ON idempotency (created_us);

-- Periodic work and locks: who holds what until when.
CREATE TABLE lease (
    name     TEXT PRIMARY KEY,
    holder   BLOB,
    until_us INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO lease (name) VALUES ('sweep'), ('ready');

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
