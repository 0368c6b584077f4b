-- list_signing_keys: every key that is not past its use, oldest first.
-- reads
-- in: now_us int
-- out: kid text, sealed bytes, created_us int, active_us int, retired_us int
SELECT k.kid AS kid, k.sealed AS sealed, k.created_us AS created_us, k.active_us AS active_us,
       k.retired_us AS retired_us
  FROM signing_key k WHERE k.retired_us > :now_us ORDER BY k.active_us, k.kid;
