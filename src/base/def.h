/*
 * def: the few attributes and helpers every file may use.
 */
#ifndef BASE_DEF_H
#define BASE_DEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The caller must look at the result. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* printf-like: argument `fmt` is the format, arguments from `first` on are checked against it. */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Time everywhere: microseconds since 1970-01-01 UTC in an int64_t named `..._us`. */
#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_S)
#define US_PER_HOUR (60 * US_PER_MINUTE)
#define US_PER_DAY (24 * US_PER_HOUR)

#endif
