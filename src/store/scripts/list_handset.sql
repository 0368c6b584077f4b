-- list_handset: messages delivered to a number (all numbers when absent), newest first.
-- reads
-- in: phone text
-- out: phone text, text text, code text, channel text, provider text, sent_us int,
--      delivered_us int
SELECT h.phone AS phone, h.text AS text, h.code AS code, h.channel AS channel,
       h.provider AS provider, h.sent_us AS sent_us, h.delivered_us AS delivered_us
  FROM handset h
 WHERE h.id IN (SELECT * FROM (SELECT x.id FROM handset x WHERE x.phone = :phone
                                ORDER BY x.id DESC LIMIT 100) one
                UNION ALL
                SELECT * FROM (SELECT y.id FROM handset y WHERE :phone IS NULL
                                ORDER BY y.id DESC LIMIT 100) every)
 ORDER BY h.id DESC;
