/* log: no text can forge a line, no reader can hold up a logger, no line is lost unseen. */
#include "unit.h"

#include <pthread.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log_line.h"
#include "base/metric.h"

#define AT_US INT64_C(1795264496789000)
#define BEGINNING "2026-11-21T12:34:56.789Z info event"

/* Standard error goes into a pipe while a test logs. */
static int real_stderr;
static int pipe_out;

static int capture(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    real_stderr = dup(STDERR_FILENO);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    pipe_out = ends[0];
    return 0;
}

static int release(void **state)
{
    (void)state;
    log_set_level(LOG_INFO);
    assert_int_equal(dup2(real_stderr, STDERR_FILENO), STDERR_FILENO);
    close(real_stderr);
    if (pipe_out >= 0)
        close(pipe_out);
    return 0;
}

/* What was logged so far, at most `size` - 1 bytes; the writing end is given up. */
static size_t read_log(char *out, size_t size)
{
    size_t len = 0;
    ssize_t got;

    assert_int_equal(dup2(real_stderr, STDERR_FILENO), STDERR_FILENO);
    while (len < size - 1 && (got = read(pipe_out, out + len, size - 1 - len)) > 0)
        len += (size_t)got;
    out[len] = '\0';
    return len;
}

static void test_values(void **state)
{
    static const struct {
        const char *value;
        const char *shown;
    } values[] = {
        {"plain", "plain"},
        {"+7923\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"
         "00",
         "+7923\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"
         "00"},
        {"", "\"\""},
        {"two words", "\"two words\""},
        {"a=b", "\"a=b\""},
        {"say \"no\" \\ yes", "\"say \\\"no\\\" \\\\ yes\""},
        {"x\n2026-11-21T00:00:00.000Z error forged a=b", /* a line of its own? */
         "\"x\\n2026-11-21T00:00:00.000Z error forged a=b\""},
        {"\r\t\x1b[2J\x07\x7f", "\"\\r\\t\\u001b[2J\\u0007\\u007f\""},
        {"\xc2\x9b"
         "31m",
         "\"\\u009b31m\""}, /* a control character of two bytes */
        {"\xe2\x80\xae"
         "cba",
         "\"\\u202ecba\""},                                        /* turns the line around */
        {"\xe2\x80\xa8next", "\"\\u2028next\""},                   /* a line separator */
        {"\xff\xc0\xaf\xe2\x80", "\"\\xff\\xc0\\xaf\\xe2\\x80\""}, /* not UTF-8 */
        {"код", "код"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct log_field fields[] = {LOG_STR("k", values[i].value), LOG_INT("n", -5)};
        struct log_line line;
        char want[200];

        (void)snprintf(want, sizeof(want), BEGINNING " k=%s n=-5\n", values[i].shown);
        log_line_format(&line, AT_US, LOG_INFO, "event", fields, 2);
        assert_slice(slice_of(line.bytes, line.len), want);
    }
}

static void test_nul_bytes_and_levels(void **state)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct log_field field = LOG_SLICE("k", slice_of("a\0b", 3));
        struct log_line line;
        char want[100];

        (void)snprintf(want, sizeof(want), "2026-11-21T12:34:56.789Z %s event k=\"a\\u0000b\"\n",
                       names[i]);
        log_line_format(&line, AT_US, (enum log_level)i, "event", &field, 1);
        assert_slice(slice_of(line.bytes, line.len), want);
    }
}

