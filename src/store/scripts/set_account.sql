-- set_account: the operator gives a role (absent: unchanged) or disables (1), enables (0) or leaves
-- (-1) an account. Disabling ends its sessions.
-- writes
-- lock: (SELECT phone FROM account WHERE id = :account_id);
--       'account ' || CAST(:account_id AS TEXT)
-- in: account_id int, role text, disable int, now_us int
-- out: disabled int, @account
UPDATE account SET role = COALESCE(:role, role),
       disabled_us = CASE :disable WHEN 1 THEN COALESCE(disabled_us, :now_us)
                                   WHEN 0 THEN NULL ELSE disabled_us END
 WHERE id = :account_id AND erased_us IS NULL;
DELETE FROM session WHERE account_id = :account_id AND :disable = 1;
INSERT INTO audit (at_us, event, account_id)
SELECT :now_us, CASE :disable WHEN 1 THEN 'operator_disable' WHEN 0 THEN 'operator_enable'
                              ELSE 'operator_role' END, a.id
  FROM account a WHERE a.id = :account_id AND a.erased_us IS NULL;
SELECT CASE WHEN a.disabled_us IS NULL THEN 0 ELSE 1 END AS disabled, @account
  FROM account a
 WHERE a.id = :account_id AND a.erased_us IS NULL;
