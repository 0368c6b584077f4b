-- activate_invite: the caller names who invited them, once for ever. inviter_id 0: no such code;
-- `activated` 1: by this request.
-- writes, repeatable
-- lock: CASE WHEN :refuse_cycles = 1 THEN 'invite graph' END;
--       'account ' || CAST(:account_id AS TEXT)
-- in: session_id int, account_id int, request_id bytes, now_us int, invite_given text,
--     invite_forgiven text, refuse_cycles int
-- out: auth int, inviter_id int, invited_by int, activated int, @account
@activate(who=(SELECT w.id FROM account w WHERE w.id = :account_id AND @auth) | given=:invite_given | forgiven=:invite_forgiven);
SELECT @auth_value AS auth,
       @inviter(given=:invite_given | forgiven=:invite_forgiven) AS inviter_id,
       a.invited_by AS invited_by,
       CASE WHEN a.activated_by = :request_id THEN 1 ELSE 0 END AS activated, @account
  FROM account a WHERE a.id = :account_id;
