-- redeem_phone_change: one guess at the code sent to a new number; the right one moves the account
-- to it, unless somebody else has it (`moved` stays 0 although `redeemed` is 1). Only the account
-- that asked for the challenge may redeem it, so a number can never be attached to anybody else.
-- Every other pending challenge of either number is void afterwards.
-- writes, repeatable
-- lock: (SELECT LEAST(c.phone, a.phone) FROM challenge c JOIN account a ON a.id = c.account_id
--         WHERE c.id = :challenge_id);
--       (SELECT GREATEST(c.phone, a.phone) FROM challenge c JOIN account a ON a.id = c.account_id
--         WHERE c.id = :challenge_id);
--       'account ' || CAST(:account_id AS TEXT)
-- in: challenge_id bytes, mac bytes, request_id bytes, now_us int, guess_hour int, guess_day int,
--     account_id int, session_id int, address text
-- out: auth int, found int, moved int, @challenge_state, @account
@guess(challenge=:challenge_id | mine=purpose = 2 AND account_id = :account_id AND @auth);
UPDATE challenge SET superseded_us = :now_us, nonce = NULL, mac = NULL
 WHERE redeemed_by IS NULL AND superseded_us IS NULL AND id <> :challenge_id
   AND phone IN (SELECT a.phone FROM account a JOIN challenge c ON c.account_id = a.id
                  WHERE c.id = :challenge_id AND c.redeemed_by = :request_id
                  UNION SELECT c.phone FROM challenge c
                         WHERE c.id = :challenge_id AND c.redeemed_by = :request_id);
UPDATE account SET phone = (SELECT c.phone FROM challenge c WHERE c.id = :challenge_id)
 WHERE id = :account_id AND erased_us IS NULL
   AND EXISTS (SELECT 1 FROM challenge c
                WHERE c.id = :challenge_id AND c.redeemed_by = :request_id
                  AND c.account_id = :account_id)
   AND NOT EXISTS (SELECT 1 FROM account o JOIN challenge c ON o.phone = c.phone
                    WHERE c.id = :challenge_id AND o.id <> :account_id);
INSERT INTO audit (at_us, event, account_id, session_id, address)
SELECT :now_us, 'phone_change', a.id, :session_id, :address
  FROM challenge c JOIN account a ON a.id = c.account_id AND a.phone = c.phone
 WHERE c.id = :challenge_id AND c.redeemed_by = :request_id
   AND NOT EXISTS (SELECT 1 FROM audit e WHERE e.account_id = a.id AND e.at_us = :now_us
                      AND e.event = 'phone_change');
SELECT @auth_value AS auth, CASE WHEN c.id IS NULL THEN 0 ELSE 1 END AS found,
       CASE WHEN a.phone = c.phone AND c.redeemed_by = :request_id THEN 1 ELSE 0 END AS moved,
       @challenge_state, @account
  FROM account a
  LEFT JOIN challenge c ON c.id = :challenge_id AND c.purpose = 2 AND c.account_id = a.id
 WHERE a.id = :account_id;
