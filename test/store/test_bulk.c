/* Whole tables: what is written comes back as it was, in pages, in the same order on any engine. */
#include "bulk_test.h"

#include <stdio.h>

static char error[STORE_ERROR_SIZE];

static void values_come_back_as_they_were(void **state)
{
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);

    make_hard_rows();
    write_hard_rows(bulk);
    assert_hard_rows(bulk);
    bulk_close(bulk);
    bulk = open_bulk(world->settings, BULK_READ);
    assert_hard_rows(bulk);
    bulk_close(bulk);
}

/* From each key on, the rest; and the last one alone. */
static void check_order(struct bulk *bulk, const char *name, const struct bulk_value *values,
                        unsigned count)
{
    const struct bulk_table *table = bulk_find_table(name);
    struct bulk_rows rows;
    int64_t counted;

    for (unsigned i = 0; i < count; i++) {
        assert_true(bulk_read(bulk, table, values + (size_t)i * table->column_count, &rows, error));
        assert_int_equal(rows.count, count - i - 1);
        if (rows.count > 0)
            assert_same_row(table, bulk_row(table, &rows, 0),
                            values + (size_t)(i + 1) * table->column_count);
    }
    assert_true(bulk_read_last(bulk, table, &rows, error));
    assert_int_equal(rows.count, 1);
    assert_same_row(table, bulk_row(table, &rows, 0),
                    values + (size_t)(count - 1) * table->column_count);
    assert_true(bulk_count(bulk, table, &counted, error));
    assert_int_equal(counted, count);
}

static void keys_have_one_order(void **state)
{
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);

    make_hard_rows();
    write_hard_rows(bulk);
    check_order(bulk, "account", hard_accounts, HARD_ACCOUNTS);
    check_order(bulk, "signing_key", hard_signing_keys, HARD_KEYS);
    check_order(bulk, "idempotency", hard_replies, HARD_REPLIES);
    check_order(bulk, "phone_ledger", hard_events, HARD_EVENTS);
    bulk_close(bulk);
}

static void an_empty_table_has_no_rows(void **state)
{
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_READ);
    struct bulk_rows rows;
    int64_t count = -1;

    for (unsigned i = 0; i < bulk_table_count; i++) {
        (void)assert_table(bulk, bulk_tables[i].name, NULL, 0);
        assert_true(bulk_read_last(bulk, &bulk_tables[i], &rows, error));
        assert_int_equal(rows.count, 0);
        assert_true(bulk_count(bulk, &bulk_tables[i], &count, error));
        assert_int_equal(count, 0);
    }
    bulk_close(bulk);
}

#define AUDIT_COLUMNS 9
#define AUDIT_DETAIL 7

/* Rows of the audit from id `from` on; free them. */
static struct bulk_value *audit_rows(int64_t from, unsigned count, const char *detail)
{
    struct bulk_value *values = calloc((size_t)count * AUDIT_COLUMNS, sizeof(*values));

    assert_non_null(values);
    for (unsigned i = 0; i < count; i++) {
        struct bulk_value *row = values + (size_t)i * AUDIT_COLUMNS;

        row[0] = an_int(from + i);
        row[1] = an_int(i);
        row[2] = a_text("event");
        for (unsigned n = 3; n < AUDIT_COLUMNS; n++)
            row[n] = A_NULL;
        row[AUDIT_DETAIL] = a_text(detail);
    }
    return values;
}

static void pages_give_every_row_once(void **state)
{
    enum { COUNT = 2 * BULK_PAGE_ROWS + 1 };
    struct bulk_value *values = audit_rows(1, COUNT, "event");
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);

    for (unsigned at = 0; at < COUNT; at += BULK_PAGE_ROWS)
        write_rows(bulk, "audit", values + (size_t)at * AUDIT_COLUMNS,
                   at + BULK_PAGE_ROWS > COUNT ? COUNT - at : BULK_PAGE_ROWS);
    (void)assert_table(bulk, "audit", values, COUNT);
    bulk_close(bulk);
    free(values);
}

