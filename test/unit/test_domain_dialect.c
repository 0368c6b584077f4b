/* dialect: the list of those that are served. */
#include "unit.h"

#include "domain/dialect.h"

static const struct {
    const char *list;
    unsigned dialects;
    const char *unknown; /* NULL: the list is right */
} rows[] = {
    {"none", 0, NULL},
    {"all", DIALECT_ALL, NULL},
    {" all ", DIALECT_ALL, NULL},
    {"initialization", DIALECT_INITIALIZATION, NULL},
    {"api_users", DIALECT_API_USERS, NULL},
    {"send_code", DIALECT_SEND_CODE, NULL},
    {"spaced", DIALECT_SPACED, NULL},
    {"auth_sms", DIALECT_AUTH_SMS, NULL},
    {DIALECT_NAMES, DIALECT_ALL, NULL},
    {"auth_sms,spaced", DIALECT_AUTH_SMS | DIALECT_SPACED, NULL},
    {" spaced ,  spaced ", DIALECT_SPACED, NULL},
    {"", 0, ""},
    {" ", 0, ""},
    {",", 0, ""},
    {"spaced,", 0, ""},
    {",spaced", 0, ""},
    {"spaced,,auth_sms", 0, ""},
    {"spaced auth_sms", 0, "spaced auth_sms"},
    {"spaced;auth_sms", 0, "spaced;auth_sms"},
    {"Spaced", 0, "Spaced"},
    {"space", 0, "space"},
    {"spaced2", 0, "spaced2"},
    {"ALL", 0, "ALL"},
    {"all,spaced", 0, "all"},
    {"spaced, none", 0, "none"},
    {"spaced, other ,another", 0, "other"},
};

static void test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct slice unknown = SLICE_ABSENT;
        unsigned dialects = 77;
        bool right = dialect_list_parse(slice_str(rows[i].list), &dialects, &unknown);

        if (right != (rows[i].unknown == NULL))
            fail_msg("\"%s\"", rows[i].list);
        assert_int_equal(dialects, right ? rows[i].dialects : 77);
        if (!right)
            assert_slice(unknown, rows[i].unknown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
    };

    return cmocka_run_group_tests_name("domain_dialect", tests, NULL, NULL);
}
