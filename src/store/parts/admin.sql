-- admin: the caller may change everything: a living session of an administrator, but not one of a
-- site that they signed in to (hosted sign-in): a role stays here. A second factor, once there is
-- one, is asked for here and in admin_value.
@caller_may(caller=:caller_id | may=au.role = 'admin' AND s.is_hosted = 0)
