-- person_terms: whether a change of the person may be made: the caller may, the number they sent (if
-- any) is the person's own, and the invite code they sent (if any) is the one that was activated:
-- with `once`, by this request.
(@may_person(person=@person)
 AND EXISTS (SELECT 1 FROM account p WHERE p.id = @person AND p.erased_us IS NULL
                AND (:own_phone IS NULL OR p.phone = :own_phone)
                AND (:invite_given IS NULL
                     OR (p.invited_by = @inviter(given=:invite_given | forgiven=:invite_forgiven)
                         AND (:once = 0 OR p.activated_by = :request_id)))))
