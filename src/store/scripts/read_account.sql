-- read_account: the profile of the caller.
-- reads
-- in: session_id int, account_id int, now_us int
-- out: auth int, @account
SELECT CASE WHEN a.disabled_us IS NULL THEN 1 ELSE 2 END AS auth, @account
  FROM session s JOIN account a ON a.id = s.account_id
 WHERE s.id = :session_id AND s.account_id = :account_id AND s.expires_us > :now_us
   AND a.erased_us IS NULL;