/* Whatever the length, a line ends in one newline, fits, and closes the quote it opened. */
static void test_long_lines_are_cut(void **state)
{
    static const char *const units[] = {"a", "\n", "\"", "ы", "\xff", " ", "\xe2\x80\xa8"};
    char value[3 * LOG_LINE_MAX];

    (void)state;
    for (size_t u = 0; u < ARRAY_LEN(units); u++) {
        size_t unit_len = strlen(units[u]);

        for (size_t len = 0; len + unit_len < 2 * LOG_LINE_MAX; len += unit_len) {
            struct log_field fields[] = {LOG_SLICE("k", slice_of(value, len)), LOG_INT("n", 1),
                                         LOG_STR("s", "two words")};
            struct log_line line;
            struct slice text;

            log_line_format(&line, AT_US, LOG_INFO, "event", fields, ARRAY_LEN(fields));
            text = slice_of(line.bytes, line.len);
            assert_in_range(text.len, strlen(BEGINNING), LOG_LINE_MAX);
            assert_ptr_equal(memchr(text.ptr, '\n', text.len), text.ptr + text.len - 1);
            if (text.ptr[strlen(BEGINNING " k=")] == '"')
                assert_non_null(memrchr(text.ptr + strlen(BEGINNING " k=") + 1, '"',
                                        text.len - strlen(BEGINNING " k=") - 1));
            if (len < LOG_LINE_MAX / 8)
                assert_memory_equal(text.ptr + text.len - 19, " n=1 s=\"two words\"\n", 19);
            if (len > LOG_LINE_MAX)
                assert_non_null(memmem(text.ptr, text.len, "\xe2\x80\xa6", 3));
            memcpy(value + len, units[u], unit_len);
        }
    }
}

static void test_levels_filter(void **state)
{
    char text[4096];

    (void)state;
    assert_false(log_wants(LOG_DEBUG));
    assert_true(log_wants(LOG_INFO));
    log_write(LOG_DEBUG, "hidden", LOG_INT("n", 1));
    log_set_level(LOG_WARN);
    log_write(LOG_INFO, "hidden", LOG_INT("n", 2));
    log_write(LOG_ERROR, "shown", LOG_INT("n", 3), LOG_STR("s", "x"));
    log_set_level(LOG_DEBUG);
    log_event(LOG_DEBUG, "bare", NULL, 0);
    (void)read_log(text, sizeof(text));
    assert_null(strstr(text, "hidden"));
    assert_non_null(strstr(text, "Z error shown n=3 s=x\n"));
    assert_non_null(strstr(text, "Z debug bare\n"));
}

static void *log_often(void *number)
{
    for (int i = 0; i < 500; i++)
        log_write(LOG_INFO, "busy", LOG_INT("thread", *(int *)number), LOG_INT("i", i));
    return NULL;
}

static void *read_all(void *ret_text)
{
    size_t len = 0;
    ssize_t got;
    char *text = ret_text;

    while ((got = read(pipe_out, text + len, 400000 - len)) > 0)
        len += (size_t)got;
    text[len] = '\0';
    return NULL;
}

