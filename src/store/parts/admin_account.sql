-- admin_account: what administration sees of an account; `a` is the account.
-- out: id int, phone text, role text, first_name text, last_name text, email text, city text,
--      telegram_id text, avatar text, locale text, invite_code text, inviter_id int,
--      inviter_phone text, invited_us int, created_us int, disabled_us int, erased_us int
a.id AS id, a.phone AS phone, a.role AS role, a.first_name AS first_name,
a.last_name AS last_name, a.email AS email, a.city AS city, a.telegram_id AS telegram_id,
a.avatar AS avatar, a.locale AS locale, a.invite_code AS invite_code,
a.invited_by AS inviter_id,
(SELECT i.phone FROM account i WHERE i.id = a.invited_by) AS inviter_phone,
a.invited_us AS invited_us, a.created_us AS created_us, a.disabled_us AS disabled_us,
a.erased_us AS erased_us
