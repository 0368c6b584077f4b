#include "api/call.h"

#include "api/dialect.h"
#include "base/log.h"
#include "base/metric.h"
#include "domain/pacing.h"

/* The largest reply is an export. */
#define REPLY_BYTES_MAX ((size_t)2 << 20)

struct json *call_json(struct call *call, unsigned status)
{
    call->reply = (struct http_reply){.status = status, .content_type = "application/json"};
    call->text = buf_new(call->arena, 768, REPLY_BYTES_MAX);
    call->json = jsonw_new(&call->text);
    return &call->json;
}

void call_json_end(struct call *call)
{
    bool whole;

    call->reply.body = buf_view(&call->text, &whole);
    /* Replies are bounded by what is read; one that does not fit is our mistake. */
    if (!whole)
        call_problem(call, (struct problem){.id = PROBLEM_INTERNAL_ERROR});
}

void call_empty(struct call *call, unsigned status)
{
    call->reply = (struct http_reply){.status = status};
}

enum locale call_locale(const struct call *call)
{
    if (call->locale != LOCALE_NONE)
        return call->locale;
    return locale_from_tag(slice_str(call->settings->locale_default));
}

void call_problem(struct call *call, struct problem problem)
{
    if (problem.id == PROBLEM_INTERNAL_ERROR)
        log_write(LOG_ERROR, "internal_error", LOG_STR("request_id", call->request->request_id),
                  LOG_STR("route", call->route == NULL ? "" : call->route->path));
    call->refused = problem.id;
    call->reply = (struct http_reply){0};
    call->reply_at_us = 0;
    if (call->route != NULL && call->route->dialects != 0)
        dialect_problem(call, &problem);
    else
        problem_write(call->request, call_locale(call), &problem, &call->reply);
}

enum ask_result call_refuse(struct call *call, enum problem_id id)
{
    call_problem(call, (struct problem){.id = id});
    return ASK_ANSWERED;
}

enum ask_result call_refuse_field(struct call *call, enum problem_id id, const char *field)
{
    call_problem(call, (struct problem){.id = id, .field = field});
    return ASK_ANSWERED;
}

bool call_accept_token(struct call *call, enum token_outcome outcome)
{
    if (outcome != TOKEN_OK)
        (void)call_refuse(call,
                          outcome == TOKEN_EXPIRED ? PROBLEM_TOKEN_EXPIRED : PROBLEM_TOKEN_INVALID);
    return outcome == TOKEN_OK;
}

void call_refuse_until(struct call *call, enum problem_id id, int64_t until_us)
{
    call_problem(
        call,
        (struct problem){.id = id, .retry_after_s = pacing_retry_after_s(call->now_us, until_us)});
}

struct limit_rule {
    int64_t max;
    int64_t window_us;
};

static struct limit_rule rule_of(const struct settings *settings, enum address_limit_kind kind)
{
    switch (kind) {
    case ADDRESS_LIMIT_SEND:
        return (struct limit_rule){settings->send_address_hour, US_PER_HOUR};
    case ADDRESS_LIMIT_GUESS:
        return (struct limit_rule){settings->guess_address, 10 * US_PER_MINUTE};
    case ADDRESS_LIMIT_INVITE:
        return (struct limit_rule){settings->invite_address, 10 * US_PER_MINUTE};
    case ADDRESS_LIMIT_GRANT:
        return (struct limit_rule){settings->hosted_address, 10 * US_PER_MINUTE};
    }
    return (struct limit_rule){1, US_PER_HOUR};
}

void call_tally(struct call *call, enum statistic stat)
{
    tally_add(call->app->tally, stat, call->phone, 1, call->now_us);
}

static void tally_over(struct call *call, enum address_limit_kind kind)
{
    switch (kind) {
    case ADDRESS_LIMIT_SEND:
        call_tally(call, STAT_ADDRESS_SENDS);
        break;
    case ADDRESS_LIMIT_GUESS:
        call_tally(call, STAT_ADDRESS_GUESSES);
        break;
    case ADDRESS_LIMIT_INVITE:
        call_tally(call, STAT_ADDRESS_INVITES);
        break;
    case ADDRESS_LIMIT_GRANT:
        call_tally(call, STAT_ADDRESS_GRANTS);
        break;
    }
}

static bool enforce(struct call *call, enum address_limit_kind kind, bool under, int64_t until_us)
{
    if (under)
        return true;
    metric_count(METRIC_ADDRESS_OVER);
    tally_over(call, kind);
    if (call->settings->dev)
        return true;
    call_refuse_until(call, PROBLEM_ADDRESS_LIMIT, until_us);
    return false;
}

bool call_limit(struct call *call, enum address_limit_kind kind)
{
    struct limit_rule rule = rule_of(call->settings, kind);
    int64_t until_us = 0;
    bool under;

    pthread_mutex_lock(&call->app->limits_lock);
    under = address_limit_hit(call->app->limits, kind, call->request->address_key, rule.max,
                              rule.window_us, call->now_us, &until_us);
    pthread_mutex_unlock(&call->app->limits_lock);
    call->counted = under;
    call->counted_kind = kind;
    return enforce(call, kind, under, until_us);
}

void call_limit_refund(struct call *call, enum address_limit_kind kind)
{
    struct limit_rule rule = rule_of(call->settings, kind);

    pthread_mutex_lock(&call->app->limits_lock);
    address_limit_refund(call->app->limits, kind, call->request->address_key, rule.window_us,
                         call->now_us);
    pthread_mutex_unlock(&call->app->limits_lock);
}

void call_limit_undo(struct call *call)
{
    if (call->counted)
        call_limit_refund(call, call->counted_kind);
    call->counted = false;
}