/* On both engines: some megabytes a page, however many people have a picture. */
static void pictures_come_a_few_at_a_time(void **state)
{
    enum { COUNT = 150, COLUMNS = 4, LONG = 1 << 17 };
    struct bulk_value *values = calloc((size_t)COUNT * COLUMNS, sizeof(*values));
    char *data = calloc(1, LONG);
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);
    const struct bulk_table *table = bulk_find_table("avatar");
    struct bulk_rows rows;

    for (unsigned i = 0; i < COUNT; i++) {
        struct bulk_value *row = values + (size_t)i * COLUMNS;

        row[0] = a_text(arena_printf(world->texts, "%032x", i).ptr);
        row[1] = an_int(i + 1);
        row[2] = some_bytes(data, LONG);
        row[3] = an_int(i);
    }
    write_rows(bulk, "avatar", values, COUNT);
    assert_true(bulk_read(bulk, table, NULL, &rows, error));
    assert_true(rows.count > 0 && (size_t)rows.count * LONG <= (size_t)8 << 20);
    (void)assert_table(bulk, "avatar", values, COUNT);
    bulk_close(bulk);
    free(values);
    free(data);
}

static void long_texts_make_short_pages(void **state)
{
    enum { COUNT = 5, LONG = 9 << 20 };
    struct bulk_value *values = audit_rows(1, COUNT, "event");
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);
    char *text = malloc(LONG);

    assert_non_null(text);
    memset(text, 'x', LONG);
    for (unsigned i = 0; i < COUNT; i++)
        values[i * AUDIT_COLUMNS + AUDIT_DETAIL].bytes = slice_of(text, i == 2 ? LONG : LONG / 3);
    write_rows(bulk, "audit", values, COUNT);
    (void)assert_table(bulk, "audit", values, COUNT);
    bulk_close(bulk);
    free(text);
    free(values);
}

static void a_page_is_written_whole_or_not_at_all(void **state)
{
    enum { COUNT = 100 };
    struct bulk_value *values = audit_rows(1, COUNT, "event");
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);
    struct bulk_rows rows = {.values = values, .count = COUNT};

    values[(COUNT - 1) * AUDIT_COLUMNS] = an_int(1);
    assert_false(bulk_write(bulk, bulk_find_table("audit"), &rows, error));
    assert_non_null(strstr(error, "store "));
    (void)assert_table(bulk, "audit", NULL, 0);
    values[(COUNT - 1) * AUDIT_COLUMNS] = an_int(COUNT);
    values[AUDIT_COLUMNS + 2] = A_NULL;
    assert_false(bulk_write(bulk, bulk_find_table("audit"), &rows, error));
    values[AUDIT_COLUMNS + 2] = a_text("event");
    write_rows(bulk, "audit", values, COUNT);
    write_rows(bulk, "audit", values, 0);
    (void)assert_table(bulk, "audit", values, COUNT);
    bulk_close(bulk);
    free(values);
}

static void a_reader_sees_one_moment(void **state)
{
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_READ);
    struct bulk *later;
    int64_t count = -1;

    world_reopen(world);
    (void)new_person(world);
    (void)assert_table(bulk, "account", NULL, 0);
    later = open_bulk(world->settings, BULK_READ);
    assert_true(bulk_count(later, bulk_find_table("account"), &count, error));
    assert_int_equal(count, 1);
    (void)assert_table(bulk, "account", NULL, 0);
    bulk_close(later);
    bulk_close(bulk);
}

static void writers_exclude_each_other(void **state)
{
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);
    struct bulk *other = NULL;

    assert_false(bulk_open(world->settings, BULK_WRITE, &other, error));
    assert_non_null(strstr(error, "another process"));
    bulk_close(bulk);
    other = open_bulk(world->settings, BULK_WRITE);
    bulk_close(other);
}

static int64_t last_id(struct bulk *bulk, const char *table)
{
    int64_t id = -1;

    assert_true(bulk_last_id(bulk, bulk_find_table(table), &id, error));
    return id;
}

