-- tree_node: a person in the tree of invites; `a` is the account. Counting stops at :count_most.
-- out: id int, phone text, first_name text, last_name text, invite_code text, invited_us int,
--      invitees int, erased_us int
a.id AS id, a.phone AS phone, a.first_name AS first_name, a.last_name AS last_name,
a.invite_code AS invite_code, a.invited_us AS invited_us,
(SELECT count(*) FROM (SELECT 1 FROM account v WHERE v.invited_by = a.id LIMIT :count_most) c)
  AS invitees,
a.erased_us AS erased_us
