-- list_invitees: who activated the caller's code, newest first, the page after (before_us,
-- before_id); both 0 for the first page. One row always comes with id 0: it carries `auth`.
-- reads
-- in: session_id int, account_id int, now_us int, before_us int, before_id int, page int
-- out: auth int, id int, phone text, invited_us int
SELECT p.auth AS auth, p.id AS id, p.phone AS phone, p.invited_us AS invited_us FROM (
    SELECT * FROM (
        SELECT 1 AS auth, v.id AS id, v.phone AS phone, v.invited_us AS invited_us
          FROM account v
         WHERE v.invited_by = :account_id AND @auth
           AND v.invited_us <= CASE WHEN :before_us = 0 THEN 9223372036854775807 ELSE :before_us END
           AND (:before_us = 0 OR v.invited_us < :before_us OR v.id < :before_id)
         ORDER BY v.invited_us DESC, v.id DESC LIMIT :page) q
    UNION ALL
    SELECT @auth_value, 0, NULL, 9223372036854775807) p
 ORDER BY p.invited_us DESC, p.id DESC;
