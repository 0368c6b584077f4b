-- find_invite: the invite code that was meant, in its own spelling; no row when there is none.
-- reads
-- in: invite_given text, invite_forgiven text
-- out: invite_code text
SELECT x.invite_code AS invite_code FROM account x
 WHERE x.id = @inviter(given=:invite_given | forgiven=:invite_forgiven);
