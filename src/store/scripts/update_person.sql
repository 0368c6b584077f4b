-- update_person: changes the fields of a person (see read_person) whose set_* is 1, the picture
-- among them (absent: removes it), and names who invited them: all or nothing. own_phone is the
-- number they say is theirs: another than theirs becomes theirs with mac, a right guess at the code
-- that was sent to it (a guess is spent whatever else comes of the change), unless somebody has it
-- (`taken`); without, nothing is changed. A code that was activated before may be named again, but
-- not with once. inviter_id 0: nobody has it. An administrator's change of somebody else is noted,
-- and one at a time, as those of admin_update_account. Who sends own_phone names the person by
-- account_id. Answers as look_person does.
-- writes, repeatable
-- lock: CASE WHEN :caller_id NOT IN (0, @person) THEN 'staff' END;
--       (SELECT LEAST(a.phone, :own_phone) FROM account a
--         WHERE a.id = :account_id AND a.phone <> :own_phone);
--       (SELECT GREATEST(a.phone, :own_phone) FROM account a
--         WHERE a.id = :account_id AND a.phone <> :own_phone);
--       CASE WHEN :refuse_cycles = 1 AND :invite_given IS NOT NULL THEN 'invite graph' END;
--       'account ' || CAST(LEAST(@person, COALESCE(NULLIF(:caller_id, 0), @person)) AS TEXT);
--       'account ' || CAST(GREATEST(@person, :caller_id) AS TEXT)
-- in: session_id int, caller_id int, is_open int, phone text, account_id int, most int, now_us int,
--     request_id bytes, invite_given text, invite_forgiven text, refuse_cycles int, once int,
--     own_phone text, mac bytes, guess_hour int, guess_day int, set_email int, email text,
--     set_first_name int, first_name text, set_last_name int, last_name text, set_city int,
--     city text, set_telegram_id int, telegram_id text, set_avatar int, avatar_hash text,
--     avatar_data bytes, address text, detail text
-- out: auth int, inviter_id int, invited_by int, activated int, taken int, found int,
--      @challenge_state, @account, invitee_phone text
@guess(challenge=@newest_code(phone=:own_phone) | mine=purpose = 3 AND :mac IS NOT NULL AND @may_person(person=@person) AND EXISTS (SELECT 1 FROM account w WHERE w.id = @person AND w.phone <> :own_phone));
@activate(who=(SELECT w.id FROM account w WHERE w.id = @person AND w.erased_us IS NULL AND @own_or_proven(row=w) AND @may_person(person=@person)) | given=:invite_given | forgiven=:invite_forgiven);
@note_admin(event='admin_update' | whom=@person | where=@by_staff(person=@person) AND @person_terms);
INSERT INTO audit (at_us, event, account_id, session_id, address)
SELECT :now_us, 'phone_change', w.id, NULLIF(:session_id, 0), :address FROM account w
 WHERE w.id = @person AND w.phone <> :own_phone AND NOT @noted AND @person_terms;
UPDATE challenge SET superseded_us = :now_us, nonce = NULL, mac = NULL
 WHERE redeemed_by IS NULL AND superseded_us IS NULL
   AND phone IN (:own_phone, (SELECT w.phone FROM account w WHERE w.id = @person))
   AND EXISTS (SELECT 1 FROM account w WHERE w.id = @person AND w.phone <> :own_phone)
   AND @person_terms;
UPDATE account SET phone = COALESCE(:own_phone, phone),
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
       CASE WHEN a.activated_by = :request_id THEN 1 ELSE 0 END AS activated,
       CASE WHEN EXISTS (SELECT 1 FROM account w WHERE w.phone = :own_phone AND w.id <> a.id)
            THEN 1 ELSE 0 END AS taken,
       CASE WHEN c.id IS NULL THEN 0 ELSE 1 END AS found, @challenge_state, @account,
       v.phone AS invitee_phone
  FROM (SELECT 1 AS one) o
  LEFT JOIN account a ON a.id = @person AND a.erased_us IS NULL
  LEFT JOIN challenge c ON :mac IS NOT NULL AND c.id = @newest_code(phone=:own_phone)
  LEFT JOIN @invitees v ON a.id IS NOT NULL
 ORDER BY v.invited_us DESC, v.id DESC;
