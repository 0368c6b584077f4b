-- setting_known: what is stored for :name (absent: nothing) is still what the caller knows of.
(SELECT k.value FROM (SELECT 1 AS one) z
   LEFT JOIN setting k ON k.name = :name AND k.changed_us IS NOT NULL) IS NOT DISTINCT FROM :known
