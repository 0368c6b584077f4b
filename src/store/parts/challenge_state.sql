-- challenge_state: what the domain needs to name the outcome of a guess; `c` is the challenge.
-- out: phone text, tried int, redeemed int, attempts_left int, created_us int, expires_us int, superseded int,
--      nth_hour_us int, nth_day_us int
c.phone AS phone,
CASE WHEN c.tried_by = :request_id THEN 1 ELSE 0 END AS tried,
CASE WHEN c.redeemed_by IS NULL THEN 0 WHEN c.redeemed_by = :request_id THEN 1 ELSE 2 END
  AS redeemed,
c.attempts_left AS attempts_left, c.created_us AS created_us, c.expires_us AS expires_us,
CASE WHEN c.superseded_us IS NULL THEN 0 ELSE 1 END AS superseded,
@nth_event(phone=c.phone | kind=2 | n=:guess_hour) AS nth_hour_us,
@nth_event(phone=c.phone | kind=2 | n=:guess_day) AS nth_day_us
