-- admin_list_settings: what was changed while running, for administration. One row without a name
-- comes when there is nothing.
-- writes, repeatable
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text
-- out: auth int, name text, value text, changed_us int
@note_admin(event='admin_settings' | whom=NULL | where=@moderator);
SELECT @moderator_value AS auth, s.name AS name, s.value AS value, s.changed_us AS changed_us
  FROM (SELECT 1 AS one) o
  LEFT JOIN setting s ON s.changed_us IS NOT NULL AND @moderator
 ORDER BY s.name;
