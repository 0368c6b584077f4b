-- note_admin: the entry that a call of administration leaves in the audit, by the caller about
-- account {whom}; one for a request, however often the script runs. :detail is what it did, as
-- compact JSON. {where} tells whether the caller may.
INSERT INTO audit (at_us, event, account_id, session_id, address, actor_id, detail, request_id)
SELECT :now_us, {event}, {whom}, :session_id, :address, :caller_id, :detail, :request_id
 WHERE {where}
ON CONFLICT DO NOTHING
