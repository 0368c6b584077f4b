-- stat_sums: what happened, summed up; `w` are the hours.
-- out: codes_sent int, delivered int, failed int, sign_ins int, new_accounts int, activations int,
--      cost_micros int, send_cooldown int, send_limit int, guess_limit int, too_many_attempts int,
--      country_not_allowed int, address_sends int, address_guesses int, address_invites int,
--      address_grants int
CAST(sum(w.codes_sent) AS BIGINT) AS codes_sent, CAST(sum(w.delivered) AS BIGINT) AS delivered,
CAST(sum(w.failed) AS BIGINT) AS failed, CAST(sum(w.sign_ins) AS BIGINT) AS sign_ins,
CAST(sum(w.new_accounts) AS BIGINT) AS new_accounts,
CAST(sum(w.activations) AS BIGINT) AS activations,
CAST(sum(w.cost_micros) AS BIGINT) AS cost_micros,
CAST(sum(w.send_cooldown) AS BIGINT) AS send_cooldown,
CAST(sum(w.send_limit) AS BIGINT) AS send_limit,
CAST(sum(w.guess_limit) AS BIGINT) AS guess_limit,
CAST(sum(w.too_many_attempts) AS BIGINT) AS too_many_attempts,
CAST(sum(w.country_not_allowed) AS BIGINT) AS country_not_allowed,
CAST(sum(w.address_sends) AS BIGINT) AS address_sends,
CAST(sum(w.address_guesses) AS BIGINT) AS address_guesses,
CAST(sum(w.address_invites) AS BIGINT) AS address_invites,
CAST(sum(w.address_grants) AS BIGINT) AS address_grants
