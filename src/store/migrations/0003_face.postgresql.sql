-- What the pages, administration and hosted sign-in keep; see 0003_face.sqlite.sql.

-- Administration: who did it (audit.account_id is whom it was done to), and what exactly.
-- request_id: an entry whose outcome nobody learned is made again, and is still one.
ALTER TABLE audit ADD COLUMN actor_id BIGINT;
ALTER TABLE audit ADD COLUMN detail TEXT;
ALTER TABLE audit ADD COLUMN request_id BYTEA;
CREATE UNIQUE INDEX audit_request ON audit (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX audit_actor ON audit (actor_id, id) WHERE actor_id IS NOT NULL;

-- Compared byte by byte, as keys are, so that a beginning leads to a piece of the index.
ALTER TABLE account ALTER COLUMN email TYPE TEXT COLLATE "C";
-- Looking people up by the beginning of an e-mail; those who are more than a user.
CREATE INDEX account_email ON account (lower(email), id) WHERE email IS NOT NULL;
CREATE INDEX account_staff ON account (role, id) WHERE role <> 'user';
-- Sign-ins are most of the audit; looking for them needs no index.
CREATE INDEX audit_event ON audit (event, id) WHERE event <> 'sign_in';
-- Messages that are done are kept for days. A message enters these once, when it is.
CREATE INDEX outbox_done ON outbox (state, created_us, challenge_id, step) WHERE state >= 2;
CREATE INDEX outbox_phone ON outbox (phone, created_us, challenge_id, step) WHERE state >= 2;

-- Grants of hosted sign-in.
CREATE TABLE hosted_grant (
    hash           BYTEA PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    session_id     BIGINT NOT NULL,
    host           TEXT NOT NULL,
    code_challenge TEXT COLLATE "C",
    created_us     BIGINT NOT NULL,
    expires_us     BIGINT NOT NULL,
    used_by        BYTEA,
    reused_us      BIGINT
) WITH (fillfactor = 80);
CREATE INDEX hosted_grant_account ON hosted_grant (account_id, created_us);
CREATE INDEX hosted_grant_created ON hosted_grant (created_us);
ALTER TABLE session ADD COLUMN is_hosted BIGINT NOT NULL DEFAULT 0;

-- The handset tells which message of the outbox it got, and when that was due.
ALTER TABLE handset ADD COLUMN challenge_id BYTEA;
ALTER TABLE handset ADD COLUMN step BIGINT;
ALTER TABLE handset ADD COLUMN due_us BIGINT;

-- Statistics, and settings changed at run time.
CREATE TABLE stat_hour (
    hour_us             BIGINT NOT NULL,
    country             TEXT COLLATE "C" NOT NULL,
    codes_sent          BIGINT NOT NULL,
    delivered           BIGINT NOT NULL,
    failed              BIGINT NOT NULL,
    sign_ins            BIGINT NOT NULL,
    new_accounts        BIGINT NOT NULL,
    activations         BIGINT NOT NULL,
    cost_micros         BIGINT NOT NULL,
    send_cooldown       BIGINT NOT NULL,
    send_limit          BIGINT NOT NULL,
    guess_limit         BIGINT NOT NULL,
    too_many_attempts   BIGINT NOT NULL,
    country_not_allowed BIGINT NOT NULL,
    address_sends       BIGINT NOT NULL,
    address_guesses     BIGINT NOT NULL,
    address_invites     BIGINT NOT NULL,
    address_grants      BIGINT NOT NULL,
    PRIMARY KEY (hour_us, country)
);
ALTER TABLE setting ADD COLUMN changed_us BIGINT;