/* Four threads at once: each line whole, each thread's in their order, none missing. */
static void test_threads(void **state)
{
    int next[4] = {0};
    int numbers[4] = {0, 1, 2, 3};
    char *text = calloc(1, 400001);
    char *rest = text;
    pthread_t threads[4];
    pthread_t reader;

    (void)state;
    log_start();
    assert_int_equal(pthread_create(&reader, NULL, read_all, text), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, log_often, &numbers[i]), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    log_stop();
    assert_int_equal(dup2(real_stderr, STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(pthread_join(reader, NULL), 0);
    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0';) {
        char *at = strstr(line, " info busy thread=");
        long thread;

        assert_non_null(at);
        thread = strtol(strchr(at, '=') + 1, &at, 10);
        assert_in_range(thread, 0, 3);
        assert_memory_equal(at, " i=", 3);
        assert_int_equal(strtol(at + 3, &at, 10), next[thread]++);
        assert_int_equal(*at, '\0');
    }
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(next[i], 500);
    free(text);
}

/* Nobody reads: loggers go on at once, lines beyond the ring are counted, and the count is said. */
static void test_overflow_is_counted(void **state)
{
    int64_t dropped_before = metric_get(METRIC_LOG_DROPPED);
    char filler[901];
    char *text = calloc(1, 400001);
    pthread_t reader;
    int64_t begin_us;
    int64_t dropped;
    int64_t said = 0;
    int64_t lines = 0;

    (void)state;
    memset(filler, 'x', sizeof(filler) - 1);
    filler[sizeof(filler) - 1] = '\0';
    log_start();
    begin_us = clock_monotonic_us();
    for (int i = 0; i < 1000; i++)
        log_write(LOG_INFO, "full", LOG_STR("filler", filler));
    assert_true(clock_monotonic_us() - begin_us < 5 * US_PER_S);
    dropped = metric_get(METRIC_LOG_DROPPED) - dropped_before;
    assert_in_range(dropped, 500, 900);
    assert_int_equal(pthread_create(&reader, NULL, read_all, text), 0);
    log_stop();
    assert_int_equal(dup2(real_stderr, STDERR_FILENO), STDERR_FILENO);
    assert_int_equal(pthread_join(reader, NULL), 0);
    for (char *at = text; (at = strstr(at, " info full ")) != NULL; at++)
        lines++;
    for (char *at = text; (at = strstr(at, " warn log_lines_dropped count=")) != NULL; at++)
        said += strtol(strchr(at, '=') + 1, NULL, 10);
    assert_int_equal(lines + dropped, 1000);
    assert_int_equal(said, dropped);
    free(text);
}

/* At the end, too, nobody reads: log_stop gives up after a second. */
static void test_stop_does_not_hang(void **state)
{
    char filler[901];
    int64_t begin_us;

    (void)state;
    memset(filler, 'x', sizeof(filler) - 1);
    filler[sizeof(filler) - 1] = '\0';
    log_start();
    for (int i = 0; i < 200; i++)
        log_write(LOG_INFO, "stuck", LOG_STR("filler", filler));
    begin_us = clock_monotonic_us();
    log_stop();
    assert_true(clock_monotonic_us() - begin_us < 5 * US_PER_S);
    log_stop();
}

/* The reader is gone: an error, not SIGPIPE, and the process lives. */
static void test_closed_pipe(void **state)
{
    (void)state;
    close(pipe_out);
    pipe_out = -1;
    log_start();
    for (int i = 0; i < 10; i++)
        log_write(LOG_INFO, "unread", LOG_INT("i", i));
    log_stop();
}

static void start_twice(void *unused)
{
    (void)unused;
    log_start();
    log_start();
}

static void test_start_twice(void **state)
{
    (void)state;
    assert_aborts(start_twice, NULL);
}

/* After log_stop lines are written at once again, and the writer can begin anew. */
static void test_stop_and_start(void **state)
{
    char text[4096];

    (void)state;
    log_write(LOG_INFO, "one", LOG_INT("n", 1));
    log_start();
    log_write(LOG_INFO, "two", LOG_INT("n", 2));
    log_stop();
    log_write(LOG_INFO, "three", LOG_INT("n", 3));
    log_start();
    log_write(LOG_INFO, "four", LOG_INT("n", 4));
    log_stop();
    (void)read_log(text, sizeof(text));
    assert_true(strstr(text, "one n=1\n") < strstr(text, "two n=2\n"));
    assert_true(strstr(text, "two n=2\n") < strstr(text, "three n=3\n"));
    assert_true(strstr(text, "three n=3\n") < strstr(text, "four n=4\n"));
}

#define CAPTURED(test) cmocka_unit_test_setup_teardown(test, capture, release)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_nul_bytes_and_levels),
        cmocka_unit_test(test_long_lines_are_cut),
        CAPTURED(test_levels_filter),
        CAPTURED(test_threads),
        CAPTURED(test_overflow_is_counted),
        CAPTURED(test_stop_does_not_hang),
        CAPTURED(test_closed_pipe),
        CAPTURED(test_stop_and_start),
        cmocka_unit_test(test_start_twice),
    };

    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
