-- person: whom a request is about: the account with the phone or, where none is given, of that id.
COALESCE((SELECT t.id FROM account t WHERE t.phone = :phone), :account_id)
