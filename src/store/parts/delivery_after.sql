-- delivery_after: `o` comes after the last row shown; with before_us 0 there was none.
o.created_us <= CASE WHEN :before_us = 0 THEN 9223372036854775807 ELSE :before_us END
  AND (:before_us = 0 OR o.created_us < :before_us OR o.challenge_id < :before_challenge
       OR (o.challenge_id = :before_challenge AND o.step < :before_step))
