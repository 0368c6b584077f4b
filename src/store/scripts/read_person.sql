-- read_person: the profile of the account with the phone or, where none is given, of account_id, and
-- who came by its code: a row for each, newest first, and one without where nobody did. id 0: no
-- such account. An administrator who looks at somebody else gets nothing but by_staff 1: they look
-- by look_person, which notes it, so that people who look at themselves write nothing.
-- reads
-- in: session_id int, caller_id int, is_open int, phone text, account_id int, most int, now_us int
-- out: auth int, by_staff int, @account, invitee_phone text
SELECT @may_person_value(person=@person) AS auth, o.by_staff AS by_staff, @account,
       v.phone AS invitee_phone
  FROM (SELECT CASE WHEN @by_staff(person=@person) THEN 1 ELSE 0 END AS by_staff) o
  LEFT JOIN account a ON a.id = @person AND a.erased_us IS NULL AND o.by_staff = 0
               AND @may_person(person=@person)
  LEFT JOIN @invitees v ON a.id IS NOT NULL
 ORDER BY v.invited_us DESC, v.id DESC;
