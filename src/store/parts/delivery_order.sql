-- delivery_order: the newest first.
ORDER BY o.created_us DESC, o.challenge_id DESC, o.step DESC LIMIT :most
