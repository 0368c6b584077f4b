-- redeem_code: one guess at a sign-in code; the right one finds or creates the account of the phone
-- and opens a session. The challenge is named by its id or, with purpose 3, by the
-- phone alone. own_code is the invite code a new account would get: where it is already somebody's,
-- `session_id` comes back 0 although `redeemed` is 1, and the caller runs the script again under the
-- same request id with another. A repeated request (idempotency) changes nothing, whatever has
-- become of its session since, and once the code's time is over nothing is made at all. An invite
-- code given here or with the challenge is activated on the way and never fails the sign-in.
-- session_max: a session beyond it ends the oldest.
-- writes, repeatable
-- lock: COALESCE(:phone, (SELECT phone FROM challenge WHERE id = :challenge_id));
--       (SELECT 'invite graph' FROM challenge WHERE id = @named_challenge AND :refuse_cycles = 1
--           AND COALESCE(:invite_given, invite_given) IS NOT NULL)
-- in: challenge_id bytes, phone text, purpose int, mac bytes, request_id bytes, now_us int,
--     own_code text, guess_hour int, guess_day int, invite_given text, invite_forgiven text,
--     refuse_cycles int, device_name text, user_agent text, address text, expires_us int,
--     session_max int, idempotent int, fingerprint bytes
-- out: @challenge_state, invite_given text, inviter_id int, invited_by int, activated int,
--      disabled int, session_id int, session_seed bytes, is_first int, session_us int,
--      first_attempts_left int, first_fingerprint bytes, @account
@guess(challenge=@named_challenge | mine=purpose = :purpose);
UPDATE challenge SET invite_given = :invite_given, invite_forgiven = :invite_forgiven
 WHERE id = @named_challenge AND redeemed_by = :request_id AND :invite_given IS NOT NULL
   AND @first_time;
INSERT INTO account (phone, invite_code, locale, created_us)
SELECT phone, :own_code, locale, :now_us FROM challenge
 WHERE id = @named_challenge AND redeemed_by = :request_id AND expires_us > :now_us AND @first_time
ON CONFLICT DO NOTHING;
INSERT INTO session (account_id, seed, is_first, device_name, user_agent, address, created_us,
       used_us, expires_us)
SELECT a.id, :request_id,
       CASE WHEN a.created_us = :now_us
                 AND NOT EXISTS (SELECT 1 FROM session s WHERE s.account_id = a.id)
            THEN 1 ELSE 0 END,
       :device_name, :user_agent, :address, :now_us, :now_us, :expires_us
  FROM challenge c JOIN account a ON a.phone = c.phone
 WHERE c.id = @named_challenge AND c.redeemed_by = :request_id AND a.disabled_us IS NULL
   AND c.expires_us > :now_us AND @first_time
ON CONFLICT DO NOTHING;
DELETE FROM session
 WHERE account_id = @redeemer
   AND (SELECT count(*) FROM session n WHERE n.account_id = @redeemer) > :session_max
   AND (SELECT count(*) FROM session n
         WHERE n.account_id = session.account_id AND n.id > session.id) >= :session_max;
@activate(who=(SELECT a.id FROM challenge c JOIN account a ON a.phone = c.phone WHERE c.id = @named_challenge AND c.redeemed_by = :request_id AND c.invite_given IS NOT NULL AND a.disabled_us IS NULL AND c.expires_us > :now_us AND @first_time) | given=(SELECT c.invite_given FROM challenge c WHERE c.id = @named_challenge) | forgiven=(SELECT c.invite_forgiven FROM challenge c WHERE c.id = @named_challenge));
INSERT INTO audit (at_us, event, account_id, session_id, address)
SELECT :now_us, 'sign_in', s.account_id, s.id, :address
  FROM challenge c JOIN account a ON a.phone = c.phone
  JOIN session s ON s.account_id = a.id AND s.seed = :request_id
 WHERE c.id = @named_challenge AND c.redeemed_by = :request_id AND s.created_us = :now_us
   AND @first_time
ON CONFLICT DO NOTHING;
INSERT INTO idempotency (request_id, fingerprint, attempts_left, created_us)
SELECT :request_id, :fingerprint, c.attempts_left, :now_us FROM challenge c
 WHERE c.id = @named_challenge AND c.tried_by = :request_id AND :idempotent = 1
   AND (c.redeemed_by IS NULL OR EXISTS (SELECT 1 FROM account a WHERE a.phone = c.phone))
ON CONFLICT DO NOTHING;
SELECT @challenge_state, c.invite_given AS invite_given,
       CASE WHEN c.invite_given IS NOT NULL THEN
       @inviter(given=(SELECT g.invite_given FROM challenge g WHERE g.id = @named_challenge) | forgiven=(SELECT g.invite_forgiven FROM challenge g WHERE g.id = @named_challenge)) END AS inviter_id,
       a.invited_by AS invited_by,
       CASE WHEN a.activated_by = :request_id THEN 1 ELSE 0 END AS activated,
       CASE WHEN a.disabled_us IS NULL THEN 0 ELSE 1 END AS disabled,
       s.id AS session_id, s.seed AS session_seed, s.is_first AS is_first,
       s.created_us AS session_us, f.attempts_left AS first_attempts_left,
       f.fingerprint AS first_fingerprint, @account
  FROM challenge c
  LEFT JOIN account a ON a.phone = c.phone AND c.redeemed_by = :request_id
  LEFT JOIN session s ON s.account_id = a.id AND s.seed = :request_id
  LEFT JOIN idempotency f ON f.request_id = :request_id
 WHERE c.id = @named_challenge AND c.purpose = :purpose;
