-- auth: true while the caller's session lives and the account is neither disabled nor erased.
@caller_may(caller=:account_id | may=TRUE)
