-- may_person_value: may_person in words: 1 the caller may, 2 their account is disabled, 3 the person
-- is somebody else, 0 their session has ended.
CASE WHEN :is_open = 1 THEN 1 ELSE
COALESCE((SELECT CASE WHEN au.disabled_us IS NOT NULL THEN 2
                      WHEN au.role = 'admin' OR au.id = {person} THEN 1 ELSE 3 END
            FROM session s JOIN account au ON au.id = s.account_id
           WHERE s.id = :session_id AND s.account_id = :caller_id AND s.expires_us > :now_us
             AND au.erased_us IS NULL), 0) END
