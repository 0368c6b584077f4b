-- admin_list_sessions: the living sessions of an account for administration, the newest first, at
-- most `most`. `known` 0: no such account. One row with id 0 comes when there are none.
-- writes, repeatable
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     account_id int, most int
-- out: auth int, known int, id int, device_name text, user_agent text, ip text, created_us int,
--      used_us int, expires_us int
@note_admin(event='admin_sessions' | whom=:account_id | where=@moderator);
SELECT @moderator_value AS auth,
       (SELECT count(*) FROM account a WHERE a.id = :account_id) AS known,
       l.id AS id, l.device_name AS device_name, l.user_agent AS user_agent, l.address AS ip,
       l.created_us AS created_us, l.used_us AS used_us, l.expires_us AS expires_us
  FROM (SELECT 1 AS one) o
  LEFT JOIN (SELECT * FROM session v WHERE v.account_id = :account_id AND v.expires_us > :now_us
              ORDER BY v.id DESC LIMIT :most) l ON @moderator
 ORDER BY l.id DESC;
