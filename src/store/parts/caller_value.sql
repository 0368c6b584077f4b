-- caller_value: caller_may in words: 1 the caller may, 2 their account is disabled, 3 they may not,
-- 0 their session has ended.
COALESCE((SELECT CASE WHEN au.disabled_us IS NOT NULL THEN 2 WHEN {may} THEN 1 ELSE 3 END
            FROM session s JOIN account au ON au.id = s.account_id
           WHERE s.id = :session_id AND s.account_id = {caller} AND s.expires_us > :now_us
             AND au.erased_us IS NULL), 0)
