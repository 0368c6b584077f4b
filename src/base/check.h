/*
 * check: assertions that stay on in release builds, for our own mistakes and never for input.
 * A failed check prints file, line and expression on standard error and aborts.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#include <stdint.h>

#define CHECK(cond)                                  \
    do {                                             \
        if (__builtin_expect(!(cond), 0))            \
            check_failed(__FILE__, __LINE__, #cond); \
    } while (0)

/*
 * Objects that travel through `void *` start with `uint32_t magic`; CHECK_MAGIC proves that the
 * pointer that came back is one of them (Varnish's miniobj).
 */
#define CHECK_MAGIC(obj, value) CHECK((obj) != NULL && (obj)->magic == (value))

_Noreturn void check_failed(const char *file, int line, const char *expression);

#endif
