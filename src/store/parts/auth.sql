-- auth: true while the caller's session lives and the account is neither disabled nor erased.
EXISTS (SELECT 1 FROM session s JOIN account au ON au.id = s.account_id
         WHERE s.id = :session_id AND s.account_id = :account_id AND s.expires_us > :now_us
           AND au.disabled_us IS NULL AND au.erased_us IS NULL)
