-- erase_account: erases an account (see parts/erase.sql). is_open 1: whoever asks may, as the
-- command line. `erased` tells whether this request did it. Who has just erased themselves has done
-- what they may.
-- writes
-- lock: (SELECT phone FROM account WHERE id = :account_id);
--       'account ' || CAST(:account_id AS TEXT)
-- in: session_id int, caller_id int, is_open int, account_id int, now_us int
-- out: auth int, erased int
INSERT INTO audit (at_us, event, account_id)
SELECT :now_us, 'erase', id FROM account
 WHERE id = :account_id AND erased_us IS NULL AND @may_person(person=:account_id);
@erase(who=:account_id | where=@may_person(person=:account_id));
SELECT CASE WHEN EXISTS (SELECT 1 FROM session s JOIN account a ON a.id = s.account_id
                          WHERE s.id = :session_id AND s.account_id = :caller_id
                            AND a.id = :account_id AND a.erased_us = :now_us) THEN 1
            ELSE @may_person_value(person=:account_id) END AS auth,
       (SELECT count(*) FROM account a WHERE a.id = :account_id AND a.erased_us = :now_us)
         AS erased;
@erase_sessions(who=:account_id);
