-- admin_read_account: one account for administration, with how many sessions it has and how many
-- people it invited, each counted up to `most`, and what its limits have counted within a day. id 0:
-- no such account.
-- writes, repeatable
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     account_id int, most int
-- out: auth int, sessions int, invitees int, sends_day int, guesses_day int, @admin_account
@note_admin(event='admin_read' | whom=:account_id | where=@moderator);
SELECT @moderator_value AS auth, @admin_counts, @admin_account
  FROM (SELECT 1 AS one) o
  LEFT JOIN account a ON a.id = :account_id AND @moderator;
