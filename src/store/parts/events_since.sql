-- events_since: how many entries of {kind} the ledger of {phone} got in the last {us} microseconds.
(SELECT count(*) FROM phone_ledger l WHERE l.phone = {phone} AND l.kind = {kind}
    AND l.at_us > :now_us - {us})
