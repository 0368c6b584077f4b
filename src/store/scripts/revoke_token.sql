-- revoke_token: ends the session of a genuine token, which is named as in introspect_token; `ended`
-- counts. `detail` tells the audit who asked for it.
-- writes
-- lock: (SELECT 'account ' || CAST(account_id AS TEXT) FROM session WHERE id = :session_id)
-- in: session_id int, account_id int, seed bytes, now_us int, address text, detail text
-- out: ended int
INSERT INTO audit (at_us, event, account_id, session_id, address, detail)
SELECT :now_us, 'session_end', s.account_id, s.id, :address, :detail FROM session s
 WHERE s.id = :session_id AND (s.account_id = :account_id OR s.seed = :seed);
SELECT count(*) AS ended FROM session s
 WHERE s.id = :session_id AND (s.account_id = :account_id OR s.seed = :seed);
DELETE FROM session
 WHERE id = :session_id AND (account_id = :account_id OR seed = :seed);
