/*
 * dialect_problem: our errors as clients of Django REST framework know them.
 */
#include "api/dialect.h"
#include "domain/dialect.h"

#define PROBLEM_BYTES_MAX 2048

enum locale dialect_locale(const struct call *call)
{
    if (call->locale != LOCALE_NONE)
        return call->locale;
    /* Of a path that several have: as the only one that is spoken. */
    return (call->route->dialects & call->app->dialects) == DIALECT_INITIALIZATION ? LOCALE_RU
                                                                                   : LOCALE_EN;
}

/* Where that framework has words of its own, clients look for them; else our titles are good. */
static const char *text_of(const struct problem *problem, enum locale locale)
{
    bool is_russian = locale == LOCALE_RU;

    switch ((int)problem->id) {
    case PROBLEM_BODY_MISSING:
    case PROBLEM_FIELD_MISSING:
        return is_russian ? "Обязательное поле." : "This field is required.";
    case PROBLEM_CHALLENGE_UNKNOWN: /* here nobody knows of challenges */
        return is_russian ? "Код не запрашивали." : "No code was asked for.";
    case PROBLEM_TOKEN_MISSING:
        return is_russian ? "Учетные данные не были предоставлены."
                          : "Authentication credentials were not provided.";
    case PROBLEM_TOKEN_INVALID:
    case PROBLEM_TOKEN_EXPIRED:
    case PROBLEM_TOKEN_REVOKED:
        return is_russian ? "Данный токен недействителен для любого типа токена"
                          : "Given token not valid for any token type";
    case PROBLEM_FORBIDDEN:
        return is_russian ? "У вас недостаточно прав для выполнения данного действия."
                          : "You do not have permission to perform this action.";
    case PROBLEM_NOT_FOUND:
        return is_russian ? "Не найдено." : "Not found.";
    default:
        return problem_title(problem->id, locale);
    }
}

/* The word that simplejwt's clients refresh their token at, else ours. */
static const char *code_of(enum problem_id id)
{
    if (id == PROBLEM_TOKEN_INVALID || id == PROBLEM_TOKEN_EXPIRED || id == PROBLEM_TOKEN_REVOKED)
        return "token_not_valid";
    return problem_code(id);
}

/* That framework has 400 for all that is wrong with a request; for a code, what the route says. */
static unsigned status_of(const struct call *call, const struct problem *problem)
{
    unsigned status = problem_status(problem->id);

    if (problem->field != NULL || problem->id == PROBLEM_IDEMPOTENCY_KEY_REUSED)
        return 400;
    if (problem->id == PROBLEM_CHALLENGE_UNKNOWN || status == 409 || status == 410 || status == 422)
        return call->guess_status != 0 ? call->guess_status : 400;
    return status;
}

static struct json begin(struct call *call, struct buf *buf)
{
    struct json json;

    *buf = buf_new(call->arena, 512, PROBLEM_BYTES_MAX);
    json = jsonw_new(buf);
    jsonw_object(&json);
    return json;
}

static void end(struct call *call, struct json *json, unsigned status)
{
    jsonw_end(json);
    call->reply.status = status;
    call->reply.content_type = "application/json";
    call->reply.body = buf_view(json->buf, NULL);
}

static void write_field(struct json *json, const char *field, const char *text)
{
    jsonw_array(json, field);
    jsonw_cstr(json, NULL, text);
    jsonw_end(json);
}

void dialect_problem(struct call *call, const struct problem *problem)
{
    const char *text = text_of(problem, dialect_locale(call));
    struct buf buf;
    struct json json = begin(call, &buf);

    if (problem->field != NULL) {
        write_field(&json, problem->field, text);
        for (const char **more = problem->more; more != NULL && *more != NULL; more++)
            write_field(&json, *more, text);
    } else {
        jsonw_cstr(&json, "detail", text);
        jsonw_cstr(&json, "code", code_of(problem->id));
        if (problem->reason != NULL)
            jsonw_cstr(&json, "reason", problem->reason);
        if (problem->has_attempts_left)
            jsonw_int(&json, "attempts_left", problem->attempts_left);
    }
    end(call, &json, status_of(call, problem));
    problem_headers(call->request, problem, &call->reply);
    /* A 401 names a scheme (RFC 9110 section 11.6.1), also where only the route makes it one. */
    if (call->reply.status == 401 && problem_status(problem->id) != 401)
        http_reply_header(&call->reply, "WWW-Authenticate", "Bearer");
}

void dialect_refuse_text(struct call *call, const char *field, struct slice text)
{
    struct buf buf;
    struct json json = begin(call, &buf);

    call->reply = (struct http_reply){0};
    jsonw_array(&json, field);
    jsonw_str(&json, NULL, text);
    jsonw_end(&json);
    end(call, &json, 400);
}
