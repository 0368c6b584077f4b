-- list_sessions: the caller's sessions, newest first.
-- reads
-- in: session_id int, account_id int, now_us int
-- out: auth int, id int, device_name text, user_agent text, address text, created_us int,
--      used_us int, expires_us int
SELECT 1 AS auth, l.id AS id, l.device_name AS device_name, l.user_agent AS user_agent,
       l.address AS address, l.created_us AS created_us, l.used_us AS used_us,
       l.expires_us AS expires_us
  FROM session l
 WHERE l.account_id = :account_id AND l.expires_us > :now_us AND @auth
 ORDER BY l.id DESC;
