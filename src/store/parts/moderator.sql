-- moderator: the caller may read everything: a living session of a moderator or an administrator.
@caller_may(caller=:caller_id | may=au.role IN ('moderator', 'admin') AND s.is_hosted = 0)
