-- admin_end_sessions: an administrator ends the session `target_id` of an account or, with 0, all of
-- them; never the one that calls. `known` 0: no such account; `done` 0: no such session.
-- writes, repeatable
-- lock: 'account ' || CAST(LEAST(:account_id, :caller_id) AS TEXT);
--       'account ' || CAST(GREATEST(:account_id, :caller_id) AS TEXT)
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     account_id int, target_id int
-- out: auth int, known int, done int
@note_admin(event='admin_end_sessions' | whom=:account_id | where=@admin AND EXISTS (SELECT 1 FROM account w WHERE w.id = :account_id) AND (:target_id = 0 OR EXISTS (SELECT 1 FROM session l WHERE l.id = :target_id AND l.account_id = :account_id AND l.id <> :session_id)));
SELECT @admin_value AS auth, (SELECT count(*) FROM account a WHERE a.id = :account_id) AS known,
       CASE WHEN @noted THEN 1 ELSE 0 END AS done;
DELETE FROM session
 WHERE account_id = :account_id AND id <> :session_id AND (:target_id = 0 OR id = :target_id)
   AND @noted;
