-- admin_list_accounts: accounts for administration, a page of them. With `everyone` the newest
-- first, from before_id down. Else those that a query may mean: with `exact` the one of that id and
-- the one of that invite code, then, in the order of the numbers, those whose number lies in one of
-- two ranges or, in the order of the addresses, those whose e-mail (in lower case) lies in one. From
-- the second page on email_last and after_id tell the last row shown, and the ranges begin after it;
-- `exact` stays as long as the last row shown was an exact one.
-- `role` (absent: any) is what they must have; when it is not 'user' it comes as `staff` too: these
-- are few and have an index of their own. `place` is what a page is ordered by before the id.
-- One row with id 0 comes when there are none.
-- writes, repeatable
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     everyone int, before_id int, role text, staff text, exact int, id int, invite_given text,
--     invite_forgiven text, phone_from text, phone_to text, other_from text, other_to text,
--     email_last text, after_id int, email_from text, email_to text, most int
-- out: auth int, place text, @admin_account
@note_admin(event='admin_list' | whom=NULL | where=@moderator);
SELECT @moderator_value AS auth, h.place AS place, @admin_account
  FROM (SELECT 1 AS one) o
  LEFT JOIN (SELECT * FROM (
    SELECT * FROM (SELECT w.id AS id, '' AS place, -w.id AS nth FROM account w
                    WHERE :everyone = 1 AND :staff IS NULL AND w.id < :before_id
                      AND (:role IS NULL OR w.role = :role)
                    ORDER BY w.id DESC LIMIT :most) newest
    UNION ALL
    SELECT w.id, '', w.id FROM account w
     WHERE :exact = 1 AND w.id = :id AND w.id > :after_id AND (:role IS NULL OR w.role = :role)
    UNION ALL
    SELECT w.id, '', w.id FROM account w
     WHERE :exact = 1 AND w.invite_code IN (:invite_given, :invite_forgiven) AND w.id <> :id
       AND w.id > :after_id AND (:role IS NULL OR w.role = :role)
    UNION ALL
    SELECT * FROM (SELECT w.id, w.phone, w.id FROM account w
                    WHERE :staff IS NULL AND w.phone >= :phone_from AND w.phone < :phone_to
                      AND @admin_inexact
                    ORDER BY w.phone LIMIT :most) phones
    UNION ALL
    SELECT * FROM (SELECT w.id, w.phone, w.id FROM account w
                    WHERE :staff IS NULL AND w.phone >= :other_from AND w.phone < :other_to
                      AND @admin_inexact
                    ORDER BY w.phone LIMIT :most) others
    UNION ALL
    SELECT * FROM (SELECT w.id, lower(w.email), w.id FROM account w
                    WHERE :staff IS NULL AND w.email IS NOT NULL
                      AND lower(w.email) = :email_last AND w.id > :after_id
                      AND @admin_inexact
                    ORDER BY w.id LIMIT :most) twins
    UNION ALL
    SELECT * FROM (SELECT w.id, lower(w.email), w.id FROM account w
                    WHERE :staff IS NULL AND w.email IS NOT NULL
                      AND lower(w.email) >= :email_from AND lower(w.email) < :email_to
                      AND @admin_inexact
                    ORDER BY lower(w.email), w.id LIMIT :most) emails
    UNION ALL
    SELECT * FROM (SELECT w.id,
                          CASE WHEN :everyone = 1 THEN ''
                               WHEN :email_from IS NULL THEN w.phone ELSE lower(w.email) END,
                          CASE WHEN :everyone = 1 THEN -w.id ELSE w.id END
                     FROM account w
                    WHERE w.role = :staff AND w.role <> 'user'
                      AND ((:everyone = 1 AND w.id < :before_id)
                           OR (@admin_inexact
                               AND ((w.phone || '' >= :phone_from AND w.phone || '' < :phone_to)
                                    OR (w.phone || '' >= :other_from AND w.phone || '' < :other_to)
                                    OR (lower(w.email) || '' = :email_last AND w.id > :after_id)
                                    OR (lower(w.email) || '' >= :email_from
                                        AND lower(w.email) || '' < :email_to))))
                    ORDER BY 2, 3 LIMIT :most) few) f
             ORDER BY f.place, f.nth LIMIT :most) h ON @moderator
  LEFT JOIN account a ON a.id = h.id
 ORDER BY h.place, h.nth;
