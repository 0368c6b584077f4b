/* import: what another service's database may hold, and how its columns are found. */
#include "unit.h"

#include "base/clock.h"
#include "command/import_index.h"
#include "command/import_map.h"
#include "command/import_value.h"

static void reads(const char *text, const char *expected)
{
    char shown[CLOCK_TEXT_SIZE];
    int64_t at_us;

    if (!import_read_date(slice_str(text), &at_us))
        fail_msg("'%s' is not read", text);
    clock_format(at_us, shown);
    assert_string_equal(shown, expected);
}

static void test_dates(void **state)
{
    (void)state;
    reads("2024-04-12 08:05:25.123456", "2024-04-12T08:05:25.123Z");
    reads("2024-04-12 08:05:25.123456+00", "2024-04-12T08:05:25.123Z");
    reads("2024-04-12T11:05:25+03:00", "2024-04-12T08:05:25.000Z");
    reads("2024-04-12 02:05:25-0600", "2024-04-12T08:05:25.000Z");
    reads(" 2024-04-12t08:05z ", "2024-04-12T08:05:00.000Z");
    reads("2024-04-12", "2024-04-12T00:00:00.000Z");
    reads("2000-02-29 23:59:60", "2000-03-01T00:00:00.000Z");
    reads("1970-01-01", "1970-01-01T00:00:00.000Z");
    reads("9999-12-31 23:59:59.9999999", "9999-12-31T23:59:59.999Z");
    reads("2100-03-01", "2100-03-01T00:00:00.000Z");
}

static void test_what_is_no_date(void **state)
{
    static const char *const texts[] = {
        "",
        "now",
        "1969-12-31",
        "1970-01-01 00:30+01:00",
        "2023-02-29",
        "2100-02-29",
        "2024-00-10",
        "2024-13-01",
        "2024-04-31",
        "2024-4-1",
        "2024-04-12 8:05",
        "2024-04-12 24:00",
        "2024-04-12 08:60",
        "2024-04-12 08:05:61",
        "2024-04-12 08:05:25 MSK",
        "2024-04-12 08:05:25+3",
        "2024-04-12 08:05:25+16",
        "2024-04-12 08:05:25+03:60",
        "2024-04-12x",
        "2024-04-12 ",
        "12.04.2024",
    };
    int64_t at_us;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        /* Spaces at the ends go. */
        if (import_read_date(slice_str(texts[i]), &at_us) != (strcmp(texts[i], "2024-04-12 ") == 0))
            fail_msg("'%s' is read otherwise", texts[i]);
    }
    assert_false(import_read_date(slice_of("2024-04-12\0", 11), &at_us));
}

static void test_truth(void **state)
{
    (void)state;
    assert_true(import_read_truth(slice_str("1")));
    assert_true(import_read_truth(slice_str("t")));
    assert_true(import_read_truth(slice_str("True")));
    assert_false(import_read_truth(slice_str("0")));
    assert_false(import_read_truth(slice_str("f")));
    assert_false(import_read_truth(slice_str("false")));
    assert_false(import_read_truth(slice_str("tru")));
    assert_false(import_read_truth(slice_str("")));
    assert_false(import_read_truth(SLICE_ABSENT));
}

static void test_codes(void **state)
{
    char text[INVITE_TEXT_SIZE];
    uint64_t key = import_code_key(slice_str(" 0SOO6q"));

    (void)state;
    assert_true(key > 0 && key < IMPORT_CODE_LIMIT);
    import_code_text(key, text);
    assert_string_equal(text, "0SOO6q");
    assert_true(key != import_code_key(slice_str("0SOO6Q")));
    assert_true(import_code_key(slice_str("a!b?c#")) >= IMPORT_CODE_LIMIT);
    assert_true(import_code_key(slice_str("abcde")) >= IMPORT_CODE_LIMIT);
    assert_true(import_code_key(slice_str("abcdefg")) >= IMPORT_CODE_LIMIT);
    assert_true(import_code_key(slice_str("ж12345")) >= IMPORT_CODE_LIMIT);
    assert_true(import_code_key(slice_str("abcde")) != import_code_key(slice_str("abcdf")));
    assert_int_equal(import_code_key(slice_str("")), 0);
    assert_int_equal(import_code_key(slice_str("  ")), 0);
    assert_int_equal(import_code_key(SLICE_ABSENT), 0);
}

