-- audit_page: the entries before :before_id, not the one that this request itself has left, of that
-- event and by that actor where they are given; the newest first.
AND e.id < :before_id AND (e.request_id IS NULL OR e.request_id <> :request_id)
  AND (:event IS NULL OR e.event = :event) AND (:actor_id = 0 OR e.actor_id = :actor_id)
ORDER BY e.id DESC LIMIT :most
