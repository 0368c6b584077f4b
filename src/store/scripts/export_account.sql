-- export_account: everything kept about the caller, as rows of four kinds: 0 the account (`auth`
-- counts there), 1 a session, 2 an invitee, 3 an audit event (without
-- the address of an administrator); of each the newest `most`.
-- reads
-- in: session_id int, account_id int, now_us int, most int
-- out: auth int, kind int, item_id int, at_us int, used_us int, expires_us int, label text,
--      user_agent text, address text, @account
SELECT @auth_value AS auth, 0 AS kind, 0 AS item_id, 0 AS at_us, 0 AS used_us, 0 AS expires_us,
       NULL AS label, NULL AS user_agent, NULL AS address, @account
  FROM account a WHERE a.id = :account_id
UNION ALL
SELECT * FROM (
    SELECT 1, 1, l.id, l.created_us, l.used_us, l.expires_us, l.device_name, l.user_agent,
           l.address, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0
  FROM session l WHERE l.account_id = :account_id AND l.expires_us > :now_us AND @auth
         ORDER BY l.id DESC LIMIT :most) s
UNION ALL
SELECT * FROM (
    SELECT 1, 2, 0, v.invited_us, 0, 0, v.phone, NULL, NULL,
       0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0
  FROM account v WHERE v.invited_by = :account_id AND @auth
         ORDER BY v.invited_us DESC, v.id DESC LIMIT :most) v
UNION ALL
SELECT * FROM (
    SELECT 1, 3, e.id, e.at_us, 0, 0, e.event, NULL,
           CASE WHEN e.actor_id IS NULL THEN e.address END,
       0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0
  FROM audit e WHERE e.account_id = :account_id AND @auth
         ORDER BY e.id DESC LIMIT :most) e
 ORDER BY kind, at_us DESC, item_id DESC;
