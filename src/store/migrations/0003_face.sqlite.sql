-- What the pages, administration and hosted sign-in keep.

-- Administration: who did it (audit.account_id is whom it was done to), and what exactly.
ALTER TABLE audit ADD COLUMN actor_id INTEGER;
ALTER TABLE audit ADD COLUMN detail TEXT;

-- Grants of hosted sign-in.

-- Statistics, and settings changed at run time.
