-- first_time: no earlier sending of this request has been answered; its first reply stands.
NOT EXISTS (SELECT 1 FROM idempotency i WHERE i.request_id = :request_id)
