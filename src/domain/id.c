#include "domain/id.h"

/* Digits of INT64_MAX. */
#define ID_DIGITS_MAX 19

bool id_parse(struct slice text, int64_t *ret_id)
{
    uint64_t id = 0;

    if (text.len == 0 || text.len > ID_DIGITS_MAX || text.ptr[0] == '0')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        id = id * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    if (id > INT64_MAX)
        return false;
    *ret_id = (int64_t)id;
    return true;
}
