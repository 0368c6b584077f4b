-- by_staff: the caller is an administrator and {person} is somebody else: what they do is an act of
-- administration, and is noted.
(:caller_id <> {person} AND @admin)
