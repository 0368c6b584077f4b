-- erase_sessions: the sessions of account {who}, once it is erased.
DELETE FROM session WHERE account_id = {who}
   AND EXISTS (SELECT 1 FROM account a WHERE a.id = {who} AND a.erased_us IS NOT NULL)
