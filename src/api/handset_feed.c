#include "api/handset_feed.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/challenge_call.h"
#include "base/base64url.h"
#include "base/check.h"

#define LOOK_MS 200

/* A comment this often keeps proxies from closing what seems idle. */
#define BEAT_MS 15000

/* Delivered messages that a new listener gets. */
#define NEWEST 20

/* Several nodes may make messages visible in another order than they were delivered in. */
#define OVERLAP_US US_PER_S

/* One event; the text of a message is at most half a kilobyte. */
#define EVENT_BYTES_MAX ((size_t)4096)

#define KEY_SIZE (BASE64URL_LEN(CODE_CHALLENGE_BYTES) + 24)
#define CHANNEL_SIZE 16

/* A message as the last look found it. */
struct seen {
    char key[KEY_SIZE];
    char phone[PHONE_E164_SIZE];
    char channel[CHANNEL_SIZE];
    int64_t handset_id; /* 0: on its way */
    int64_t sent_us;
    int64_t due_us;
};

struct look {
    unsigned count;
    int64_t oldest_id; /* of those delivered, when there were as many as a look takes; else 0 */
    bool is_full;      /* some on their way did not fit */
    struct seen seen[2 * HANDSET_FEED_MOST];
};

/* In its request's arena. */
struct listener {
    struct http_request *request;
    struct listener *next;
};

struct handset_feed {
    struct api_loop *loop;
    uv_timer_t timer;
    struct listener *listeners;
    struct list_messages_in in;
    struct store_job job; /* its arena is NULL while none is under way */
    struct look look;
    int64_t beat_ms; /* when the next comment is due */
    bool is_ending;
};

/* Events */

/* "challenge.step": the same while it is on its way and when it has arrived. */
static void key_of(const struct list_messages_row *row, char out[KEY_SIZE])
{
    size_t len = 0;

    memset(out, 0, KEY_SIZE);
    if (row->challenge_id.len == CODE_CHALLENGE_BYTES) {
        base64url_encode(row->challenge_id.ptr, row->challenge_id.len, out);
        len = BASE64URL_LEN(CODE_CHALLENGE_BYTES);
        (void)snprintf(out + len, KEY_SIZE - len, ".%d", (int)row->step);
    } else { /* kept by an older version */
        (void)snprintf(out, KEY_SIZE, "%lld", (long long)row->id);
    }
}

static void copy_text(char *out, size_t size, struct slice text)
{
    size_t len = text.len < size ? text.len : size - 1;

    memcpy(out, slice_is_absent(text) ? "" : text.ptr, len);
    out[len] = '\0';
}

static struct seen seen_of(const struct list_messages_row *row)
{
    struct seen seen = {.handset_id = row->id, .sent_us = row->sent_us, .due_us = row->due_us};

    key_of(row, seen.key);
    copy_text(seen.phone, sizeof(seen.phone), row->phone);
    copy_text(seen.channel, sizeof(seen.channel), row->channel);
    return seen;
}

/* `row` is NULL for a message that is not there any more. */
static struct slice event_of(struct arena *arena, const struct seen *seen,
                             const struct list_messages_row *row)
{
    struct buf buf = buf_new(arena, 1024, EVENT_BYTES_MAX);
    struct json json = jsonw_new(&buf);
    bool is_delivered = row != NULL && row->id != 0;

    if (is_delivered)
        buf_printf(&buf, "id: %lld\n", (long long)row->delivered_us);
    buf_str(&buf, "event: message\ndata: ");
    jsonw_object(&json);
    jsonw_cstr(&json, "id", seen->key);
    jsonw_cstr(&json, "state", is_delivered ? "delivered" : row != NULL ? "sending" : "failed");
    jsonw_cstr(&json, "phone", seen->phone);
    jsonw_cstr(&json, "channel", seen->channel);
    jsonw_str(&json, "provider", row == NULL ? SLICE_ABSENT : row->provider);
    if (is_delivered) {
        jsonw_str(&json, "text", row->text);
        jsonw_str(&json, "code", row->code);
    }
    jsonw_time(&json, "sent_at", seen->sent_us);
    jsonw_time(&json, "due_at", seen->due_us);
    jsonw_time(&json, "delivered_at", is_delivered ? row->delivered_us : 0);
    jsonw_end(&json);
    buf_str(&buf, "\n\n");
    return buf_view(&buf, NULL);
}

/* Who cannot take it is let go at the next turn of the timer. */
static void tell_all(struct handset_feed *feed, struct slice event)
{
    for (struct listener *at = feed->listeners; at != NULL; at = at->next)
        (void)http_stream_send(at->request, event);
}

/* Looks */

static const struct seen *find(const struct look *look, const char *key)
{
    for (unsigned i = 0; i < look->count; i++) {
        if (strcmp(look->seen[i].key, key) == 0)
            return &look->seen[i];
    }
    return NULL;
}

/* Not one that came into view because newer ones were erased. */
static bool is_news(const struct look *before, const struct seen *seen)
{
    const struct seen *known = find(before, seen->key);

    if (known != NULL)
        return known->handset_id == 0 && seen->handset_id != 0;
    return seen->handset_id == 0 || seen->handset_id > before->oldest_id;
}

static struct look look_at(const struct store_job *job)
{
    struct look look = {.count = 0};
    unsigned delivered = 0;

    for (unsigned i = 0; i < job->row_count && i < ARRAY_LEN(look.seen); i++) {
        const struct list_messages_row *row = STORE_ROW_AT(job, list_messages, i);

        look.seen[look.count++] = seen_of(row);
        delivered += row->id != 0;
        if (row->id != 0 && (look.oldest_id == 0 || row->id < look.oldest_id))
            look.oldest_id = row->id;
    }
    if (delivered < HANDSET_FEED_MOST)
        look.oldest_id = 0;
    look.is_full = look.count - delivered == HANDSET_FEED_MOST;
    return look;
}

