-- judge_role: whether the caller has the role that a call of administration is for: instead of the
-- call's own script, when what is asked could not be done by anybody. It is no call that was made,
-- and leaves no entry in the audit.
-- reads
-- in: session_id int, caller_id int, now_us int, needs_admin int
-- out: auth int
SELECT CASE WHEN :needs_admin = 1 THEN @admin_value ELSE @moderator_value END AS auth;
