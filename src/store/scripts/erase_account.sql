-- erase_account: removes everything personal of an account and frees its number; the row stays so
-- that the graph of invites stays whole. is_open 1: whoever asks may, as the command line.
-- Codes on their way to its number, or to one it was about to take, go with it. `erased` tells
-- whether this request did it.
-- writes
-- lock: (SELECT phone FROM account WHERE id = :account_id);
--       'account ' || CAST(:account_id AS TEXT)
-- in: session_id int, caller_id int, is_open int, account_id int, now_us int
-- out: auth int, erased int
DELETE FROM handset WHERE phone = (SELECT a.phone FROM account a WHERE a.id = :account_id)
   AND @may_person(person=:account_id);
DELETE FROM outbox WHERE challenge_id IN (
    SELECT c.id FROM challenge c
     WHERE c.phone = (SELECT a.phone FROM account a WHERE a.id = :account_id)
        OR (c.account_id = :account_id AND c.account_id > 0))
   AND @may_person(person=:account_id);
DELETE FROM challenge
 WHERE (phone = (SELECT a.phone FROM account a WHERE a.id = :account_id)
        OR (account_id = :account_id AND account_id > 0))
   AND @may_person(person=:account_id);
DELETE FROM hosted_grant WHERE account_id = :account_id AND @may_person(person=:account_id);
DELETE FROM avatar WHERE account_id = :account_id AND @may_person(person=:account_id);
UPDATE audit SET address = NULL WHERE account_id = :account_id AND @may_person(person=:account_id);
INSERT INTO audit (at_us, event, account_id)
SELECT :now_us, 'erase', id FROM account
 WHERE id = :account_id AND erased_us IS NULL AND @may_person(person=:account_id);
UPDATE account SET phone = NULL, first_name = NULL, last_name = NULL, email = NULL, city = NULL,
       telegram_id = NULL, avatar = NULL, role = 'user', erased_us = :now_us
 WHERE id = :account_id AND erased_us IS NULL AND @may_person(person=:account_id);
SELECT CASE WHEN :is_open = 1 THEN 1 ELSE
       COALESCE((SELECT CASE WHEN au.disabled_us IS NOT NULL THEN 2
                             WHEN au.role = 'admin' OR au.id = :account_id THEN 1 ELSE 3 END
                   FROM session s JOIN account au ON au.id = s.account_id
                  WHERE s.id = :session_id AND s.account_id = :caller_id
                    AND s.expires_us > :now_us), 0) END AS auth,
       COALESCE((SELECT CASE WHEN a.erased_us = :now_us THEN 1 ELSE 0 END FROM account a
                  WHERE a.id = :account_id), 0) AS erased;
DELETE FROM session WHERE account_id = :account_id
   AND EXISTS (SELECT 1 FROM account a WHERE a.id = :account_id AND a.erased_us IS NOT NULL);
