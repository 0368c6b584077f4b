-- end_sessions: ends the session `target_id` of the caller, or with target_id 0 all but the
-- caller's own. `found` counts them.
-- writes
-- lock: 'account ' || CAST(:account_id AS TEXT)
-- in: session_id int, account_id int, now_us int, target_id int, address text
-- out: auth int, found int
INSERT INTO audit (at_us, event, account_id, session_id, address)
SELECT :now_us, 'session_end', l.account_id, l.id, :address FROM session l
 WHERE l.account_id = :account_id AND @auth
   AND (l.id = :target_id OR (:target_id = 0 AND l.id <> :session_id));
SELECT @auth_value AS auth,
       (SELECT count(*) FROM session l WHERE l.account_id = :account_id
           AND (l.id = :target_id OR (:target_id = 0 AND l.id <> :session_id))) AS found;
DELETE FROM session WHERE account_id = :account_id AND @auth
   AND (id = :target_id OR (:target_id = 0 AND id <> :session_id));
