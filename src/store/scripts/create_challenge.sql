-- create_challenge: a new code for a phone, its message in the outbox, and its place in the phone's
-- ledger, unless a limit forbids it. purpose 1 signs in, and so does 3, for those who only
-- know the phone (and learn whether it is_known); purpose 2 proves a new number for account_id,
-- which must be signed in. An earlier code that the same requester asked for the same phone is
-- superseded. The same request id gives the same challenge, and supersedes nothing more: by then
-- the ledger knows of it. With max_* sends in a window, nth_*_us is the time of the send that must
-- leave the window first (0: not that many).
-- writes, repeatable
-- lock: :phone; CASE WHEN :purpose = 2 THEN 'account ' || CAST(:account_id AS TEXT) END
-- in: request_id bytes, purpose int, account_id int, session_id int, now_us int, phone text,
--     nonce bytes, mac bytes, code_length int, attempts int, requester bytes, channel text,
--     locale text, invite_given text, invite_forgiven text, expires_us int, due_us int,
--     cooldown_us int, max_10min int, max_hour int, max_day int, idempotent int, fingerprint bytes
-- out: auth int, made int, phone text, channel text, code_length int, attempts_left int,
--      created_us int, sent_us int, expires_us int, resends int, last_sent_us int,
--      nth_10min_us int, nth_hour_us int, nth_day_us int, first_fingerprint bytes, is_known int
INSERT INTO challenge (id, phone, purpose, account_id, nonce, mac, code_length, attempts_left,
       requester, channel, locale, invite_given, invite_forgiven, created_us, sent_us, expires_us)
SELECT :request_id, :phone, :purpose, :account_id, :nonce, :mac, :code_length, :attempts,
       :requester, :channel, :locale, :invite_given, :invite_forgiven, :now_us, :now_us, :expires_us
 WHERE (:purpose <> 2 OR @auth)
   AND @may_send(phone=:phone)
ON CONFLICT DO NOTHING;
INSERT INTO idempotency (request_id, fingerprint, attempts_left, created_us)
SELECT id, :fingerprint, attempts_left, :now_us FROM challenge
 WHERE id = :request_id AND :idempotent = 1
ON CONFLICT DO NOTHING;
UPDATE challenge SET superseded_us = :now_us, nonce = NULL, mac = NULL
 WHERE phone = :phone AND id <> :request_id AND purpose = :purpose
   AND account_id = :account_id AND requester = :requester
   AND superseded_us IS NULL AND redeemed_by IS NULL AND expires_us > :now_us
   AND created_us <= :now_us
   AND EXISTS (SELECT 1 FROM challenge c
                WHERE c.id = :request_id AND c.phone = :phone AND c.created_us = :now_us
                   AND c.superseded_us IS NULL AND c.redeemed_by IS NULL)
   AND NOT EXISTS (SELECT 1 FROM phone_ledger l
                    WHERE l.phone = :phone AND l.kind = 1 AND l.at_us = :now_us
                      AND l.ref = :request_id);
INSERT INTO phone_ledger (phone, kind, at_us, ref, code_length)
SELECT phone, 1, created_us, id, code_length FROM challenge
 WHERE id = :request_id AND resends = 0 AND expires_us > :now_us
ON CONFLICT DO NOTHING;
INSERT INTO outbox (challenge_id, step, phone, channel, locale, created_us, due_us)
SELECT id, 0, phone, channel, locale, created_us, :due_us FROM challenge
 WHERE id = :request_id AND expires_us > :now_us
ON CONFLICT DO NOTHING;
SELECT CASE WHEN :purpose <> 2 THEN 1 ELSE
       @auth_value END AS auth,
       CASE WHEN c.id IS NULL THEN 0 ELSE 1 END AS made,
       c.phone AS phone, c.channel AS channel, c.code_length AS code_length,
       c.attempts_left AS attempts_left, c.created_us AS created_us, c.sent_us AS sent_us,
       c.expires_us AS expires_us, c.resends AS resends,
       (SELECT max(l.at_us) FROM phone_ledger l
         WHERE l.phone = :phone AND l.kind = 1) AS last_sent_us,
       @nth_event(phone=:phone | kind=1 | n=:max_10min) AS nth_10min_us,
       @nth_event(phone=:phone | kind=1 | n=:max_hour) AS nth_hour_us,
       @nth_event(phone=:phone | kind=1 | n=:max_day) AS nth_day_us,
       (SELECT i.fingerprint FROM idempotency i
         WHERE i.request_id = :request_id) AS first_fingerprint,
       CASE WHEN :purpose = 3 AND EXISTS (SELECT 1 FROM account k WHERE k.phone = :phone)
            THEN 1 ELSE 0 END AS is_known
  FROM (SELECT 1 AS one) o LEFT JOIN challenge c ON c.id = :request_id;
