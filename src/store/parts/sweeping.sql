-- sweeping: this node holds the lease of the cleaning.
EXISTS (SELECT 1 FROM lease w WHERE w.name = 'sweep' AND w.holder = :holder)
