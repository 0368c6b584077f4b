-- nth_event: when the {n}-th newest entry of {kind} was made in the ledger of {phone}.
(SELECT l.at_us FROM phone_ledger l WHERE l.phone = {phone} AND l.kind = {kind}
  ORDER BY l.at_us DESC LIMIT 1 OFFSET abs({n} - 1))
