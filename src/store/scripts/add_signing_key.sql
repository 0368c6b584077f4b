-- add_signing_key: a new key, unless one that becomes active after newest_active_us is there
-- already (another node was quicker); keys past their use go. The key that signs until then is kept
-- at least until newest_until_us.
-- writes, repeatable
-- lock: 'signing keys'
-- in: kid text, sealed bytes, now_us int, active_us int, retired_us int, newest_active_us int,
--     newest_until_us int
-- out: added int
UPDATE signing_key SET retired_us = :newest_until_us
 WHERE active_us = :newest_active_us AND retired_us < :newest_until_us;
DELETE FROM signing_key WHERE retired_us <= :now_us;
INSERT INTO signing_key (kid, sealed, created_us, active_us, retired_us)
SELECT :kid, :sealed, :now_us, :active_us, :retired_us
 WHERE NOT EXISTS (SELECT 1 FROM signing_key k WHERE k.active_us > :newest_active_us)
ON CONFLICT DO NOTHING;
SELECT count(*) AS added FROM signing_key k WHERE k.kid = :kid;
