-- What the pages, administration and hosted sign-in keep.

-- Administration: who did it (audit.account_id is whom it was done to), and what exactly.
-- request_id: an entry whose outcome nobody learned is made again, and is still one.
ALTER TABLE audit ADD COLUMN actor_id INTEGER;
ALTER TABLE audit ADD COLUMN detail TEXT;
ALTER TABLE audit ADD COLUMN request_id BLOB;
CREATE UNIQUE INDEX audit_request ON audit (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX audit_actor ON audit (actor_id, id) WHERE actor_id IS NOT NULL;
-- Looking people up by the beginning of an e-mail; those who are more than a user.
CREATE INDEX account_email ON account (lower(email), id) WHERE email IS NOT NULL;
CREATE INDEX account_staff ON account (role, id) WHERE role <> 'user';
-- Sign-ins are most of the audit; looking for them needs no index.
CREATE INDEX audit_event ON audit (event, id) WHERE event <> 'sign_in';
-- Messages that are done are kept for days. A message enters these once, when it is.
CREATE INDEX outbox_done ON outbox (state, created_us, challenge_id, step) WHERE state >= 2;
CREATE INDEX outbox_phone ON outbox (phone, created_us, challenge_id, step) WHERE state >= 2;

-- Grants of hosted sign-in. One is made by a person's session for a site (`host`), and exchanged once
-- for a session of the site's: used_by is that request, and the seed of that session. The row stays a
-- while, so that a code that comes again ends the session it gave.
CREATE TABLE hosted_grant (
    hash           BLOB PRIMARY KEY, -- of the code, keyed
    account_id     INTEGER NOT NULL,
    session_id     INTEGER NOT NULL,
    host           TEXT NOT NULL,
    code_challenge TEXT, -- PKCE S256 (RFC 7636); NULL: none was given
    created_us     INTEGER NOT NULL,
    expires_us     INTEGER NOT NULL,
    used_by        BLOB,
    reused_us      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX hosted_grant_account ON hosted_grant (account_id, created_us);
CREATE INDEX hosted_grant_created ON hosted_grant (created_us);
-- A session that a grant gave is the site's: it gives no others, and no role.
ALTER TABLE session ADD COLUMN is_hosted INTEGER NOT NULL DEFAULT 0;

-- The handset tells which message of the outbox it got, and when that was due.
ALTER TABLE handset ADD COLUMN challenge_id BLOB;
ALTER TABLE handset ADD COLUMN step INTEGER;
ALTER TABLE handset ADD COLUMN due_us INTEGER;

-- Statistics, and settings changed at run time.
-- What happened in an hour (hour_us: its beginning) with numbers of a country; see domain/stats.def.
CREATE TABLE stat_hour (
    hour_us             INTEGER NOT NULL,
    country             TEXT NOT NULL,
    codes_sent          INTEGER NOT NULL,
    delivered           INTEGER NOT NULL,
    failed              INTEGER NOT NULL,
    sign_ins            INTEGER NOT NULL,
    new_accounts        INTEGER NOT NULL,
    activations         INTEGER NOT NULL,
    cost_micros         INTEGER NOT NULL,
    send_cooldown       INTEGER NOT NULL,
    send_limit          INTEGER NOT NULL,
    guess_limit         INTEGER NOT NULL,
    too_many_attempts   INTEGER NOT NULL,
    country_not_allowed INTEGER NOT NULL,
    address_sends       INTEGER NOT NULL,
    address_guesses     INTEGER NOT NULL,
    address_invites     INTEGER NOT NULL,
    address_grants      INTEGER NOT NULL,
    PRIMARY KEY (hour_us, country)
) STRICT, WITHOUT ROWID;
-- changed_us: a setting changed while running; NULL: the store's own.
ALTER TABLE setting ADD COLUMN changed_us INTEGER;