static void ids_go_on_and_never_back(void **state)
{
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);
    struct person person;

    make_hard_rows();
    *field_of(hard_accounts, "account", 2, "id") = an_int(1000);
    write_rows(bulk, "account", field_of(hard_accounts, "account", 2, "id"), 1);
    assert_int_equal(last_id(bulk, "account"), 1000);
    assert_int_equal(last_id(bulk, "session"), 0);
    assert_true(bulk_set_last_id(bulk, bulk_find_table("account"), 1000, error));
    assert_true(bulk_set_last_id(bulk, bulk_find_table("session"), 0, error));
    assert_true(bulk_set_last_id(bulk, bulk_find_table("session"), 50, error));
    assert_true(bulk_set_last_id(bulk, bulk_find_table("session"), 20, error));
    assert_int_equal(last_id(bulk, "session"), 50);
    bulk_close(bulk);
    world_reopen(world);
    person = new_person(world);
    assert_int_equal(person.account_id, 1001);
    assert_int_equal(person.session_id, 51);
    world_shut(world);
    bulk = open_bulk(world->settings, BULK_READ);
    assert_int_equal(last_id(bulk, "account"), 1001);
    assert_int_equal(last_id(bulk, "session"), 51);
    bulk_close(bulk);
}

static void assert_proof(struct bulk *bulk, const char *expected)
{
    char proof[BULK_PROOF_SIZE];

    assert_true(bulk_proof(bulk, proof, error));
    assert_string_equal(proof, expected);
}

static void the_proof_stands_apart(void **state)
{
    struct bulk_value setting[3] = {a_text("zebra"), a_text("striped"), A_NULL};
    struct world *world = *state;
    struct bulk *bulk = open_bulk(world->settings, BULK_WRITE);

    assert_proof(bulk, "");
    assert_true(bulk_set_proof(bulk, "first", error));
    assert_true(bulk_set_proof(bulk, "second", error));
    (void)assert_table(bulk, "setting", NULL, 0);
    write_rows(bulk, "setting", setting, 1);
    (void)assert_table(bulk, "setting", setting, 1);
    bulk_close(bulk);
    bulk = open_bulk(world->settings, BULK_WRITE);
    assert_proof(bulk, "second");
    assert_true(bulk_set_proof(bulk, "", error));
    assert_true(bulk_set_proof(bulk, "", error));
    assert_proof(bulk, "");
    (void)assert_table(bulk, "setting", setting, 1);
    bulk_close(bulk);
}

static struct bulk_checksum sum_of(const struct bulk_value *values, unsigned count)
{
    struct bulk_rows rows = {.values = values, .count = count};
    struct bulk_checksum sum = {0};

    bulk_checksum_add(&sum, bulk_find_table("setting"), &rows);
    return sum;
}

static void a_checksum_tells_rows_apart(void **state)
{
    const struct bulk_value rows[][3] = {
        {a_text("name"), a_text(""), A_NULL},  {a_text("name"), A_NULL, A_NULL},
        {a_text("nam"), a_text("e"), A_NULL},  {a_text(""), a_text("name"), A_NULL},
        {a_text("name"), a_text(" "), A_NULL}, {a_text("Name"), a_text(""), A_NULL}};
    const struct bulk_value turned[][3] = {{rows[1][0], rows[1][1], A_NULL},
                                           {rows[0][0], rows[0][1], A_NULL}};
    struct bulk_checksum whole = sum_of(rows[0], 2);
    struct bulk_checksum other = sum_of(turned[0], 2);
    char text[BULK_CHECKSUM_SIZE];

    (void)state;
    assert_true(bulk_checksum_equal(&whole, &other));
    bulk_checksum_format(&whole, text);
    assert_int_equal(strlen(text), BULK_CHECKSUM_SIZE - 1);
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        for (unsigned n = 0; n < ARRAY_LEN(rows); n++) {
            whole = sum_of(rows[i], 1);
            other = sum_of(rows[n], 1);
            assert_int_equal(bulk_checksum_equal(&whole, &other), i == n);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY_TEST(values_come_back_as_they_were),
        EMPTY_TEST(keys_have_one_order),
        EMPTY_TEST(an_empty_table_has_no_rows),
        EMPTY_TEST(pages_give_every_row_once),
        EMPTY_TEST(pictures_come_a_few_at_a_time),
        EMPTY_TEST(long_texts_make_short_pages),
        EMPTY_TEST(a_page_is_written_whole_or_not_at_all),
        EMPTY_TEST(a_reader_sees_one_moment),
        EMPTY_TEST(writers_exclude_each_other),
        EMPTY_TEST(ids_go_on_and_never_back),
        EMPTY_TEST(the_proof_stands_apart),
        cmocka_unit_test(a_checksum_tells_rows_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
