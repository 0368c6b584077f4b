#include "api/delay.h"

#include "base/check.h"
#include "base/clock.h"

/* In the request's arena. */
struct delayed {
    uv_timer_t timer;
    struct call *call;
    struct delayed *prev;
    struct delayed *next;
};

static void add(struct api_loop *loop, struct delayed *delayed)
{
    delayed->next = loop->delayed;
    if (delayed->next != NULL)
        delayed->next->prev = delayed;
    loop->delayed = delayed;
}

static void take(struct api_loop *loop, struct delayed *delayed)
{
    if (delayed->prev == NULL)
        loop->delayed = delayed->next;
    else
        delayed->prev->next = delayed->next;
    if (delayed->next != NULL)
        delayed->next->prev = delayed->prev;
}

static void on_closed(uv_handle_t *handle)
{
    struct delayed *delayed = handle->data;

    http_reply(delayed->call->request, &delayed->call->reply);
}

static void end(struct delayed *delayed)
{
    take(delayed->call->loop, delayed);
    uv_close((uv_handle_t *)&delayed->timer, on_closed);
}

static void on_time(uv_timer_t *timer)
{
    end(timer->data);
}

static void wait_for(struct call *call, int64_t wait_us)
{
    struct delayed *delayed = ARENA_NEW(call->arena, struct delayed);
    uv_loop_t *uv = http_loop_uv(call->loop->http);

    delayed->call = call;
    uv_update_time(uv);
    CHECK(uv_timer_init(uv, &delayed->timer) == 0);
    delayed->timer.data = delayed;
    CHECK(uv_timer_start(&delayed->timer, on_time, (uint64_t)(wait_us / US_PER_MS) + 1, 0) == 0);
    add(call->loop, delayed);
}

void delay_reply(struct call *call)
{
    int64_t most_us = call->settings->http_request_s * US_PER_S / 2;
    int64_t wait_us = call->reply_at_us == 0 ? 0 : call->reply_at_us - clock_now_us();

    if (wait_us > 0 && !call->loop->is_stopping)
        wait_for(call, wait_us < most_us ? wait_us : most_us);
    else
        http_reply(call->request, &call->reply);
}

void delay_end(struct api_loop *loop)
{
    while (loop->delayed != NULL)
        end(loop->delayed);
}
