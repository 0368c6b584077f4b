-- list_messages: what the handset shows live: the `most` newest messages it has got, oldest first,
-- then as many as are on their way to it (delivered_us 0), in the order they are due. A message
-- that nobody needs any more (its code was superseded) is not on its way.
-- reads
-- in: most int
-- out: id int, challenge_id bytes, step int, phone text, channel text, provider text, text text,
--      code text, sent_us int, due_us int, delivered_us int
SELECT m.id AS id, m.challenge_id AS challenge_id, m.step AS step, m.phone AS phone,
       m.channel AS channel, m.provider AS provider, m.text AS text, m.code AS code,
       m.sent_us AS sent_us, m.due_us AS due_us, m.delivered_us AS delivered_us
  FROM (SELECT * FROM (SELECT h.id AS id, h.challenge_id AS challenge_id, h.step AS step,
                              h.phone AS phone, h.channel AS channel, h.provider AS provider,
                              h.text AS text, h.code AS code, h.sent_us AS sent_us,
                              h.due_us AS due_us, h.delivered_us AS delivered_us
                         FROM handset h ORDER BY h.id DESC LIMIT :most) got
        UNION ALL
        SELECT * FROM (SELECT 0, o.challenge_id, o.step, o.phone, o.channel, o.provider,
                              CAST(NULL AS TEXT), CAST(NULL AS TEXT), o.created_us, o.due_us, 0
                         FROM outbox o
                        WHERE o.state < 2
                          AND EXISTS (SELECT 1 FROM challenge c
                                       WHERE c.id = o.challenge_id AND c.nonce IS NOT NULL)
                        ORDER BY o.due_us LIMIT :most) coming) m
 ORDER BY CASE WHEN m.delivered_us = 0 THEN 1 ELSE 0 END, m.delivered_us, m.id, m.due_us;
