-- refresh_session: exchanges a refresh token (session, seed, generation: its MAC has been checked)
-- for its successor. The token of the current generation moves the session on; the one before it
-- gives the same successor again for grace_us after the move, so that a lost reply does no harm;
-- anything older is reuse: it ends this session and is written to the audit. `state`: 1 take
-- `generation` as the successor, 2 reuse, 3 expired; no row: the session has ended.
-- writes, repeatable
-- lock: (SELECT 'account ' || CAST(account_id AS TEXT) FROM session WHERE id = :session_id)
-- in: session_id int, seed bytes, generation int, now_us int, grace_us int, expires_us int,
--     address text
-- out: state int, disabled int, account_id int, generation int, role text
UPDATE session SET generation = generation + 1, rotated_us = :now_us, used_us = :now_us,
       expires_us = :expires_us, address = :address
 WHERE id = :session_id AND seed = :seed AND generation = :generation AND expires_us > :now_us
   AND EXISTS (SELECT 1 FROM account a
                WHERE a.id = session.account_id AND a.disabled_us IS NULL);
INSERT INTO audit (at_us, event, account_id, session_id, address)
SELECT :now_us, 'refresh_reuse', account_id, id, :address FROM session
 WHERE id = :session_id AND seed = :seed AND expires_us > :now_us
   AND (generation > :generation + 1
        OR (generation = :generation + 1 AND rotated_us + :grace_us < :now_us));
SELECT CASE WHEN s.expires_us <= :now_us THEN 3
            WHEN s.generation = :generation + 1 AND s.rotated_us + :grace_us >= :now_us THEN 1
            WHEN s.generation = :generation THEN 0
            ELSE 2 END AS state,
       CASE WHEN a.disabled_us IS NULL THEN 0 ELSE 1 END AS disabled,
       a.id AS account_id, s.generation AS generation, a.role AS role
  FROM session s JOIN account a ON a.id = s.account_id
 WHERE s.id = :session_id AND s.seed = :seed AND a.erased_us IS NULL;
DELETE FROM session
 WHERE id = :session_id AND seed = :seed AND expires_us > :now_us
   AND (generation > :generation + 1
        OR (generation = :generation + 1 AND rotated_us + :grace_us < :now_us));