static void test_phones(void **state)
{
    (void)state;
    assert_int_equal(import_phone_key("+79234440000"), 79234440000);
    assert_int_equal(import_phone_key("+999999999999999"), 999999999999999);
}

static void test_index(void **state)
{
    struct import_index index = {0};
    uint32_t entry = 0;

    (void)state;
    assert_false(import_index_find(&index, 7, &entry));
    for (uint32_t i = 1; i <= 100000; i++)
        assert_true(import_index_add(&index, i * UINT64_C(1000003), i));
    import_index_reserve(&index, 10);
    assert_false(import_index_add(&index, 1000003, 5));
    for (uint32_t i = 1; i <= 100000; i++) {
        assert_true(import_index_find(&index, i * UINT64_C(1000003), &entry));
        assert_int_equal(entry, i);
    }
    assert_false(import_index_find(&index, 7, NULL));
    assert_true(index.size * 12 <= index.count * 32);
    import_index_free(&index);
    import_index_reserve(&index, 90000);
    assert_true(index.size * 12 <= 90000 * 17);
    import_index_free(&index);
}

static void test_columns(void **state)
{
    static const char *const wrong[] = {
        "",
        "phone",
        "phone=",
        "=phone",
        "shoe=size",
        "id=-",
        "phone=-",
        "city=a.b",
        "city=a:b",
        "city=a:.c",
        "city=:b.c",
        "city=a:b.",
        "city=a:b(.c",
        "city=a:b().c",
        "city=a:b(c)",
        "city=a:b(c).d.e",
        "city=a\"b",
        "city=a\nb",
        "city=a=b",
        "city=a:b.c:d",
    };
    struct import_map map = {0};
    char error[STORE_ERROR_SIZE];
    char place[IMPORT_PLACE_SIZE];

    (void)state;
    assert_true(import_map_column(&map, "phone=phone_number", error));
    assert_true(map.is_given[IMPORT_PHONE]);
    import_map_show(&map, IMPORT_PHONE, place);
    assert_string_equal(place, "phone_number");
    assert_true(import_map_column(&map, "invite_code=self_id:refs.code", error));
    import_map_show(&map, IMPORT_INVITE_CODE, place);
    assert_string_equal(place, "self_id:refs.code");
    assert_true(import_map_column(&map, "invite_code=id:a profile(user_id).code", error));
    import_map_show(&map, IMPORT_INVITE_CODE, place);
    assert_string_equal(place, "id:a profile(user_id).code");
    assert_true(import_map_column(&map, "invite_code=-", error));
    import_map_show(&map, IMPORT_INVITE_CODE, place);
    assert_string_equal(place, "-");
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        if (import_map_column(&map, wrong[i], error))
            fail_msg("'%s' is taken", wrong[i]);
        assert_non_null(strstr(error, "--column takes"));
    }
    assert_false(import_map_table(&map, "", error));
    assert_false(import_map_table(&map, "a\"b", error));
}

/* A catalogue of `table.column` words. */
static struct import_catalogue catalogue_of(struct arena *arena, const char *text)
{
    struct import_column *columns = ARENA_ARRAY(arena, struct import_column, 200);
    char *rest = arena_str(arena, slice_str(text));
    struct import_catalogue catalogue = {.columns = columns};

    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        char *table = strsep(&word, ".");

        columns[catalogue.count++] = (struct import_column){.table = table, .column = word};
    }
    return catalogue;
}

#define USERS(name) name ".id " name ".phone " name ".invite_code " name ".activated_invite_code"

