/* account_query, phone_beginnings: what is meant by one line of text. */
#include "unit.h"

#include "domain/account_query.h"

static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";

static const struct {
    const char *text;
    enum account_query_kind kind;
    int64_t id;
    const char *invite;
    const char *phone; /* of several, the last */
    unsigned phones;
    const char *email;
} rows[] = {
    {"", ACCOUNT_QUERY_EVERYONE, 0, "", "", 0, ""},
    {" \t\u00a0", ACCOUNT_QUERY_EVERYONE, 0, "", "", 0, ""},
    {"8 (923) 444-00-00", ACCOUNT_QUERY_PHONE, 0, "", "+79234440000", 1, ""},
    {"+79234440000", ACCOUNT_QUERY_PHONE, 0, "", "+79234440000", 1, ""},
    {"79234440000", ACCOUNT_QUERY_PHONE, 79234440000, "", "+79234440000", 1, ""},
    {"8923", ACCOUNT_QUERY_PHONE, 8923, "", "+7923", 2, ""},
    {"923", ACCOUNT_QUERY_PHONE, 923, "", "+7923", 2, ""},
    {"(923) 44", ACCOUNT_QUERY_PHONE, 0, "", "+792344", 2, ""},
    {"+8923", ACCOUNT_QUERY_PHONE, 0, "", "+8923", 1, ""},
    {"777", ACCOUNT_QUERY_PHONE, 777, "", "+777", 1, ""},
    {"\u200e+7 923\u202c", ACCOUNT_QUERY_PHONE, 0, "", "+7923", 1, ""},
    {"12", ACCOUNT_QUERY_NOBODY, 12, "", "", 0, ""},
    {"+7", ACCOUNT_QUERY_NOBODY, 0, "", "", 0, ""},
    {"012", ACCOUNT_QUERY_PHONE, 0, "", "+7012", 2, ""},
    {"234567", ACCOUNT_QUERY_PHONE, 234567, "234567", "+7234567", 2, ""},
    {"123456789012345", ACCOUNT_QUERY_PHONE, 123456789012345, "", "+123456789012345", 1, ""},
    {"12345678901234567", ACCOUNT_QUERY_NOBODY, 12345678901234567, "", "", 0, ""},
    {"Hq7TbN", ACCOUNT_QUERY_EMAIL, 0, "Hq7TbN", "", 0, "hq7tbn"},
    {"Hq7-TbN", ACCOUNT_QUERY_EMAIL, 0, "Hq7TbN", "", 0, "hq7-tbn"},
    {"Hq7 TbN", ACCOUNT_QUERY_NOBODY, 0, "Hq7TbN", "", 0, ""},
    {" Anna@Example.COM ", ACCOUNT_QUERY_EMAIL, 0, "", "", 0, "anna@example.com"},
    {"Вера@", ACCOUNT_QUERY_EMAIL, 0, "", "", 0, "Вера@"},
    {"1990anna", ACCOUNT_QUERY_EMAIL, 0, "", "", 0, "1990anna"},
    {"Иван Орлов", ACCOUNT_QUERY_NOBODY, 0, "", "", 0, ""},
    {"an\u200bna", ACCOUNT_QUERY_NOBODY, 0, "", "", 0, ""},
    {"a\xff", ACCOUNT_QUERY_NOBODY, 0, "", "", 0, ""},
    {"----", ACCOUNT_QUERY_NOBODY, 0, "", "", 0, ""},
};

static void test_queries(void **state)
{
    struct account_query query;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        account_query_read(slice_str(rows[i].text), "RU", alphabet, &query);
        if (query.kind != rows[i].kind || query.id != rows[i].id ||
            query.phone_count != rows[i].phones)
            fail_msg("%s: %s, id %lld, %u numbers", rows[i].text,
                     account_query_kind_name(query.kind), (long long)query.id, query.phone_count);
        assert_string_equal(query.invite_given, rows[i].invite);
        assert_string_equal(query.email, rows[i].email);
        if (query.phone_count > 0)
            assert_string_equal(query.phones[query.phone_count - 1], rows[i].phone);
    }
    account_query_read(SLICE_ABSENT, "RU", alphabet, &query);
    assert_int_equal(query.kind, ACCOUNT_QUERY_EVERYONE);
}

static void test_long_texts(void **state)
{
    char text[ACCOUNT_QUERY_MAX + 1];
    struct account_query query;

    (void)state;
    memset(text, 'A', sizeof(text));
    account_query_read(slice_of(text, ACCOUNT_QUERY_MAX), "RU", alphabet, &query);
    assert_int_equal(query.kind, ACCOUNT_QUERY_EMAIL);
    assert_int_equal(strlen(query.email), ACCOUNT_QUERY_MAX);
    account_query_read(slice_of(text, ACCOUNT_QUERY_MAX + 1), "RU", alphabet, &query);
    assert_int_equal(query.kind, ACCOUNT_QUERY_NOBODY);
}

static void test_other_regions(void **state)
{
    char out[PHONE_BEGINNINGS_MAX][PHONE_E164_SIZE];

    (void)state;
    assert_int_equal(phone_beginnings(SLICE_LIT("8029"), "BY", out), 2);
    assert_string_equal(out[0], "+8029");
    assert_string_equal(out[1], "+375029");
    assert_int_equal(phone_beginnings(SLICE_LIT("2025"), "US", out), 2);
    assert_string_equal(out[1], "+12025");
    /* The trunk prefix is the country code there: both readings are one. */
    assert_int_equal(phone_beginnings(SLICE_LIT("12025"), "US", out), 1);
    assert_string_equal(out[0], "+12025");
    assert_int_equal(phone_beginnings(SLICE_LIT("8923"), "XX", out), 1);
    assert_string_equal(out[0], "+8923");
}

static void test_notes(void **state)
{
    static const char *const notes[][2] = {
        {"8 (923) 444-00-00", "+7923444•••"},
        {"8923", "+7923"},
        {"anna@example.com", "a•••@example.com"},
        {"вера@", "в•••@"},
        {"anna", "anna"},
        {"@x", "@x"},
        {"", ""},
        {"12", ""},
    };
    char note[ACCOUNT_QUERY_NOTE_SIZE];
    struct account_query query;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        account_query_read(slice_str(notes[i][0]), "RU", alphabet, &query);
        account_query_note(&query, note);
        assert_string_equal(note, notes[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queries),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_other_regions),
        cmocka_unit_test(test_notes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
