-- claim_setting: the value of `name`, after setting it to `value` if it had none.
-- writes, repeatable
-- in: name text, value text
-- out: value text
INSERT INTO setting (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING;
SELECT s.value AS value FROM setting s WHERE s.name = :name;
