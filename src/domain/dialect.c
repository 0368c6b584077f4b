#include "domain/dialect.h"

static const struct {
    const char *name;
    enum dialect dialect;
} names[] = {
    {"initialization", DIALECT_INITIALIZATION},
    {"api_users", DIALECT_API_USERS},
    {"send_code", DIALECT_SEND_CODE},
    {"spaced", DIALECT_SPACED},
    {"auth_sms", DIALECT_AUTH_SMS},
};

/* 0 when there is no such dialect. */
static unsigned bit_of(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (slice_eq_str(name, names[i].name))
            return names[i].dialect;
    }
    return 0;
}

bool dialect_list_parse(struct slice list, unsigned *ret_dialects, struct slice *ret_unknown)
{
    struct slice whole = slice_trim(list);
    bool is_none = slice_eq_str(whole, "none");
    unsigned dialects = 0;

    if (is_none || slice_eq_str(whole, "all")) {
        *ret_dialects = is_none ? 0 : DIALECT_ALL;
        return true;
    }
    while (!slice_is_absent(list)) {
        struct slice name = slice_trim(slice_take(&list, ','));
        unsigned bit = bit_of(name);

        if (bit == 0) {
            *ret_unknown = name;
            return false;
        }
        dialects |= bit;
    }
    *ret_dialects = dialects;
    return true;
}
