-- resend_code: the same code once more, while it lives, after a gap that grows with each resend
-- (gap_0_us before the first, gap_1_us, then gap_2_us), within the phone's limits: cooldown_us after
-- whatever was sent to it last, and so many in each window. `sent` tells
-- whether this request did it.
-- writes, repeatable
-- lock: (SELECT phone FROM challenge WHERE id = :challenge_id)
-- in: challenge_id bytes, request_id bytes, now_us int, due_us int, max_resends int, gap_0_us int,
--     gap_1_us int, gap_2_us int, cooldown_us int, max_10min int, max_hour int, max_day int
-- out: sent int, phone text, channel text, code_length int, attempts_left int, created_us int,
--      sent_us int, expires_us int, resends int, superseded int, redeemed int,
--      last_sent_us int, nth_10min_us int, nth_hour_us int, nth_day_us int
UPDATE challenge SET resends = resends + 1, sent_us = :now_us, sent_by = :request_id
 WHERE id = :challenge_id AND expires_us > :now_us AND superseded_us IS NULL
   AND redeemed_by IS NULL AND attempts_left > 0 AND resends < :max_resends
   AND (sent_by IS NULL OR sent_by <> :request_id)
   AND sent_us + CASE resends WHEN 0 THEN :gap_0_us WHEN 1 THEN :gap_1_us ELSE :gap_2_us END
       <= :now_us
   AND @may_send(phone=challenge.phone);
INSERT INTO phone_ledger (phone, kind, at_us, ref, code_length)
SELECT phone, 1, sent_us, :request_id, code_length FROM challenge
 WHERE id = :challenge_id AND sent_by = :request_id
ON CONFLICT DO NOTHING;
INSERT INTO outbox (challenge_id, step, phone, channel, locale, created_us, due_us)
SELECT id, resends, phone, channel, locale, :now_us, :due_us FROM challenge
 WHERE id = :challenge_id AND sent_by = :request_id
ON CONFLICT DO NOTHING;
SELECT CASE WHEN c.sent_by = :request_id THEN 1 ELSE 0 END AS sent,
       c.phone AS phone, c.channel AS channel, c.code_length AS code_length,
       c.attempts_left AS attempts_left, c.created_us AS created_us, c.sent_us AS sent_us,
       c.expires_us AS expires_us, c.resends AS resends,
       CASE WHEN c.superseded_us IS NULL THEN 0 ELSE 1 END AS superseded,
       CASE WHEN c.redeemed_by IS NULL THEN 0 ELSE 1 END AS redeemed,
       (SELECT max(l.at_us) FROM phone_ledger l
         WHERE l.phone = c.phone AND l.kind = 1) AS last_sent_us,
       @nth_event(phone=c.phone | kind=1 | n=:max_10min) AS nth_10min_us,
       @nth_event(phone=c.phone | kind=1 | n=:max_hour) AS nth_hour_us,
       @nth_event(phone=c.phone | kind=1 | n=:max_day) AS nth_day_us
  FROM challenge c WHERE c.id = :challenge_id;
