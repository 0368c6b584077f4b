-- granted: the grant of :hash, where the right verifier came: none where none was asked for.
hosted_grant g
 WHERE g.hash = :hash AND COALESCE(g.code_challenge, '') = COALESCE(:code_challenge, '')
