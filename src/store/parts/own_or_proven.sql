-- own_or_proven: the number that came with a change (if any) is that of the account {row}, or it is
-- nobody's and proven: this request has redeemed the code that was sent to it. With is_open, and no
-- code, nobody asks for a proof.
(:own_phone IS NULL OR {row}.phone = :own_phone
 OR (NOT EXISTS (SELECT 1 FROM account o WHERE o.phone = :own_phone)
     AND ((:is_open = 1 AND :mac IS NULL)
          OR EXISTS (SELECT 1 FROM challenge p WHERE p.id = @newest_code(phone=:own_phone)
                        AND p.redeemed_by = :request_id))))
