-- caller_may: true while the session of account {caller} lives, the account is neither disabled nor
-- erased, and {may} holds of it; `au` is the account.
EXISTS (SELECT 1 FROM session s JOIN account au ON au.id = s.account_id
         WHERE s.id = :session_id AND s.account_id = {caller} AND s.expires_us > :now_us
           AND au.disabled_us IS NULL AND au.erased_us IS NULL AND {may})
