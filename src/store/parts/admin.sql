-- admin: the caller may change everything: a living session of an administrator. A second factor,
-- once there is one, is asked for here and in admin_value.
@caller_may(caller=:caller_id | may=au.role = 'admin')
