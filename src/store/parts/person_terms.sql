-- person_terms: whether a change of the person may be made: the caller may, the number they sent (if
-- any) is the person's own or proven to be, and the invite code they sent (if any) is the one that
-- was activated: with `once`, by this request.
(@may_person(person=@person)
 AND EXISTS (SELECT 1 FROM account t WHERE t.id = @person AND t.erased_us IS NULL
                AND @own_or_proven(row=t)
                AND (:invite_given IS NULL
                     OR (t.invited_by = @inviter(given=:invite_given | forgiven=:invite_forgiven)
                         AND (:once = 0 OR t.activated_by = :request_id)))))