/* Takes what a look has found for what is now, and tells everybody what is new. */
static void take(struct handset_feed *feed, struct arena *arena, const struct store_job *job)
{
    struct look now = look_at(job);
    unsigned news = 0;

    for (unsigned i = 0; i < now.count; i++) {
        if (!is_news(&feed->look, &now.seen[i]))
            continue;
        news++;
        tell_all(feed, event_of(arena, &now.seen[i], STORE_ROW_AT(job, list_messages, i)));
    }
    for (unsigned i = 0; i < feed->look.count; i++) {
        const struct seen *seen = &feed->look.seen[i];

        /* Out of sight is not lost. */
        if (seen->handset_id != 0 || find(&now, seen->key) != NULL || now.is_full ||
            news >= HANDSET_FEED_MOST)
            continue;
        tell_all(feed, event_of(arena, seen, NULL));
    }
    feed->look = now;
}

/* Listeners */

/* Ends those who have left, or everybody. */
static void let_go(struct handset_feed *feed, bool all)
{
    struct listener **at = &feed->listeners;

    while (*at != NULL) {
        struct listener *listener = *at;

        if (!all && http_is_awaited(listener->request)) {
            at = &listener->next;
            continue;
        }
        *at = listener->next;
        http_stream_end(listener->request);
    }
    if (feed->listeners == NULL)
        (void)uv_timer_stop(&feed->timer);
}

/* At least one listener stays until the store has come back: the loop ends after the last one. */
static void on_looked(struct store_job *job)
{
    struct handset_feed *feed = job->owner;

    if (job->result == STORE_DONE && !feed->is_ending)
        take(feed, job->arena, job);
    arena_free(job->arena);
    job->arena = NULL;
    let_go(feed, feed->is_ending);
}

static void on_time(uv_timer_t *timer)
{
    struct handset_feed *feed = timer->data;
    int64_t now_ms = (int64_t)uv_now(timer->loop);

    if (feed->job.arena != NULL)
        return;
    let_go(feed, false);
    if (feed->listeners == NULL)
        return;
    if (now_ms >= feed->beat_ms) {
        tell_all(feed, SLICE_LIT(":\n\n"));
        feed->beat_ms = now_ms + BEAT_MS;
    }
    feed->in = (struct list_messages_in){.most = HANDSET_FEED_MOST};
    feed->job = (struct store_job){.script = &script_list_messages,
                                   .in = &feed->in,
                                   .arena = arena_new(),
                                   .done = on_looked,
                                   .owner = feed};
    store_run(feed->loop->port, &feed->job);
}

/* What was there before this listener came. */
static void tell_past(struct http_request *request, struct arena *arena,
                      const struct store_job *job, int64_t since_us)
{
    unsigned delivered = 0;

    for (unsigned i = 0; i < job->row_count; i++)
        delivered += STORE_ROW_AT(job, list_messages, i)->id != 0;
    (void)http_stream_send(request, SLICE_LIT("retry: 1000\n\n"));
    for (unsigned i = 0; i < job->row_count; i++) {
        const struct list_messages_row *row = STORE_ROW_AT(job, list_messages, i);
        struct seen seen = seen_of(row);
        bool is_old =
            since_us == 0 ? i + NEWEST < delivered : row->delivered_us < since_us - OVERLAP_US;

        if (row->id == 0 || !is_old)
            (void)http_stream_send(request, event_of(arena, &seen, row));
    }
}

bool handset_feed_join(struct handset_feed *feed, struct call *call, int64_t since_us)
{
    struct http_reply head = {.status = 200, .content_type = "text/event-stream"};
    struct listener *listener = ARENA_NEW(call->arena, struct listener);
    struct arena *arena; /* the request's lives as long as the stream */

    /* nginx would else collect what it gets before it passes it on. */
    http_reply_header(&head, "X-Accel-Buffering", "no");
    if (!http_stream_begin(call->request, &head)) {
        (void)call_refuse(call, PROBLEM_OVERLOADED);
        return false;
    }
    arena = arena_new();
    take(feed, arena, &call->job);
    tell_past(call->request, arena, &call->job, since_us);
    arena_free(arena);
    listener->request = call->request;
    listener->next = feed->listeners;
    feed->listeners = listener;
    if (!uv_is_active((uv_handle_t *)&feed->timer)) {
        feed->beat_ms = (int64_t)uv_now(feed->timer.loop) + BEAT_MS;
        CHECK(uv_timer_start(&feed->timer, on_time, LOOK_MS, LOOK_MS) == 0);
    }
    return true;
}

struct handset_feed *handset_feed_open(struct api_loop *loop)
{
    struct handset_feed *feed = calloc(1, sizeof(*feed));

    CHECK(feed != NULL);
    feed->loop = loop;
    CHECK(uv_timer_init(http_loop_uv(loop->http), &feed->timer) == 0);
    feed->timer.data = feed;
    return feed;
}

void handset_feed_drain(struct handset_feed *feed)
{
    feed->is_ending = true;
    if (feed->job.arena == NULL)
        let_go(feed, true);
}

static void on_closed(uv_handle_t *timer)
{
    free(timer->data);
}

void handset_feed_close(struct handset_feed *feed)
{
    if (feed == NULL)
        return;
    CHECK(feed->listeners == NULL && feed->job.arena == NULL);
    uv_close((uv_handle_t *)&feed->timer, on_closed);
}
