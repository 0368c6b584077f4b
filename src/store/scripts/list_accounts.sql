-- list_accounts: accounts after id after_id, in the order of their ids, for the operator.
-- reads
-- in: after_id int, most int
-- out: disabled int, @account
SELECT CASE WHEN a.disabled_us IS NULL THEN 0 ELSE 1 END AS disabled, @account
  FROM account a
 WHERE a.id > :after_id AND a.erased_us IS NULL ORDER BY a.id LIMIT :most;
