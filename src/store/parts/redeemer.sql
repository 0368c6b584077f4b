-- redeemer: the account whose code this request has redeemed.
(SELECT a.id FROM challenge c JOIN account a ON a.phone = c.phone
  WHERE c.id = @named_challenge AND c.redeemed_by = :request_id)
