-- list_people: accounts after id after_id, in the order of their ids, for moderators and
-- administrators (or anybody, with is_open). One row with id 0 comes when there are none.
-- writes, repeatable
-- in: session_id int, caller_id int, is_open int, after_id int, most int, now_us int,
--     request_id bytes, address text, detail text
-- out: auth int, @account
@note_admin(event='admin_list' | whom=NULL | where=@moderator);
SELECT CASE WHEN :is_open = 1 THEN 1 ELSE @moderator_value END AS auth, @account
  FROM (SELECT 1 AS one) o
  LEFT JOIN (SELECT * FROM account w WHERE w.id > :after_id AND w.erased_us IS NULL
                AND (:is_open = 1 OR @moderator)
              ORDER BY w.id LIMIT :most) a ON o.one = 1
 ORDER BY a.id;
