-- claim_outbox: takes `most` due messages (a few more, if due at the same time) for lease_us, so
-- that no other node sends them too; a message whose sender died is due again when its lease ends.
-- Run again under the same request id it takes no more. `next_due_us` (0: none) is when to look
-- again; it is on every row, and one row with an absent challenge_id always comes.
-- writes, repeatable
-- lock: 'outbox'
-- in: request_id bytes, now_us int, lease_us int, most int
-- out: challenge_id bytes, step int, phone text, channel text, locale text, created_us int,
--      attempts int, nonce bytes, code_length int, ttl_us int, alive int, next_due_us int
UPDATE outbox SET state = 1, claimed_by = :request_id, attempts = attempts + 1,
       lease_us = :now_us + :lease_us
 WHERE state < 2 AND lease_us <= :now_us
   AND due_us <= @oldest(table=outbox | time=due_us | where=o.state < 2 AND o.due_us <= :now_us AND o.lease_us <= :now_us)
   AND NOT EXISTS (SELECT 1 FROM outbox z WHERE z.state < 2 AND z.due_us <= :now_us
                      AND z.claimed_by = :request_id);
SELECT o.challenge_id AS challenge_id, o.step AS step, o.phone AS phone, o.channel AS channel,
       o.locale AS locale, o.created_us AS created_us, o.attempts AS attempts,
       (SELECT c.nonce FROM challenge c WHERE c.id = o.challenge_id) AS nonce,
       (SELECT c.code_length FROM challenge c WHERE c.id = o.challenge_id) AS code_length,
       (SELECT c.expires_us - c.created_us FROM challenge c WHERE c.id = o.challenge_id) AS ttl_us,
       COALESCE((SELECT CASE WHEN c.nonce IS NOT NULL AND c.expires_us > :now_us THEN 1 ELSE 0 END
                   FROM challenge c WHERE c.id = o.challenge_id), 0) AS alive,
       n.next_due_us AS next_due_us
  FROM (SELECT min(w.due_us) AS next_due_us FROM outbox w WHERE w.state < 2 AND w.due_us > :now_us) n
  LEFT JOIN outbox o ON o.state < 2 AND o.due_us <= :now_us AND o.claimed_by = :request_id;
