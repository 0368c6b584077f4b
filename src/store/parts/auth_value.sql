-- auth_value: 1 the session lives, 2 the account is disabled, 0 the session has ended.
COALESCE((SELECT CASE WHEN au.disabled_us IS NULL THEN 1 ELSE 2 END
            FROM session s JOIN account au ON au.id = s.account_id
           WHERE s.id = :session_id AND s.account_id = :account_id AND s.expires_us > :now_us
             AND au.erased_us IS NULL), 0)
