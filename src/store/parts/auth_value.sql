-- auth_value: 1 the session lives, 2 the account is disabled, 0 the session has ended.
@caller_value(caller=:account_id | may=TRUE)
