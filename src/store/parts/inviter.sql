-- inviter: the account whose invite code was meant: as given first, else as forgiven.
(SELECT x.id FROM account x
  WHERE x.invite_code IN ({given}, {forgiven}) AND x.erased_us IS NULL
  ORDER BY CASE WHEN x.invite_code = {given} THEN 0 ELSE 1 END LIMIT 1)
