-- update_account: changes the fields whose set_* is 1; an absent value clears the field.
-- writes, repeatable
-- lock: 'account ' || CAST(:account_id AS TEXT)
-- in: session_id int, account_id int, now_us int, set_email int, email text, set_first_name int,
--     first_name text, set_last_name int, last_name text, set_city int, city text,
--     set_telegram_id int, telegram_id text, set_locale int, locale text
-- out: auth int, @account
UPDATE account SET
       email = CASE WHEN :set_email = 1 THEN :email ELSE email END,
       first_name = CASE WHEN :set_first_name = 1 THEN :first_name ELSE first_name END,
       last_name = CASE WHEN :set_last_name = 1 THEN :last_name ELSE last_name END,
       city = CASE WHEN :set_city = 1 THEN :city ELSE city END,
       telegram_id = CASE WHEN :set_telegram_id = 1 THEN :telegram_id ELSE telegram_id END,
       locale = CASE WHEN :set_locale = 1 THEN :locale ELSE locale END
 WHERE id = :account_id AND erased_us IS NULL AND @auth;
SELECT @auth_value AS auth, @account
  FROM account a WHERE a.id = :account_id;
