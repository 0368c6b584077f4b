-- erase_account: erases an account (see parts/erase.sql). is_open 1: whoever asks may, as the
-- command line. `erased` tells whether this request did it.
-- writes
-- lock: (SELECT phone FROM account WHERE id = :account_id);
--       'account ' || CAST(:account_id AS TEXT)
-- in: session_id int, caller_id int, is_open int, account_id int, now_us int
-- out: auth int, erased int
INSERT INTO audit (at_us, event, account_id)
SELECT :now_us, 'erase', id FROM account
 WHERE id = :account_id AND erased_us IS NULL AND @may_person(person=:account_id);
SELECT @may_person_value(person=:account_id) AS auth,
       (SELECT count(*) FROM account a WHERE a.id = :account_id AND a.erased_us IS NULL
           AND @may_person(person=:account_id)) AS erased;
@erase(who=:account_id | where=@may_person(person=:account_id));
