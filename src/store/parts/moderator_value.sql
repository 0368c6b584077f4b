-- moderator_value: moderator in words, as caller_value has them.
@caller_value(caller=:caller_id | may=au.role IN ('moderator', 'admin') AND s.is_hosted = 0)
