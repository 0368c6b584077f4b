/* image: a whole worker, as the process it is, also where a service manager allows less. */
#include "unit.h"

#include <errno.h>
#include <seccomp.h>

#include "image/worker.h"

struct heard {
    char bytes[IMAGE_REPLY_MAX];
    size_t len;
    int status;
};

static struct heard heard;

/* As systemd does by SystemCallFilter=@system-service and ~@resources. */
static void take_calls_away(void)
{
    static const int calls[] = {SCMP_SYS(seccomp), SCMP_SYS(setpriority), SCMP_SYS(setrlimit)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), calls[i], 0) != 0)
            _exit(99);
    /* The library is to find out anew what there is, as it would in a new program. */
    if (seccomp_load(filter) != 0 || seccomp_reset(NULL, SCMP_ACT_ALLOW) != 0)
        _exit(99);
    seccomp_release(filter);
}

static pid_t start(int in[2], int out[2], bool is_poor)
{
    pid_t child = fork();

    if (child != 0)
        return child;
    if (dup2(in[0], STDIN_FILENO) < 0 || dup2(out[1], STDOUT_FILENO) < 0)
        _exit(99);
    if (is_poor)
        take_calls_away();
    _exit(image_worker());
}

/* Gives a worker `count` times `piece`; what it says and how it ends is in `heard`. */
static void ask(struct slice piece, size_t count, bool is_poor)
{
    ssize_t got = 1;
    int out[2];
    int in[2];
    pid_t child;

    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    child = start(in, out, is_poor);
    assert_true(child > 0);
    (void)close(in[0]);
    (void)close(out[1]);
    for (size_t i = 0; i < count; i++)
        if (write(in[1], piece.ptr, piece.len) < 0)
            break;
    (void)close(in[1]);
    for (heard.len = 0; got > 0; heard.len += got > 0 ? (size_t)got : 0)
        got = read(out[0], heard.bytes + heard.len, sizeof(heard.bytes) - heard.len);
    (void)close(out[0]);
    assert_int_equal(waitpid(child, &heard.status, 0), child);
}

static enum image_outcome outcome(void)
{
    struct slice webp;

    return image_reply_read(slice_of(heard.bytes, heard.len), &webp);
}

/* The smallest PNG there is. */
static const uint8_t pixel[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
    0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00,
    0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9c, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00,
    0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
};

static void test_a_picture(void **state)
{
    (void)state;
    for (int is_poor = 0; is_poor <= 1; is_poor++) {
        ask(slice_of((const char *)pixel, sizeof(pixel)), 1, is_poor == 1);
        assert_int_equal(outcome(), IMAGE_OK);
        assert_int_equal(heard.status, 0);
        ask(slice_of((const char *)pixel, sizeof(pixel) / 2), 1, is_poor == 1);
        assert_int_equal(outcome(), IMAGE_INVALID);
        assert_int_equal(heard.status, 0);
    }
}

static void test_no_picture(void **state)
{
    (void)state;
    ask(SLICE_LIT(""), 0, false);
    assert_int_equal(outcome(), IMAGE_UNSUPPORTED);
    ask(SLICE_LIT("\xff\xd8\xff 16 bytes...."), IMAGE_BYTES_MAX / 16, false);
    assert_int_equal(outcome(), IMAGE_INVALID);
}

static void test_too_much(void **state)
{
    (void)state;
    ask(SLICE_LIT("\xff\xd8\xff 16 bytes...."), IMAGE_BYTES_MAX / 16 + 1, false);
    assert_int_equal(outcome(), IMAGE_FAILED);
    assert_int_equal(heard.len, 0);
    assert_true(WIFEXITED(heard.status) && WEXITSTATUS(heard.status) == EXIT_FAILURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_picture),
        cmocka_unit_test(test_no_picture),
        cmocka_unit_test(test_too_much),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("image worker", tests, NULL, NULL);
}
