-- exchange_grant: a session for the code of a grant: once, while it lives, for who knows the verifier
-- of its code_challenge (S256 of it is given here), and only while the session it was made in and
-- its account live. A used code that comes again, with its verifier, was stolen or is being tried:
-- it ends the session it gave, and that is written to the audit and to the grant. The session is made
-- before the grant is marked as used, so that a request that is run again makes none.
-- session_max: a session beyond it ends the oldest; redeem_code counts them, too, hence the phone's
-- lock. `used`: 1 by this request, 2 by another; session_id 0: the session has ended, or the account
-- may not.
-- writes, repeatable
-- lock: (SELECT a.phone FROM hosted_grant g JOIN account a ON a.id = g.account_id
--         WHERE g.hash = :hash);
--       (SELECT 'account ' || CAST(account_id AS TEXT) FROM hosted_grant WHERE hash = :hash)
-- in: hash bytes, code_challenge text, request_id bytes, now_us int, user_agent text, address text,
--     expires_us int, session_max int
-- out: used int, matches int, grant_expires_us int, disabled int, session_id int,
--      session_seed bytes, session_us int, @account
INSERT INTO audit (at_us, event, account_id, session_id, address, detail)
SELECT :now_us, 'grant_reuse', s.account_id, s.id, :address, s.device_name FROM session s
 WHERE (s.account_id, s.seed) = (SELECT g.account_id, g.used_by FROM @granted
                                    AND g.used_by <> :request_id);
DELETE FROM session
 WHERE (account_id, seed) = (SELECT g.account_id, g.used_by FROM @granted
                                AND g.used_by <> :request_id);
UPDATE hosted_grant SET reused_us = :now_us
 WHERE hash = (SELECT g.hash FROM @granted AND g.used_by <> :request_id)
   AND reused_us IS NULL;
INSERT INTO session (account_id, seed, is_hosted, device_name, user_agent, address, created_us,
       used_us, expires_us)
SELECT g.account_id, :request_id, 1, g.host, :user_agent, :address, :now_us, :now_us, :expires_us
  FROM @granted
   AND g.used_by IS NULL AND g.expires_us > :now_us
   AND EXISTS (SELECT 1 FROM session s JOIN account au ON au.id = s.account_id
                WHERE s.id = g.session_id AND s.account_id = g.account_id
                  AND s.expires_us > :now_us AND au.disabled_us IS NULL AND au.erased_us IS NULL)
ON CONFLICT DO NOTHING;
UPDATE hosted_grant SET used_by = :request_id
 WHERE hash = :hash AND used_by IS NULL
   AND EXISTS (SELECT 1 FROM session s
                WHERE s.account_id = hosted_grant.account_id AND s.seed = :request_id);
DELETE FROM session
 WHERE account_id = (SELECT g.account_id FROM hosted_grant g
                      WHERE g.hash = :hash AND g.used_by = :request_id)
   AND (SELECT count(*) FROM session n WHERE n.account_id = session.account_id) > :session_max
   AND (SELECT count(*) FROM session n
         WHERE n.account_id = session.account_id AND n.id > session.id) >= :session_max;
INSERT INTO audit (at_us, event, account_id, session_id, address, detail)
SELECT :now_us, 'sign_in', s.account_id, s.id, :address, g.host
  FROM hosted_grant g JOIN session s ON s.account_id = g.account_id AND s.seed = :request_id
 WHERE g.hash = :hash AND g.used_by = :request_id AND s.created_us = :now_us
ON CONFLICT DO NOTHING;
SELECT CASE WHEN g.used_by IS NULL THEN 0 WHEN g.used_by = :request_id THEN 1 ELSE 2 END AS used,
       CASE WHEN COALESCE(g.code_challenge, '') = COALESCE(:code_challenge, '')
            THEN 1 ELSE 0 END AS matches,
       g.expires_us AS grant_expires_us,
       CASE WHEN a.disabled_us IS NULL THEN 0 ELSE 1 END AS disabled,
       s.id AS session_id, s.seed AS session_seed, s.created_us AS session_us, @account
  FROM hosted_grant g
  LEFT JOIN account a ON a.id = g.account_id
  LEFT JOIN session s ON s.account_id = g.account_id AND s.seed = :request_id
 WHERE g.hash = :hash;
