-- invitees: of the person, `most` at most, newest first; joined to one row.
(SELECT w.phone AS phone, w.invited_us AS invited_us, w.id AS id FROM account w
  WHERE w.invited_by = @person AND @may_person(person=@person)
  ORDER BY w.invited_us DESC, w.id DESC LIMIT :most)
