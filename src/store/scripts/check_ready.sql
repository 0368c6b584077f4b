-- check_ready: proves that the store can commit and answer.
-- writes, repeatable
-- in: now_us int
-- out: ready int
UPDATE lease SET until_us = :now_us WHERE name = 'ready';
SELECT 1 AS ready FROM lease WHERE name = 'ready';
