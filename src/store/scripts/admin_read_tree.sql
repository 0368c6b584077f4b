-- admin_read_tree: an account in the tree of invites, as rows of three kinds: 0 the account itself
-- (id 0: there is none), 1 who invited it, who invited them and so on, the nearest first and at most
-- up_most, 2 whom it invited, the newest first, the page after (before_us, before_id); both 0 for the
-- first page. People may have invited each other in a ring: then everybody comes once.
-- writes, repeatable
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     account_id int, up_most int, before_us int, before_id int, most int, count_most int
-- out: auth int, kind int, @tree_node
@note_admin(event='admin_tree' | whom=:account_id | where=@moderator);
WITH RECURSIVE up (id, depth) AS (
    SELECT f.invited_by, 1 FROM account f WHERE f.id = :account_id AND f.invited_by IS NOT NULL
    UNION ALL
    SELECT u.invited_by, up.depth + 1 FROM up JOIN account u ON u.id = up.id
     WHERE up.depth < :up_most AND u.invited_by IS NOT NULL)
SELECT @moderator_value AS auth, n.kind AS kind, @tree_node
  FROM (SELECT 0 AS kind, 0 AS depth, :account_id AS id, 0 AS at_us
        UNION ALL
        SELECT 1, min(up.depth), up.id, 0 FROM up WHERE up.id <> :account_id GROUP BY up.id
        UNION ALL
        SELECT * FROM (SELECT 2, 0, v.id, v.invited_us FROM account v
                        WHERE v.invited_by = :account_id
                          AND v.invited_us <= CASE WHEN :before_us = 0 THEN 9223372036854775807
                                                   ELSE :before_us END
                          AND (:before_us = 0 OR v.invited_us < :before_us OR v.id < :before_id)
                        ORDER BY v.invited_us DESC, v.id DESC LIMIT :most) q) n
  LEFT JOIN account a ON a.id = n.id AND @moderator
 ORDER BY n.kind, n.depth, n.at_us DESC, n.id DESC;
