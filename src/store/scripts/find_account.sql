-- find_account: an account by phone or id, for the operator.
-- reads
-- in: phone text, account_id int
-- out: disabled int, sessions int, @account
SELECT CASE WHEN a.disabled_us IS NULL THEN 0 ELSE 1 END AS disabled,
       (SELECT count(*) FROM session s WHERE s.account_id = a.id) AS sessions, @account
  FROM account a
 WHERE a.erased_us IS NULL AND (a.phone = :phone OR (a.id = :account_id AND :phone IS NULL));
