-- finish_message: what became of a claimed message: state 2 delivered, 3 given up, 0 again at
-- due_us. In development mode the handset keeps the text (absent otherwise). A claim ends with it: a
-- look at `state` here would let PostgreSQL take the index of what is due instead of the key.
-- writes, repeatable
-- in: challenge_id bytes, step int, claimed_by bytes, now_us int, state int, due_us int,
--     provider text, text text, code text
-- out: finished int
UPDATE outbox SET attempts = attempts
 WHERE challenge_id = :challenge_id AND step = :step AND claimed_by = :claimed_by
   AND :text IS NOT NULL;
INSERT INTO handset (phone, text, code, channel, provider, sent_us, delivered_us, challenge_id,
       step, due_us)
SELECT o.phone, :text, :code, o.channel, :provider, o.created_us, :now_us, o.challenge_id, o.step,
       o.due_us
  FROM outbox o
 WHERE o.challenge_id = :challenge_id AND o.step = :step AND o.claimed_by = :claimed_by
   AND :text IS NOT NULL;
UPDATE outbox SET state = :state, provider = :provider,
       due_us = CASE :state WHEN 0 THEN :due_us ELSE due_us END, lease_us = 0,
       done_us = :now_us, claimed_by = NULL
 WHERE challenge_id = :challenge_id AND step = :step AND claimed_by = :claimed_by;
SELECT count(*) AS finished FROM outbox
 WHERE challenge_id = :challenge_id AND step = :step AND done_us = :now_us;
