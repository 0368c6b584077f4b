-- list_people: accounts after id after_id, in the order of their ids, for moderators and
-- administrators (or anybody, with is_open). One row with id 0 comes when there are none.
-- reads
-- in: session_id int, caller_id int, is_open int, after_id int, most int, now_us int
-- out: auth int, @account
SELECT CASE WHEN :is_open = 1 THEN 1 ELSE
       COALESCE((SELECT CASE WHEN au.disabled_us IS NOT NULL THEN 2
                             WHEN au.role IN ('moderator', 'admin') THEN 1 ELSE 3 END
                   FROM session s JOIN account au ON au.id = s.account_id
                  WHERE s.id = :session_id AND s.account_id = :caller_id
                    AND s.expires_us > :now_us AND au.erased_us IS NULL), 0) END AS auth,
       @account
  FROM (SELECT 1 AS one) o
  LEFT JOIN (SELECT * FROM account w WHERE w.id > :after_id AND w.erased_us IS NULL
               AND (:is_open = 1
                    OR EXISTS (SELECT 1 FROM session s JOIN account au ON au.id = s.account_id
                                WHERE s.id = :session_id AND s.account_id = :caller_id
                                  AND s.expires_us > :now_us AND au.disabled_us IS NULL
                                  AND au.erased_us IS NULL AND au.role IN ('moderator', 'admin')))
              ORDER BY w.id LIMIT :most) a ON o.one = 1
 ORDER BY a.id;
