-- admin_value: admin in words, as caller_value has them.
@caller_value(caller=:caller_id | may=au.role = 'admin' AND s.is_hosted = 0)
