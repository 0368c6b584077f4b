-- latest_time: the time of the newest entry in the ledger of phones; 0 when it is empty. Development
-- mode starts its clock there, because a clock that was moved is forgotten at exit and the ledger
-- is not.
-- reads
-- in:
-- out: at_us int
SELECT max(l.at_us) AS at_us FROM phone_ledger l;
