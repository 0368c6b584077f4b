-- admin_update_account: an administrator changes the fields whose set_* is 1 (an absent value clears
-- the field), gives a role (absent: unchanged), disables (1), enables (0) or leaves (-1) an account;
-- all or nothing. Disabling ends its sessions. Nobody takes the role from themselves or disables
-- themselves; and one such change is made at a time, wherever: so of two administrators who turn on
-- each other one stays. `done` 0: it was not allowed, or there is nobody to change. Answers as
-- admin_read_account does.
-- writes, repeatable
-- lock: 'staff'; (SELECT phone FROM account WHERE id = :account_id);
--       'account ' || CAST(LEAST(:account_id, :caller_id) AS TEXT);
--       'account ' || CAST(GREATEST(:account_id, :caller_id) AS TEXT)
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     account_id int, role text, disable int, set_email int, email text, set_first_name int,
--     first_name text, set_last_name int, last_name text, set_city int, city text,
--     set_telegram_id int, telegram_id text, most int
-- out: auth int, done int, sessions int, invitees int, sends_day int, guesses_day int, @admin_account
@note_admin(event='admin_update' | whom=:account_id | where=@admin AND EXISTS (SELECT 1 FROM account w WHERE w.id = :account_id AND w.erased_us IS NULL) AND (:account_id <> :caller_id OR (:disable <> 1 AND COALESCE(:role, 'admin') = 'admin')));
UPDATE account SET role = COALESCE(:role, role),
       disabled_us = CASE :disable WHEN 1 THEN COALESCE(disabled_us, :now_us)
                                   WHEN 0 THEN NULL ELSE disabled_us END,
       email = CASE WHEN :set_email = 1 THEN :email ELSE email END,
       first_name = CASE WHEN :set_first_name = 1 THEN :first_name ELSE first_name END,
       last_name = CASE WHEN :set_last_name = 1 THEN :last_name ELSE last_name END,
       city = CASE WHEN :set_city = 1 THEN :city ELSE city END,
       telegram_id = CASE WHEN :set_telegram_id = 1 THEN :telegram_id ELSE telegram_id END
 WHERE id = :account_id AND erased_us IS NULL AND @noted;
DELETE FROM session WHERE account_id = :account_id AND :disable = 1 AND @noted;
SELECT @admin_value AS auth, CASE WHEN @noted THEN 1 ELSE 0 END AS done, @admin_counts,
       @admin_account
  FROM (SELECT 1 AS one) o
  LEFT JOIN account a ON a.id = :account_id AND @admin;
