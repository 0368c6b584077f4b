-- add_stats: adds what was counted lately to the sums of an hour and country. Nodes only ever add,
-- so it does not matter how many there are.
-- writes
-- in: hour_us int, country text, codes_sent int, delivered int, failed int, sign_ins int,
--     new_accounts int, activations int, cost_micros int, send_cooldown int, send_limit int,
--     guess_limit int, too_many_attempts int, country_not_allowed int, address_sends int,
--     address_guesses int, address_invites int, address_grants int
-- out: added int
INSERT INTO stat_hour (hour_us, country, codes_sent, delivered, failed, sign_ins, new_accounts,
       activations, cost_micros, send_cooldown, send_limit, guess_limit, too_many_attempts,
       country_not_allowed, address_sends, address_guesses, address_invites,
       address_grants)
VALUES (:hour_us, :country, :codes_sent, :delivered, :failed, :sign_ins, :new_accounts,
       :activations, :cost_micros, :send_cooldown, :send_limit, :guess_limit, :too_many_attempts,
       :country_not_allowed, :address_sends, :address_guesses, :address_invites,
       :address_grants)
ON CONFLICT (hour_us, country) DO UPDATE SET
       codes_sent = stat_hour.codes_sent + excluded.codes_sent,
       delivered = stat_hour.delivered + excluded.delivered,
       failed = stat_hour.failed + excluded.failed,
       sign_ins = stat_hour.sign_ins + excluded.sign_ins,
       new_accounts = stat_hour.new_accounts + excluded.new_accounts,
       activations = stat_hour.activations + excluded.activations,
       cost_micros = stat_hour.cost_micros + excluded.cost_micros,
       send_cooldown = stat_hour.send_cooldown + excluded.send_cooldown,
       send_limit = stat_hour.send_limit + excluded.send_limit,
       guess_limit = stat_hour.guess_limit + excluded.guess_limit,
       too_many_attempts = stat_hour.too_many_attempts + excluded.too_many_attempts,
       country_not_allowed = stat_hour.country_not_allowed + excluded.country_not_allowed,
       address_sends = stat_hour.address_sends + excluded.address_sends,
       address_guesses = stat_hour.address_guesses + excluded.address_guesses,
       address_invites = stat_hour.address_invites + excluded.address_invites,
       address_grants = stat_hour.address_grants + excluded.address_grants;
SELECT 1 AS added;
