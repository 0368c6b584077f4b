-- admin_counts: numbers beside an account that is looked at alone; `a` is the account. Counting
-- stops at :most: a number with thousands of invitees is no dearer to look at than any other.
(SELECT count(*) FROM (SELECT 1 FROM session l WHERE l.account_id = a.id AND l.expires_us > :now_us
                        LIMIT :most) n) AS sessions,
(SELECT count(*) FROM (SELECT 1 FROM account v WHERE v.invited_by = a.id LIMIT :most) n) AS invitees,
@events_since(phone=a.phone | kind=1 | us=86400000000) AS sends_day,
@events_since(phone=a.phone | kind=2 | us=86400000000) AS guesses_day
