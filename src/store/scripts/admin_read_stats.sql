-- admin_read_stats: what happened from from_us until before to_us. First one row (at_us 0, no
-- country) with the sums of all of it; then, by pieces of step_us and by country, at most `most`
-- rows, those behind after_us and after_country.
-- writes, repeatable
-- in: session_id int, caller_id int, now_us int, request_id bytes, address text, detail text,
--     from_us int, to_us int, step_us int, after_us int, after_country text, most int
-- out: auth int, at_us int, country text, @stat_sums
@note_admin(event='admin_stats' | whom=NULL | where=@moderator);
SELECT @moderator_value AS auth, s.*
  FROM (SELECT 1 AS one) o
  LEFT JOIN (
    SELECT 0 AS at_us, NULL AS country, @stat_sums
      FROM stat_hour w WHERE w.hour_us >= :from_us AND w.hour_us < :to_us
    UNION ALL
    SELECT * FROM (
        SELECT w.hour_us - w.hour_us % :step_us AS at_us, w.country AS country, @stat_sums
          FROM stat_hour w
         WHERE w.hour_us >= :from_us AND w.hour_us < :to_us AND w.hour_us >= :after_us
           AND (w.hour_us - w.hour_us % :step_us, w.country) > (:after_us, :after_country)
         GROUP BY 1, 2 ORDER BY 1, 2 LIMIT :most) p) s ON @moderator
 ORDER BY s.at_us, s.country;
