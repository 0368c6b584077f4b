/*
 * What programs ask rather than people: health, readiness, metrics, keys, the API's description.
 */
#include "api/page_reply.h"
#include "api/routes.h"
#include "base/clock.h"
#include "base/metric.h"

#define METRICS_BYTES_MAX 16384

static void say_status(struct call *call, const char *status)
{
    struct json *json = call_json(call, 200);

    jsonw_object(json);
    jsonw_cstr(json, "status", status);
    jsonw_end(json);
    call_json_end(call);
}

enum ask_result machinery_ask_health(struct call *call)
{
    say_status(call, "ok");
    return ASK_ANSWERED;
}

/* Each question to the store is a durable commit: strangers get one a second out of a loop. */
#define READY_FOR_US US_PER_S

enum ask_result machinery_ask_ready(struct call *call)
{
    struct check_ready_in *in = call->in;

    if (clock_monotonic_us() < call->loop->ready_until_us) {
        say_status(call, "ready");
        return ASK_ANSWERED;
    }
    in->now_us = call->now_us;
    return ASK_STORE;
}

enum answer_result machinery_answer_ready(struct call *call)
{
    call->loop->ready_until_us = clock_monotonic_us() + READY_FOR_US;
    say_status(call, "ready");
    return ANSWER_READY;
}

enum ask_result machinery_ask_metrics(struct call *call)
{
    struct buf buf = buf_new(call->arena, 4096, METRICS_BYTES_MAX);

    metric_write(&buf);
    call->reply = (struct http_reply){.status = 200,
                                      .content_type = "text/plain; version=0.0.4; charset=utf-8",
                                      .body = buf_view(&buf, NULL)};
    return ASK_ANSWERED;
}

enum ask_result machinery_ask_jwks(struct call *call)
{
    const struct signing_view *view = signing_keys_view(call->app->signing_keys);
    struct json *json;

    if (view == NULL) /* the store is still awaited */
        return call_refuse(call, PROBLEM_STORE_UNAVAILABLE);
    json = call_json(call, 200);
    jsonw_object(json);
    jsonw_array(json, "keys");
    for (size_t i = 0; i < view->count; i++)
        token_key_write_jwk(view->keys[i], json);
    jsonw_end(json);
    jsonw_end(json);
    call_json_end(call);
    /* Keys are published well before they sign, so a copy of this age is never too old. */
    http_reply_header(&call->reply, "Cache-Control", "public, max-age=300");
    return ASK_ANSWERED;
}

enum ask_result machinery_ask_openapi_yaml(struct call *call)
{
    return page_reply_name(call, "api/openapi.yaml", CACHE_SHORT);
}

enum ask_result machinery_ask_openapi_json(struct call *call)
{
    return page_reply_name(call, "api/openapi.json", CACHE_SHORT);
}
