-- set_avatar: gives the caller a picture, or takes it away: without avatar_hash.
-- writes, repeatable
-- lock: 'account ' || CAST(:account_id AS TEXT)
-- in: session_id int, account_id int, now_us int, avatar_hash text, avatar_data bytes
-- out: auth int, @account
@take_avatar(who=:account_id | where=@auth);
SELECT @auth_value AS auth, @account
  FROM account a WHERE a.id = :account_id;
