-- admin_inexact: `w` has the role that is looked for, and is not one of those that the query names
-- exactly: they are shown first.
(:role IS NULL OR w.role = :role) AND w.id <> :id
  AND w.invite_code NOT IN (:invite_given, :invite_forgiven)
