-- newest_code: the newest challenge that a dialect sent to {phone}. It stays the same for a whole
-- script that holds the lock of the phone, and for a request that is repeated: the one it has tried
-- goes before newer ones.
(SELECT n.id FROM challenge n WHERE n.phone = {phone} AND n.purpose = 3
  ORDER BY CASE WHEN n.tried_by = :request_id THEN 0 ELSE 1 END, n.created_us DESC LIMIT 1)
