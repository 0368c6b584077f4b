-- add_account: an account made by the operator, or the one that has the phone already. `made` 0 and
-- no id: the invite code was taken; run again with another.
-- writes
-- lock: :phone
-- in: phone text, role text, locale text, own_code text, now_us int
-- out: made int, disabled int, @account
INSERT INTO account (phone, role, locale, invite_code, created_us)
SELECT :phone, :role, :locale, :own_code, :now_us FROM lease WHERE name = 'ready'
ON CONFLICT DO NOTHING;
INSERT INTO audit (at_us, event, account_id)
SELECT :now_us, 'operator_add', a.id FROM account a
 WHERE a.phone = :phone AND a.invite_code = :own_code AND a.created_us = :now_us;
SELECT CASE WHEN a.invite_code = :own_code AND a.created_us = :now_us THEN 1 ELSE 0 END AS made,
       CASE WHEN a.disabled_us IS NULL THEN 0 ELSE 1 END AS disabled, @account
  FROM account a WHERE a.phone = :phone;
