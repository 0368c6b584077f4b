#include "api/problem.h"

#include "base/json.h"

#define PROBLEM_BYTES_MAX 2048

struct entry {
    const char *code;
    unsigned status;
    const char *title[LOCALE_RU + 1];
    const char *detail[LOCALE_RU + 1];
};

static const struct entry entries[PROBLEM_COUNT] = {
#define ERROR(id, code, status, title_en, detail_en, title_ru, detail_ru) \
    [PROBLEM_##id] = {code,                                               \
                      status,                                             \
                      {[LOCALE_EN] = title_en, [LOCALE_RU] = title_ru},   \
                      {[LOCALE_EN] = detail_en, [LOCALE_RU] = detail_ru}},
#include "api/errors.def"
#undef ERROR
};

enum problem_id problem_find(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        if (strcmp(entries[i].code, code) == 0)
            return (enum problem_id)i;
    }
    return PROBLEM_INTERNAL_ERROR;
}

const char *problem_code(enum problem_id id)
{
    return entries[id].code;
}

unsigned problem_status(enum problem_id id)
{
    return entries[id].status;
}

const char *problem_title(enum problem_id id, enum locale locale)
{
    return entries[id].title[locale == LOCALE_RU ? LOCALE_RU : LOCALE_EN];
}

/* When to come back; 0: nothing to say of it. */
static int64_t retry_after_s(const struct problem *problem)
{
    unsigned status = entries[problem->id].status;

    if (problem->retry_after_s == 0 && (status == 429 || status == 503))
        return 1;
    return problem->retry_after_s;
}

/* How a caller may prove who they are (RFC 9110 section 11.6.1). */
static const char *challenge_of(enum problem_id id)
{
    if (id == PROBLEM_CLIENT_INVALID)
        return "Basic realm=\"domofon\", charset=\"UTF-8\"";
    return id == PROBLEM_TOKEN_MISSING ? "Bearer" : "Bearer error=\"invalid_token\"";
}

void problem_headers(struct http_request *request, const struct problem *problem,
                     struct http_reply *reply)
{
    const struct entry *entry = &entries[problem->id];
    int64_t retry_s = retry_after_s(problem);

    if (retry_s > 0)
        http_reply_header(reply, "Retry-After",
                          arena_printf(request->arena, "%lld", (long long)retry_s).ptr);
    if (entry->status == 401)
        http_reply_header(reply, "WWW-Authenticate", challenge_of(problem->id));
    if (problem->allow != NULL)
        http_reply_header(reply, "Allow", problem->allow);
    http_reply_header(reply, "Vary", "Accept-Language");
}

void problem_write(struct http_request *request, enum locale locale, const struct problem *problem,
                   struct http_reply *reply)
{
    const struct entry *entry = &entries[problem->id];
    enum locale spoken = locale == LOCALE_RU ? LOCALE_RU : LOCALE_EN;
    int64_t retry_s = retry_after_s(problem);
    struct buf buf = buf_new(request->arena, 512, PROBLEM_BYTES_MAX);
    struct json json = jsonw_new(&buf);

    jsonw_object(&json);
    jsonw_str(&json, "type", arena_printf(request->arena, "/problems/%s", entry->code));
    jsonw_cstr(&json, "title", entry->title[spoken]);
    jsonw_int(&json, "status", entry->status);
    jsonw_cstr(&json, "detail", entry->detail[spoken]);
    jsonw_cstr(&json, "code", entry->code);
    if (problem->field != NULL)
        jsonw_cstr(&json, "field", problem->field);
    if (problem->reason != NULL)
        jsonw_cstr(&json, "reason", problem->reason);
    if (problem->error != NULL)
        jsonw_cstr(&json, "error", problem->error);
    if (problem->explanation != NULL)
        jsonw_cstr(&json, "explanation", problem->explanation);
    if (retry_s > 0)
        jsonw_int(&json, "retry_after_s", retry_s);
    if (problem->has_attempts_left)
        jsonw_int(&json, "attempts_left", problem->attempts_left);
    jsonw_end(&json);
    reply->status = entry->status;
    reply->content_type = "application/problem+json";
    reply->body = buf_view(&buf, NULL);
    problem_headers(request, problem, reply);
}
