-- may_send: whether the limits of {phone} allow one message more.
(:cooldown_us = 0 OR @events_since(phone={phone} | kind=1 | us=:cooldown_us) = 0)
   AND @events_since(phone={phone} | kind=1 | us=600000000) < :max_10min
   AND @events_since(phone={phone} | kind=1 | us=3600000000) < :max_hour
   AND @events_since(phone={phone} | kind=1 | us=86400000000) < :max_day
