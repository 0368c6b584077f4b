-- update_person: changes the fields of a person (see read_person) whose set_* is 1, the picture
-- among them (absent: removes it), and names who invited them: all or nothing, and nothing where
-- own_phone is given and is not theirs. A code that was activated before may be named again, but not
-- with once. inviter_id 0: nobody has it. An administrator's change of somebody else is noted, and
-- one at a time, as those of admin_update_account. Answers as look_person does.
-- writes, repeatable
-- lock: CASE WHEN :caller_id NOT IN (0, @person) THEN 'staff' END;
--       CASE WHEN :refuse_cycles = 1 AND :invite_given IS NOT NULL THEN 'invite graph' END;
--       'account ' || CAST(@person AS TEXT)
-- in: session_id int, caller_id int, is_open int, phone text, account_id int, most int, now_us int,
--     request_id bytes, invite_given text, invite_forgiven text, refuse_cycles int, once int,
--     own_phone text, set_email int, email text, set_first_name int, first_name text,
--     set_last_name int, last_name text, set_city int, city text, set_telegram_id int,
--     telegram_id text, set_avatar int, avatar_hash text, avatar_data bytes, address text,
--     detail text
-- out: auth int, inviter_id int, invited_by int, activated int, @account, invitee_phone text
@activate(who=(SELECT w.id FROM account w WHERE w.id = @person AND w.erased_us IS NULL AND (:own_phone IS NULL OR w.phone = :own_phone) AND @may_person(person=@person)) | given=:invite_given | forgiven=:invite_forgiven);
@note_admin(event='admin_update' | whom=@person | where=@by_staff(person=@person) AND @person_terms);
UPDATE account SET
       email = CASE WHEN :set_email = 1 THEN :email ELSE email END,
       first_name = CASE WHEN :set_first_name = 1 THEN :first_name ELSE first_name END,
       last_name = CASE WHEN :set_last_name = 1 THEN :last_name ELSE last_name END,
       city = CASE WHEN :set_city = 1 THEN :city ELSE city END,
       telegram_id = CASE WHEN :set_telegram_id = 1 THEN :telegram_id ELSE telegram_id END
 WHERE id = @person AND erased_us IS NULL AND @person_terms;
@take_avatar(who=@person | where=:set_avatar = 1 AND @person_terms);
SELECT @may_person_value(person=@person) AS auth,
       @inviter(given=:invite_given | forgiven=:invite_forgiven) AS inviter_id,
       a.invited_by AS invited_by,
       CASE WHEN a.activated_by = :request_id THEN 1 ELSE 0 END AS activated, @account,
       v.phone AS invitee_phone
  FROM (SELECT 1 AS one) o
  LEFT JOIN account a ON a.id = @person AND a.erased_us IS NULL
  LEFT JOIN @invitees v ON a.id IS NOT NULL
 ORDER BY v.invited_us DESC, v.id DESC;
