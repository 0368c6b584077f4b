-- admin_erase_account: an administrator erases an account (see parts/erase.sql), but not their own.
-- `done` 0: there is no such account, or it is their own; one that was erased before is as good as
-- erased now.
-- writes, repeatable
-- lock: 'staff'; (SELECT phone FROM account WHERE id = :account_id);
--       'account ' || CAST(LEAST(:account_id, :caller_id) AS TEXT);
--       'account ' || CAST(GREATEST(:account_id, :caller_id) AS TEXT)
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     account_id int
-- out: auth int, done int
@note_admin(event='admin_erase' | whom=:account_id | where=@admin AND :account_id <> :caller_id AND EXISTS (SELECT 1 FROM account w WHERE w.id = :account_id));
SELECT @admin_value AS auth, CASE WHEN @noted THEN 1 ELSE 0 END AS done;
@erase(who=:account_id | where=@noted);
@erase_sessions(who=:account_id);
