-- may_person: whether the caller may see and change {person}: anybody where is_open says so (in
-- development mode, and the operator), else the person and administrators.
(:is_open = 1 OR @caller_may(caller=:caller_id | may=(au.role = 'admin' AND s.is_hosted = 0 OR au.id = {person})))
