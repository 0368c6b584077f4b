-- introspect_token: the session of a genuine token, while it lives and its account is neither
-- disabled nor erased. A refresh token has a seed, an access token has an account (the other is
-- absent, or 0).
-- reads
-- in: session_id int, account_id int, seed bytes, now_us int
-- out: account_id int, role text, generation int, rotated_us int, created_us int, expires_us int
SELECT a.id AS account_id, a.role AS role, s.generation AS generation, s.rotated_us AS rotated_us,
       s.created_us AS created_us, s.expires_us AS expires_us
  FROM session s JOIN account a ON a.id = s.account_id
 WHERE s.id = :session_id AND s.expires_us > :now_us
   AND (s.account_id = :account_id OR s.seed = :seed)
   AND a.disabled_us IS NULL AND a.erased_us IS NULL;
