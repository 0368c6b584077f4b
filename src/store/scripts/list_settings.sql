-- list_settings: what was changed while running, in the order of the names.
-- reads
-- in: most int
-- out: name text, value text, changed_us int
SELECT s.name AS name, s.value AS value, s.changed_us AS changed_us FROM setting s
 WHERE s.changed_us IS NOT NULL ORDER BY s.name LIMIT :most;
