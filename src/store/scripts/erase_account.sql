-- erase_account: erases an account (see parts/erase.sql). is_open 1: whoever asks may, as the
-- command line. An administrator who erases somebody else does it as by admin_erase_account: noted,
-- and one at a time. `erased` tells whether this request did it. Who has just erased themselves has
-- done what they may.
-- writes
-- lock: CASE WHEN :caller_id NOT IN (0, :account_id) THEN 'staff' END;
--       (SELECT phone FROM account WHERE id = :account_id);
--       'account ' || CAST(LEAST(:account_id, COALESCE(NULLIF(:caller_id, 0), :account_id)) AS TEXT);
--       'account ' || CAST(GREATEST(:account_id, :caller_id) AS TEXT)
-- in: session_id int, caller_id int, is_open int, account_id int, now_us int, request_id bytes,
--     address text, detail text
-- out: auth int, erased int
@note_admin(event='admin_erase' | whom=:account_id | where=@by_staff(person=:account_id) AND EXISTS (SELECT 1 FROM account w WHERE w.id = :account_id AND w.erased_us IS NULL));
INSERT INTO audit (at_us, event, account_id)
SELECT :now_us, 'erase', id FROM account
 WHERE id = :account_id AND erased_us IS NULL AND @may_person(person=:account_id) AND NOT @noted;
@erase(who=:account_id | where=@may_person(person=:account_id));
SELECT CASE WHEN EXISTS (SELECT 1 FROM session s JOIN account a ON a.id = s.account_id
                          WHERE s.id = :session_id AND s.account_id = :caller_id
                            AND a.id = :account_id AND a.erased_us = :now_us) THEN 1
            ELSE @may_person_value(person=:account_id) END AS auth,
       (SELECT count(*) FROM account a WHERE a.id = :account_id AND a.erased_us = :now_us)
         AS erased;
@erase_sessions(who=:account_id);
