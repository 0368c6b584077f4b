#include "api/loop.h"

#include <stdlib.h>

#include "api/call.h"
#include "api/delay.h"
#include "api/handset_feed.h"
#include "base/check.h"
#include "base/log.h"

bool api_loop_open(void *app, struct http_loop *http, void **ret_state)
{
    struct app *self = app;
    struct api_loop *loop = calloc(1, sizeof(*loop));
    char error[STORE_ERROR_SIZE];

    CHECK(loop != NULL);
    loop->app = self;
    loop->http = http;
    if (!store_port_open(self->store, http_loop_uv(http), &loop->port, error)) {
        log_write(LOG_ERROR, "store_failed", LOG_STR("detail", error));
        free(loop);
        return false;
    }
    loop->tokens = token_cache_new();
    if (self->settings->dev)
        loop->handset = handset_feed_open(loop);
    loop->images = image_pool_open(http_loop_uv(http), &self->images);
    *ret_state = loop;
    return true;
}

void api_loop_close(void *app, void *state)
{
    struct api_loop *loop = state;

    (void)app;
    store_port_close(loop->port);
    token_cache_free(loop->tokens);
    image_pool_close(loop->images);
    handset_feed_close(loop->handset);
    free(loop);
}

void api_loop_drain(void *app, void *state)
{
    struct api_loop *loop = state;

    (void)app;
    loop->is_stopping = true;
    delay_end(loop);
    image_pool_drain(loop->images);
    if (loop->handset != NULL)
        handset_feed_drain(loop->handset);
}

void api_loop_rest(void *app, void *state)
{
    struct api_loop *loop = state;

    (void)app;
    store_port_rest(loop->port);
}
