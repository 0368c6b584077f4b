-- admin_list_audit: entries of the audit, the newest first, from before_id down: about account_id,
-- by actor_id (0: any), of one kind of event (absent: any). Sign-ins are most of it, and have no
-- index by their event. One row with id 0 comes when there are none.
-- writes, repeatable
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     account_id int, actor_id int, event text, before_id int, most int
-- out: auth int, id int, at_us int, event text, account_id int, actor_id int, entry_session_id int,
--      entry_address text, entry_detail text
@note_admin(event='admin_audit' | whom=NULLIF(:account_id, 0) | where=@moderator);
SELECT @moderator_value AS auth, r.id AS id, r.at_us AS at_us, r.event AS event,
       r.account_id AS account_id, r.actor_id AS actor_id, r.session_id AS entry_session_id,
       r.address AS entry_address, r.detail AS entry_detail
  FROM (SELECT 1 AS one) o
  LEFT JOIN (SELECT * FROM (
    SELECT * FROM (SELECT * FROM audit e
                    WHERE :account_id = 0 AND :actor_id = 0
                      AND COALESCE(:event, 'sign_in') = 'sign_in' @audit_page) everything
    UNION ALL
    SELECT * FROM (SELECT * FROM audit e
                    WHERE :account_id = 0 AND :actor_id = 0
                      AND e.event = :event AND e.event <> 'sign_in' @audit_page) one_kind
    UNION ALL
    SELECT * FROM (SELECT * FROM audit e
                    WHERE e.account_id = NULLIF(:account_id, 0) @audit_page) about
    UNION ALL
    SELECT * FROM (SELECT * FROM audit e
                    WHERE :account_id = 0 AND e.actor_id = NULLIF(:actor_id, 0)
                      AND e.actor_id IS NOT NULL @audit_page) by_one) f
             ORDER BY f.id DESC LIMIT :most) r ON @moderator
 ORDER BY r.id DESC;
