/*
 * unit: what every unit test includes. cmocka wants these headers before its own.
 */
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/slice.h"

/* Fails unless the bytes of `s` are exactly the text `expected`. */
#define assert_slice(s, expected)                                                           \
    do {                                                                                    \
        struct slice got_ = (s);                                                            \
        struct slice want_ = slice_str(expected);                                           \
                                                                                            \
        if (!slice_eq(got_, want_))                                                         \
            fail_msg("got \"%.*s\", expected \"%.*s\"", SLICE_ARG(got_), SLICE_ARG(want_)); \
    } while (0)

/* Fails unless act(argument), run in a child process, ends it by abort (a failed CHECK). */
static inline void assert_aborts(void (*act)(void *argument), void *argument)
{
    pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY);

        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(nowhere, STDERR_FILENO);
        act(argument);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* Bytes from hex digits, as test vectors are printed; returns how many. */
static inline size_t from_hex(const char *hex, uint8_t *out, size_t max)
{
    size_t len = strlen(hex) / 2;

    assert_true(len <= max && strlen(hex) % 2 == 0);
    for (size_t i = 0; i < len; i++) {
        char pair[] = {hex[2 * i], hex[2 * i + 1], '\0'};

        out[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return len;
}

#endif
