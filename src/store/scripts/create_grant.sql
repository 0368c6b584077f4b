-- create_grant: a grant of hosted sign-in for the site `host`, known by the hash of its code. Of an
-- account only the `most` newest are kept. A session that a grant gave makes none (auth 3): else
-- whoever stole a code would outlive the session that it gave.
-- writes, repeatable
-- lock: 'account ' || CAST(:account_id AS TEXT)
-- in: session_id int, account_id int, now_us int, hash bytes, host text, code_challenge text,
--     expires_us int, most int
-- out: auth int
INSERT INTO hosted_grant (hash, account_id, session_id, host, code_challenge, created_us, expires_us)
SELECT :hash, :account_id, :session_id, :host, :code_challenge, :now_us, :expires_us
 WHERE @caller_may(caller=:account_id | may=s.is_hosted = 0)
ON CONFLICT DO NOTHING;
DELETE FROM hosted_grant
 WHERE account_id = :account_id
   AND created_us < (SELECT n.created_us FROM hosted_grant n WHERE n.account_id = :account_id
                      ORDER BY n.created_us DESC LIMIT 1 OFFSET abs(:most - 1));
SELECT @caller_value(caller=:account_id | may=s.is_hosted = 0) AS auth;
