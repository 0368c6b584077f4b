-- may_person: whether the caller may see and change {person}: anybody where is_open says so (in
-- development mode, and the operator), else the person and administrators.
(:is_open = 1
 OR EXISTS (SELECT 1 FROM session s JOIN account au ON au.id = s.account_id
             WHERE s.id = :session_id AND s.account_id = :caller_id AND s.expires_us > :now_us
               AND au.disabled_us IS NULL AND au.erased_us IS NULL
               AND (au.role = 'admin' OR au.id = {person})))
