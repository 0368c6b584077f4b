-- named_challenge: the challenge of that id or, where none is given, the newest of the phone.
COALESCE(:challenge_id, @newest_code(phone=:phone))
