-- may_person_value: may_person in words, as caller_value has them.
CASE WHEN :is_open = 1 THEN 1 ELSE
@caller_value(caller=:caller_id | may=(au.role = 'admin' AND s.is_hosted = 0 OR au.id = {person})) END
