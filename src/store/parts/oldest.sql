-- oldest: up to where the :most oldest rows of {table} reach, by {time}, of those that are over. As
-- one value it leads every engine to a piece of the index; a list of keys does not. Rows of the very
-- same time go together.
(SELECT max(x.reach) FROM (SELECT o.{time} AS reach FROM {table} o WHERE {where}
                            ORDER BY o.{time} LIMIT :most) x)
