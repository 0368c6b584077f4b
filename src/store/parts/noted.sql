-- noted: this request has left its entry in the audit: the caller may do it, and it could be done.
EXISTS (SELECT 1 FROM audit n WHERE n.request_id = :request_id)
