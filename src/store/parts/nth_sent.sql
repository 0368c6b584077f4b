-- nth_sent: when the {n}-th newest message to the phone was sent.
(SELECT l.at_us FROM phone_ledger l WHERE l.phone = :phone AND l.kind = 1
  ORDER BY l.at_us DESC LIMIT 1 OFFSET {n} - 1)
