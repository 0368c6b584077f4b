-- look_person: what read_person answers, to an administrator who looks at somebody else.
-- writes, repeatable
-- in: session_id int, caller_id int, is_open int, phone text, account_id int, most int, now_us int,
--     request_id bytes, address text, detail text
-- out: auth int, @account, invitee_phone text
@note_admin(event='admin_read' | whom=@person | where=@by_staff(person=@person) AND EXISTS (SELECT 1 FROM account w WHERE w.id = @person AND w.erased_us IS NULL));
SELECT @may_person_value(person=@person) AS auth, @account, v.phone AS invitee_phone
  FROM (SELECT 1 AS one) o
  LEFT JOIN account a ON a.id = @person AND a.erased_us IS NULL
               AND @may_person(person=@person)
  LEFT JOIN @invitees v ON a.id IS NOT NULL
 ORDER BY v.invited_us DESC, v.id DESC;