/* Resolves a dialect's guesses; the SELECT, or what is wrong. */
static const char *resolve(struct arena *arena, const char *dialect, const char *tables,
                           const char *given)
{
    struct import_catalogue catalogue = catalogue_of(arena, tables);
    struct import_map map = {0};
    char error[STORE_ERROR_SIZE];

    assert_true(import_map_dialect(&map, dialect, error));
    if (given != NULL)
        assert_true(import_map_column(&map, given, error));
    if (!import_map_resolve(&map, &catalogue, error))
        return arena_str(arena, slice_str(error));
    assert_non_null(strstr(import_map_count(&map, arena), "SELECT count(*) FROM"));
    return import_map_select(&map, arena);
}

static void says(const char *text, const char *expected)
{
    if (strstr(text, expected) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", text, expected);
}

static void test_guesses(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    says(resolve(arena, "initialization", "auth_group.id " USERS("users_user"), NULL),
         "SELECT u.\"id\", u.\"phone\", NULL, NULL, NULL, NULL, NULL, u.\"invite_code\", "
         "u.\"activated_invite_code\", NULL, NULL, NULL, NULL, NULL, NULL, NULL "
         "FROM \"users_user\" u ORDER BY 1");
    /* One of several is called as it is used to be. */
    says(resolve(arena, "initialization", USERS("a_user") " " USERS("users_user"), NULL),
         "FROM \"users_user\" u");
    says(resolve(arena, "initialization", USERS("a_user") " " USERS("b_user"), NULL), "--table");
    says(resolve(arena, "initialization", USERS("people"), NULL), "FROM \"people\" u");
    /* Two values of one row of another table are one join. */
    says(resolve(arena, "spaced",
                 "auth_user.id auth_user.email auth_user.first_name auth_user.date_joined "
                 "api_profile.user_id api_profile.id api_profile.phone_number "
                 "api_profile.invite_code api_profile.invited_by_id",
                 NULL),
         "u.\"phone_number\", j2.\"email\", j2.\"first_name\", NULL, NULL, NULL, "
         "u.\"invite_code\", NULL, u.\"invited_by_id\", j2.\"date_joined\", NULL, NULL, NULL, "
         "NULL, NULL FROM \"api_profile\" u LEFT JOIN \"auth_user\" j2 ON j2.\"id\" = "
         "u.\"user_id\" ORDER BY 1");
    says(resolve(arena, "initialization",
                 "shop_profile.id shop_profile.user_id shop_profile.invite_code users_user.id "
                 "users_user.phone users_user.invited_by_id",
                 NULL),
         "LEFT JOIN \"shop_profile\" j7 ON j7.\"user_id\" = u.\"id\"");
    says(resolve(arena, "auth_sms",
                 "a_referral.id a_referral.referral users_user.id users_user.phone "
                 "users_user.self_referral_id users_user.user_referral_id",
                 NULL),
         "j7.\"referral\", j8.\"referral\"");
    arena_free(arena);
}

static void test_what_cannot_be_guessed(void **state)
{
    static const char two[] = "a_referral.id a_referral.referral b_referral.id b_referral.referral "
                              "users_user.id users_user.phone users_user.self_referral_id "
                              "users_user.inviter_id";
    struct arena *arena = arena_new();

    (void)state;
    says(resolve(arena, "auth_sms", two, NULL), "--column invite_code=NAME (- for none)");
    says(resolve(arena, "auth_sms", two, "invite_code=self_referral_id:b_referral.referral"),
         "LEFT JOIN \"b_referral\"");
    says(resolve(arena, "api_users", "users_user.id users_user.phone users_user.invite_code", NULL),
         "hold the inviter; name it with --column activated_code=NAME (- for none)");
    says(resolve(arena, "api_users", "users_user.id users_user.phone users_user.invite_code",
                 "activated_code=-"),
         "SELECT");
    says(resolve(arena, "api_users", USERS("users_user"), "city=town"),
         "no town for --column city");
    says(resolve(arena, "api_users", "users_user.phone", NULL), "--column id=NAME; it has: phone");
    says(resolve(arena, "api_users", "recipe.id", NULL), "no table of the source");
    says(resolve(arena, "api_users", "recipe.id", "phone=dial"), "phones (dial)");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_what_is_no_date),
        cmocka_unit_test(test_truth),
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_phones),
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_guesses),
        cmocka_unit_test(test_what_cannot_be_guessed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
