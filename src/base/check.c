#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *file, int line, const char *expression)
{
    (void)fprintf(stderr, "domofon: internal error at %s:%d: %s\n", file, line, expression);
    abort();
}
