-- admin_list_deliveries: messages, the newest first, the page after (before_us, before_challenge,
-- before_step); before_us 0 for the first page. `phone` (absent: any) is whose; `state` (-1: any) is
-- what became of it. What is done and what is under way have indexes of their own; of one number
-- the latter are found by its codes. One row with step -1 comes when there are none.
-- writes, repeatable
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     phone text, state int, before_us int, before_challenge bytes, before_step int, most int
-- out: auth int, challenge_id bytes, step int, phone text, channel text, provider text, state int,
--      attempts int, created_us int, due_us int, done_us int
@note_admin(event='admin_deliveries' | whom=NULL | where=@moderator);
SELECT @moderator_value AS auth, m.challenge_id AS challenge_id, COALESCE(m.step, -1) AS step,
       m.phone AS phone, m.channel AS channel, m.provider AS provider, m.state AS state,
       m.attempts AS attempts, m.created_us AS created_us, m.due_us AS due_us,
       m.done_us AS done_us
  FROM (SELECT 1 AS one) z
  LEFT JOIN (SELECT * FROM (
    SELECT * FROM (SELECT * FROM outbox o
                    WHERE :phone IS NULL AND :state IN (-1, 2) AND o.state >= 2 AND o.state = 2
                      AND @delivery_after @delivery_order) delivered
    UNION ALL
    SELECT * FROM (SELECT * FROM outbox o
                    WHERE :phone IS NULL AND :state IN (-1, 3) AND o.state >= 2 AND o.state = 3
                      AND @delivery_after @delivery_order) failed
    UNION ALL
    SELECT * FROM (SELECT * FROM outbox o
                    WHERE :phone IS NULL AND :state < 2 AND o.state < 2 AND o.due_us > 0
                      AND (:state = -1 OR o.state = :state)
                      AND @delivery_after @delivery_order) pending
    UNION ALL
    SELECT * FROM (SELECT * FROM outbox o
                    WHERE o.phone = :phone AND o.state >= 2 AND (:state = -1 OR o.state = :state)
                      AND @delivery_after @delivery_order) done
    UNION ALL
    SELECT * FROM (SELECT * FROM outbox o
                    WHERE o.challenge_id IN (SELECT c.id FROM challenge c WHERE c.phone = :phone)
                      AND o.state < 2 AND (:state = -1 OR o.state = :state)
                      AND @delivery_after @delivery_order) theirs) o
             @delivery_order) m ON @moderator
 ORDER BY m.created_us DESC, m.challenge_id DESC, m.step DESC;
