#include "image/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* Beside what the program itself takes: four bytes a pixel, or six for the worst of JPEGs. */
#define MEMORY_BYTES ((size_t)176 << 20)
#define PROCESSOR_S 3

/* Sanitizers reserve terabytes, and have system calls of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static bool limit(__rlimit_resource_t what, rlim_t most)
{
    struct rlimit limit = {.rlim_cur = most, .rlim_max = most};

    return setrlimit(what, &limit) == 0;
}

/* The address space that the program takes already; 0 when that cannot be told. */
static size_t size_now(void)
{
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    if (fd >= 0)
        (void)close(fd);
    return got <= 0 ? 0 : strtoul(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

static bool limit_memory(void)
{
    size_t now;

    if (SANITIZED)
        return true;
    now = size_now();
    return now > 0 && limit(RLIMIT_AS, now + MEMORY_BYTES);
}

static bool allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) != 0)
            return false;
    }
    return true;
}

static bool allow_calls(scmp_filter_ctx filter)
{
    /* sysinfo: qsort asks how much memory there is. */
    static const int calls[] = {
        SCMP_SYS(brk),        SCMP_SYS(munmap),       SCMP_SYS(mremap),          SCMP_SYS(madvise),
        SCMP_SYS(futex),      SCMP_SYS(getrandom),    SCMP_SYS(restart_syscall), SCMP_SYS(exit),
        SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(sysinfo),
    };
    static const int sanitizer_calls[] = {
        SCMP_SYS(mprotect),    SCMP_SYS(sigaltstack),   SCMP_SYS(gettid),         SCMP_SYS(getpid),
        SCMP_SYS(sched_yield), SCMP_SYS(clock_gettime), SCMP_SYS(rt_sigprocmask), SCMP_SYS(prctl),
    };
    const struct scmp_arg_cmp from_input = {0, SCMP_CMP_EQ, STDIN_FILENO, 0};
    const struct scmp_arg_cmp to_output = {0, SCMP_CMP_EQ, STDOUT_FILENO, 0};
    const struct scmp_arg_cmp to_error = {0, SCMP_CMP_EQ, STDERR_FILENO, 0};
    const struct scmp_arg_cmp not_code = {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};

    return allow(filter, calls, ARRAY_LEN(calls)) &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, &from_input) == 0 &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, &to_output) == 0 &&
           seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &not_code) == 0 &&
           (!SANITIZED ||
            (allow(filter, sanitizer_calls, ARRAY_LEN(sanitizer_calls)) &&
             seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, &to_error) == 0));
}

static bool filter_calls(void)
{
    /* There is but one thread. To kill the process, too, libseccomp wants the call of its name,
     * which a service manager may have taken away. */
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_THREAD);
    bool loaded = filter != NULL && allow_calls(filter) && seccomp_load(filter) == 0;

    seccomp_release(filter);
    return loaded;
}

bool sandbox_enter(void)
{
    /* The loops come first. Not everywhere is one allowed to say so. */
    (void)setpriority(PRIO_PROCESS, 0, 10);
    return close_range(STDERR_FILENO + 1, ~0U, 0) == 0 && limit_memory() &&
           limit(RLIMIT_CPU, PROCESSOR_S) && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) &&
           limit(RLIMIT_NOFILE, 0) && filter_calls();
}
