-- admin_set_setting: changes a setting for every node; without `value` it goes back to what each
-- node's start gave. Only while the store has the value that is `known` (absent: none), so that the
-- audit tells the old one truly: else `done` is 0, the rows have the newer value, and the caller runs
-- the script again. The rows are those of admin_list_settings.
-- writes, repeatable
-- lock: 'settings'
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     name text, known text, value text
-- out: auth int, done int, name text, value text, changed_us int
@note_admin(event='admin_set_setting' | whom=NULL | where=@admin AND @setting_known);
DELETE FROM setting
 WHERE name = :name AND changed_us IS NOT NULL AND :value IS NULL AND @setting_known
   AND EXISTS (SELECT 1 FROM audit e WHERE e.request_id = :request_id);
INSERT INTO setting (name, value, changed_us)
SELECT :name, :value, :now_us
 WHERE :value IS NOT NULL AND @setting_known
   AND EXISTS (SELECT 1 FROM audit e WHERE e.request_id = :request_id)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_us = excluded.changed_us
 WHERE setting.changed_us IS NOT NULL;
SELECT @admin_value AS auth,
       CASE WHEN EXISTS (SELECT 1 FROM audit e WHERE e.request_id = :request_id)
            THEN 1 ELSE 0 END AS done,
       s.name AS name, s.value AS value, s.changed_us AS changed_us
  FROM (SELECT 1 AS one) o
  LEFT JOIN setting s ON s.changed_us IS NOT NULL AND @admin
 ORDER BY s.name;
