-- sweep: removes what is over, a bounded piece at a time; by lease, so that one node does it.
-- `more` 1: something was left for the next call. First replies outlive their
-- challenges. Sessions are looked at in stretches of ids, from session_from on; the caller moves it.
-- writes
-- lock: 'outbox'
-- in: holder bytes, now_us int, lease_us int, most int, session_from int, session_to int,
--     audit_before_us int, outbox_before_us int
-- out: held int, more int, last_session_id int
UPDATE lease SET holder = :holder, until_us = :now_us + :lease_us
 WHERE name = 'sweep' AND (until_us < :now_us OR holder = :holder);
DELETE FROM handset
 WHERE id <= @oldest(table=handset | time=id | where=o.id > 0)
   AND delivered_us <= :now_us - 86400000000 AND @sweeping;
DELETE FROM outbox
 WHERE created_us <= @oldest(table=outbox | time=created_us | where=o.created_us < :outbox_before_us)
   AND @sweeping;
UPDATE challenge SET nonce = NULL, mac = NULL
 WHERE mac IS NOT NULL AND @sweeping
   AND expires_us <= @oldest(table=challenge | time=expires_us | where=o.mac IS NOT NULL AND o.expires_us <= :now_us);
DELETE FROM challenge
 WHERE created_us <= @oldest(table=challenge | time=created_us | where=o.created_us <= :now_us - 3600000000)
   AND @sweeping;
DELETE FROM phone_ledger
 WHERE at_us <= @oldest(table=phone_ledger | time=at_us | where=o.at_us <= :now_us - 86400000000)
   AND @sweeping;
DELETE FROM idempotency
 WHERE created_us <= @oldest(table=idempotency | time=created_us | where=o.created_us <= :now_us - 7200000000)
   AND @sweeping;
DELETE FROM hosted_grant
 WHERE created_us <= @oldest(table=hosted_grant | time=created_us | where=o.created_us <= :now_us - 3600000000)
   AND @sweeping;
DELETE FROM audit
 WHERE id <= @oldest(table=audit | time=id | where=o.id > 0) AND at_us < :audit_before_us
   AND @sweeping;
DELETE FROM session WHERE id > :session_from AND id <= :session_to AND expires_us <= :now_us
   AND @sweeping;
SELECT CASE WHEN @sweeping THEN 1 ELSE 0 END AS held,
       CASE WHEN @sweeping AND (
            EXISTS (SELECT 1 FROM challenge c
                     WHERE c.mac IS NOT NULL AND c.expires_us <= :now_us)
            OR EXISTS (SELECT 1 FROM challenge c WHERE c.created_us <= :now_us - 3600000000)
            OR EXISTS (SELECT 1 FROM phone_ledger l WHERE l.at_us <= :now_us - 86400000000)
            OR EXISTS (SELECT 1 FROM outbox o WHERE o.created_us < :outbox_before_us)
            OR EXISTS (SELECT 1 FROM hosted_grant g WHERE g.created_us <= :now_us - 3600000000)
            OR EXISTS (SELECT 1 FROM idempotency d WHERE d.created_us <= :now_us - 7200000000))
            THEN 1 ELSE 0 END AS more,
       (SELECT max(s.id) FROM session s) AS last_session_id;
