-- activate: records who invited account {who}; at most once for ever, never oneself, and with
-- :refuse_cycles only where no chain of inviters leads from the inviter back to {who}: such a script
-- takes the lock 'invite graph', because two of them checking at once could close a ring together.
UPDATE account SET invited_us = :now_us, activated_by = :request_id,
       invited_by = @inviter(given={given} | forgiven={forgiven}),
       inviter_code = (SELECT y.invite_code FROM account y
                        WHERE y.id = @inviter(given={given} | forgiven={forgiven}))
 WHERE id = {who} AND invited_by IS NULL AND {given} IS NOT NULL
   AND @inviter(given={given} | forgiven={forgiven}) <> id
   AND (:refuse_cycles = 0 OR NOT EXISTS (
        WITH RECURSIVE up (id) AS (
            SELECT @inviter(given={given} | forgiven={forgiven})
            UNION SELECT u.invited_by FROM account u JOIN up ON u.id = up.id
                   WHERE u.invited_by IS NOT NULL)
        SELECT 1 FROM up WHERE up.id = {who}))
