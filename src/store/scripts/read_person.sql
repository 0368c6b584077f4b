-- read_person: the profile of the account with the phone or, where none is given, of account_id, and
-- who came by its code: a row for each, newest first, and one without where nobody did. id 0: no
-- such account.
-- reads
-- in: session_id int, caller_id int, is_open int, phone text, account_id int, most int, now_us int
-- out: auth int, @account, invitee_phone text
SELECT @may_person_value(person=@person) AS auth, @account, v.phone AS invitee_phone
  FROM (SELECT 1 AS one) o
  LEFT JOIN account a ON a.id = @person AND a.erased_us IS NULL
               AND @may_person(person=@person)
  LEFT JOIN @invitees v ON a.id IS NOT NULL
 ORDER BY v.invited_us DESC, v.id DESC;
