/*
 * problem: the one shape of every error, RFC 9457 `application/problem+json`, from the table
 * errors.def. `title` and `detail` speak the client's language; `code` is what programs act by.
 */
#ifndef API_PROBLEM_H
#define API_PROBLEM_H

#include "domain/locale.h"
#include "http/http.h"

enum problem_id {
#define ERROR(id, ...) PROBLEM_##id,
#include "api/errors.def"
#undef ERROR
    PROBLEM_COUNT
};

/* An error and what the client needs to act on it. Zero and NULL members are left out. */
struct problem {
    enum problem_id id;
    const char *field;       /* which field; static text or in the request's arena */
    const char **more;       /* to dialects: further fields of the same error, up to NULL */
    const char *reason;      /* a stable word within the code */
    const char *error;       /* a word of RFC 6749 section 5.2, for its clients */
    const char *explanation; /* in English, for what no table of words can tell */
    int64_t retry_after_s;   /* also sent as Retry-After; 429 and 503 get 1 if it is 0 */
    bool has_attempts_left;
    int64_t attempts_left;
    const char *allow; /* the Allow header of 405 */
};

/* Fills `reply` (zeroed before) for a request. */
void problem_write(struct http_request *request, enum locale locale, const struct problem *problem,
                   struct http_reply *reply);

/* Of an error: its status, its title in a language, and the headers it needs in `reply` (zeroed
 * but for what the caller has set). For those who write the body themselves. */
unsigned problem_status(enum problem_id id);
const char *problem_title(enum problem_id id, enum locale locale);
void problem_headers(struct http_request *request, const struct problem *problem,
                     struct http_reply *reply);

/* The entry whose code is `code`; PROBLEM_INTERNAL_ERROR when there is none. */
enum problem_id problem_find(const char *code);

/* The stable word of an error. Static. */
const char *problem_code(enum problem_id id);

#endif
