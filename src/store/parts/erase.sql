-- erase: removes everything personal of account {who} and frees its number; the row stays so that
-- the graph of invites stays whole. Codes on their way to its number, or to one it was about to
-- take, go with it. {where} is what must hold; who asked may be the one who is erased, so whatever
-- else depends on {where} stands before; their sessions go afterwards, with @erase_sessions. The
-- addresses in the audit are of those who acted.
DELETE FROM handset WHERE phone = (SELECT a.phone FROM account a WHERE a.id = {who}) AND {where};
DELETE FROM outbox
 WHERE phone = (SELECT a.phone FROM account a WHERE a.id = {who}) AND state >= 2 AND {where};
DELETE FROM outbox WHERE challenge_id IN (
    SELECT c.id FROM challenge c
     WHERE c.phone = (SELECT a.phone FROM account a WHERE a.id = {who})
        OR (c.account_id = {who} AND c.account_id > 0))
   AND {where};
DELETE FROM challenge
 WHERE (phone = (SELECT a.phone FROM account a WHERE a.id = {who})
        OR (account_id = {who} AND account_id > 0))
   AND {where};
DELETE FROM hosted_grant WHERE account_id = {who} AND {where};
DELETE FROM avatar WHERE account_id = {who} AND {where};
UPDATE audit SET address = NULL WHERE account_id = {who} AND actor_id IS NULL AND {where};
UPDATE audit SET address = NULL WHERE actor_id = {who} AND actor_id IS NOT NULL AND {where};
UPDATE account SET phone = NULL, first_name = NULL, last_name = NULL, email = NULL, city = NULL,
       telegram_id = NULL, avatar = NULL, role = 'user', erased_us = :now_us
 WHERE id = {who} AND erased_us IS NULL AND {where}
