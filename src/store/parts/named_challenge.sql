-- named_challenge: the challenge of that id or, where none is given, the newest that a dialect sent
-- to the phone. It stays the same for a whole script that holds the lock of the phone.
COALESCE(:challenge_id, (SELECT n.id FROM challenge n WHERE n.phone = :phone AND n.purpose = 3
                          ORDER BY n.created_us DESC LIMIT 1))
