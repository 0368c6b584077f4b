-- guess: spends one attempt of a live challenge and, where the MAC is right, redeems it: whichever
-- it is, it is committed before anybody learns the outcome, and one request wins. The code is
-- erased with the success or the last attempt. A wrong guess enters the phone's ledger. {challenge}
-- names it, {mine} is what else must hold; a repeated request (idempotency, or the script run again)
-- guesses nothing.
UPDATE challenge SET attempts_left = attempts_left - 1, tried_by = :request_id,
       redeemed_by = CASE WHEN mac = :mac THEN :request_id END,
       nonce = CASE WHEN mac = :mac OR attempts_left = 1 THEN NULL ELSE nonce END,
       mac = CASE WHEN mac = :mac OR attempts_left = 1 THEN NULL ELSE mac END
 WHERE id = {challenge} AND attempts_left > 0 AND expires_us > :now_us
   AND redeemed_by IS NULL AND superseded_us IS NULL AND {mine}
   AND NOT EXISTS (SELECT 1 FROM phone_ledger g WHERE g.phone = challenge.phone AND g.kind = 2
                      AND g.at_us = :now_us AND g.ref = :request_id)
   AND @events_since(phone=challenge.phone | kind=2 | us=3600000000) < :guess_hour
   AND @events_since(phone=challenge.phone | kind=2 | us=86400000000) < :guess_day
   AND @first_time;
INSERT INTO phone_ledger (phone, kind, at_us, ref, code_length)
SELECT phone, 2, :now_us, :request_id, code_length FROM challenge
 WHERE id = {challenge} AND tried_by = :request_id AND redeemed_by IS NULL
   AND @first_time
ON CONFLICT DO NOTHING
