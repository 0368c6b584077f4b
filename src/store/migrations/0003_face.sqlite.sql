-- What the pages, administration and hosted sign-in keep.

-- Administration: who did it (audit.account_id is whom it was done to), and what exactly.
-- request_id: an entry whose outcome nobody learned is made again, and is still one.
ALTER TABLE audit ADD COLUMN actor_id INTEGER;
ALTER TABLE audit ADD COLUMN detail TEXT;
ALTER TABLE audit ADD COLUMN request_id BLOB;
CREATE UNIQUE INDEX audit_request ON audit (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX audit_actor ON audit (actor_id, id) WHERE actor_id IS NOT NULL;
-- Looking people up by the beginning of an e-mail; those who are more than a user.
CREATE INDEX account_email ON account (lower(email), id) WHERE email IS NOT NULL;
CREATE INDEX account_staff ON account (role, id) WHERE role <> 'user';

-- Grants of hosted sign-in.

-- Statistics, and settings changed at run time.
