/*
 * log: one line an event on standard error, `time level event key=value ...` (logfmt).
 *
 * Loop threads must never wait for a slow terminal or pipe: once log_start has run, lines go into a
 * bounded ring and a thread of their own writes them; when the ring is full a line is dropped and
 * counted, and the count is written when there is room again. Before log_start and after log_stop
 * lines are written at once (commands). Thread-safe.
 *
 * Phones are logged only masked (phone_mask), codes, tokens and keys never. Values are quoted and
 * escaped, so a hostile string cannot forge a line.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/slice.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* One key and its value; `text` absent means the number counts. */
struct log_field {
    const char *key;
    struct slice text;
    int64_t number;
};

#define LOG_STR(k, s) ((struct log_field){.key = (k), .text = slice_str(s)})
#define LOG_SLICE(k, s) ((struct log_field){.key = (k), .text = (s)})
#define LOG_INT(k, n) ((struct log_field){.key = (k), .number = (n)})

/* Lines longer than this are cut. */
#define LOG_LINE_MAX 1024

/* Lines under `level` are not written. Default LOG_INFO. */
void log_set_level(enum log_level level);
bool log_wants(enum log_level level);

/*
 * Starts and ends the writer thread; log_stop writes what is queued, but gives up when nobody has
 * read standard error for a second. The writer turns a closed pipe into lost lines; whoever logs
 * without it should ignore SIGPIPE.
 */
void log_start(void);
void log_stop(void);

void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t field_count);

/* log_write(LOG_INFO, "listening", LOG_STR("address", text), LOG_INT("port", port)) */
#define log_write(level, event, ...)                               \
    log_event((level), (event), (struct log_field[]){__VA_ARGS__}, \
              sizeof((struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

#endif
