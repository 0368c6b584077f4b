-- events_since: how many entries of {kind} the ledger of {phone} got in the last {us} microseconds.
-- Written so that only the key of the ledger serves it, never the index by time.
(SELECT count(*) FROM phone_ledger l WHERE l.phone = {phone} AND l.kind = {kind}
    AND :now_us - l.at_us < {us})
