#include "bulk_test.h"

#include <libpq-fe.h>
#include <stdio.h>

struct bulk_value hard_accounts[HARD_ACCOUNTS * BULK_COLUMNS_MAX];
struct bulk_value hard_signing_keys[HARD_KEYS * BULK_COLUMNS_MAX];
struct bulk_value hard_replies[HARD_REPLIES * BULK_COLUMNS_MAX];
struct bulk_value hard_events[HARD_EVENTS * BULK_COLUMNS_MAX];

/* A database that tests share still has the rows of the one before. */
static void clear_database(const char *url)
{
    PGconn *conn = PQconnectdb(url);
    char sql[512] = "TRUNCATE account";
    PGresult *result;

    for (unsigned i = 1; i < bulk_table_count; i++)
        (void)snprintf(sql + strlen(sql), sizeof(sql) - strlen(sql), ", %s", bulk_tables[i].name);
    (void)snprintf(sql + strlen(sql), sizeof(sql) - strlen(sql), " RESTART IDENTITY");
    result = PQexec(conn, sql);
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(conn);
}

int empty_world_open(void **state)
{
    struct world *world;

    (void)world_open(state);
    world = *state;
    world_shut(world);
    if (world->folder[0] == '\0')
        clear_database(world->settings->store_url);
    return 0;
}

struct bulk_value an_int(int64_t number)
{
    return (struct bulk_value){.number = number};
}

struct bulk_value a_text(const char *text)
{
    return (struct bulk_value){.bytes = slice_str(text)};
}

struct bulk_value some_bytes(const char *bytes, size_t len)
{
    return (struct bulk_value){.bytes = slice_of(bytes, len)};
}

struct bulk *open_bulk(const struct settings *settings, enum bulk_mode mode)
{
    char error[STORE_ERROR_SIZE] = "";
    struct bulk *bulk = NULL;

    if (!bulk_open(settings, mode, &bulk, error))
        fail_msg("%s", error);
    return bulk;
}

void write_rows(struct bulk *bulk, const char *table, const struct bulk_value *values,
                unsigned count)
{
    struct bulk_rows rows = {.values = values, .count = count};
    char error[STORE_ERROR_SIZE] = "";

    if (!bulk_write(bulk, bulk_find_table(table), &rows, error))
        fail_msg("%s: %s", table, error);
}

void assert_same_row(const struct bulk_table *table, const struct bulk_value *a,
                     const struct bulk_value *b)
{
    for (unsigned i = 0; i < table->column_count; i++) {
        bool same = a[i].is_null == b[i].is_null;

        if (same && !a[i].is_null)
            same = table->columns[i].type == SCRIPT_INT ? a[i].number == b[i].number
                                                        : slice_eq(a[i].bytes, b[i].bytes);
        if (!same)
            fail_msg("%s.%s differs", table->name, table->columns[i].name);
    }
}

struct bulk_checksum assert_table(struct bulk *bulk, const char *name,
                                  const struct bulk_value *values, unsigned count)
{
    const struct bulk_table *table = bulk_find_table(name);
    struct bulk_checksum sum = {0};
    struct bulk_rows rows = {0};
    char error[STORE_ERROR_SIZE] = "";
    unsigned seen = 0;

    do {
        const struct bulk_value *after =
            rows.count == 0 ? NULL : bulk_row(table, &rows, rows.count - 1);

        if (!bulk_read(bulk, table, after, &rows, error))
            fail_msg("%s: %s", name, error);
        assert_true(seen + rows.count <= count);
        for (unsigned i = 0; i < rows.count; i++)
            assert_same_row(table, bulk_row(table, &rows, i),
                            values + (size_t)(seen + i) * table->column_count);
        bulk_checksum_add(&sum, table, &rows);
        seen += rows.count;
    } while (rows.count > 0);
    assert_int_equal(seen, count);
    assert_int_equal(sum.rows, count);
    return sum;
}

void assert_listed(const char *name, const char *column, enum script_type type, unsigned key)
{
    const struct bulk_table *table = bulk_find_table(name);
    unsigned i = 0;

    while (i < table->column_count && strcmp(table->columns[i].name, column) != 0)
        i++;
    if (i == table->column_count)
        fail_msg("bulk_tables lacks %s.%s", name, column);
    if (table->columns[i].type != type)
        fail_msg("bulk_tables has another type of %s.%s", name, column);
    if ((i < table->key_count ? i + 1 : 0) != key)
        fail_msg("bulk_tables has %s.%s in another place of the key", name, column);
}

struct bulk_value *field_of(struct bulk_value *rows, const char *name, unsigned row,
                            const char *column)
{
    const struct bulk_table *table = bulk_find_table(name);
    unsigned i = 0;

    while (i < table->column_count && strcmp(table->columns[i].name, column) != 0)
        i++;
    assert_true(i < table->column_count);
    return rows + (size_t)row * table->column_count + i;
}

static void clear(struct bulk_value *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        rows[i] = A_NULL;
}

/* Columns that are not named here are NULL. */
static void make_accounts(void)
{
    static const int64_t ids[HARD_ACCOUNTS] = {INT64_MIN, -1, 7, INT64_MAX};
    static const char *const codes[HARD_ACCOUNTS] = {"", "Ж", "a'b\"c\\d", "\x01\x7f"};

    clear(hard_accounts, ARRAY_LEN(hard_accounts));
    for (unsigned i = 0; i < HARD_ACCOUNTS; i++) {
#define FIELD(column) (*field_of(hard_accounts, "account", i, (column)))
        FIELD("id") = an_int(ids[i]);
        FIELD("role") = a_text("user");
        FIELD("first_name") = i == 0 ? a_text("") : a_text("Анна-Мария Ёжикова");
        FIELD("last_name") = i == 1 ? A_NULL : a_text("\t\n, \\N {} \xf0\x9f\x94\x94");
        FIELD("telegram_id") = a_text("");
        FIELD("locale") = a_text("ru");
        FIELD("invite_code") = a_text(codes[i]);
        FIELD("invited_by") = i == 2 ? an_int(0) : A_NULL;
        FIELD("invited_us") = an_int(i == 3 ? INT64_MIN : INT64_MAX);
        FIELD("activated_by") = i == 0 ? A_NULL : some_bytes("\0\xff\0", i - 1);
        FIELD("created_us") = an_int(0);
#undef FIELD
    }
    *field_of(hard_accounts, "account", 2, "phone") = a_text("+79230000001");
    *field_of(hard_accounts, "account", 3, "phone") = a_text("+79230000002");
}

/* Byte by byte: a shorter one first, great letters before small ones, Cyrillic after Latin. */
static void make_signing_keys(void)
{
    static const char *const kids[HARD_KEYS] = {"", "10", "9", "B", "a", "a-", "я"};

    clear(hard_signing_keys, ARRAY_LEN(hard_signing_keys));
    for (unsigned i = 0; i < HARD_KEYS; i++) {
#define FIELD(column) (*field_of(hard_signing_keys, "signing_key", i, (column)))
        FIELD("kid") = a_text(kids[i]);
        FIELD("sealed") = some_bytes("\\x00'", i % 5);
        FIELD("created_us") = an_int((int64_t)i - 3);
        FIELD("active_us") = FIELD("retired_us") = an_int(i);
#undef FIELD
    }
}

static void make_replies(void)
{
    static const struct slice ids[HARD_REPLIES] = {{"", 0},     {"\0", 1},       {"\0\0", 2},
                                                   {"\x7f", 1}, {"\x80\x01", 2}, {"\xff", 1}};

    clear(hard_replies, ARRAY_LEN(hard_replies));
    for (unsigned i = 0; i < HARD_REPLIES; i++) {
#define FIELD(column) (*field_of(hard_replies, "idempotency", i, (column)))
        FIELD("request_id") = (struct bulk_value){.bytes = ids[i]};
        FIELD("fingerprint") = BYTES_OF("print");
        FIELD("attempts_left") = FIELD("created_us") = an_int(i);
#undef FIELD
    }
}

static void make_events(void)
{
    static const char *const phones[HARD_EVENTS] = {"+1", "+1", "+1", "+1", "+10", "+2"};
    static const int64_t kinds[HARD_EVENTS] = {-1, 1, 1, 1, 0, 0};
    static const int64_t times[HARD_EVENTS] = {9, INT64_MIN, 5, 5, 0, 0};
    static const struct slice refs[HARD_EVENTS] = {{"z", 1},    {"", 0}, {"\x01", 1},
                                                   {"\xf0", 1}, {"", 0}, {"", 0}};

    clear(hard_events, ARRAY_LEN(hard_events));
    for (unsigned i = 0; i < HARD_EVENTS; i++) {
#define FIELD(column) (*field_of(hard_events, "phone_ledger", i, (column)))
        FIELD("phone") = a_text(phones[i]);
        FIELD("kind") = an_int(kinds[i]);
        FIELD("at_us") = an_int(times[i]);
        FIELD("ref") = (struct bulk_value){.bytes = refs[i]};
        FIELD("code_length") = an_int(4);
#undef FIELD
    }
}

void make_hard_rows(void)
{
    make_accounts();
    make_signing_keys();
    make_replies();
    make_events();
}

void write_hard_rows(struct bulk *bulk)
{
    write_rows(bulk, "account", hard_accounts, HARD_ACCOUNTS);
    write_rows(bulk, "signing_key", hard_signing_keys, HARD_KEYS);
    write_rows(bulk, "idempotency", hard_replies, HARD_REPLIES);
    write_rows(bulk, "phone_ledger", hard_events, HARD_EVENTS);
}

void assert_hard_rows(struct bulk *bulk)
{
    (void)assert_table(bulk, "account", hard_accounts, HARD_ACCOUNTS);
    (void)assert_table(bulk, "signing_key", hard_signing_keys, HARD_KEYS);
    (void)assert_table(bulk, "idempotency", hard_replies, HARD_REPLIES);
    (void)assert_table(bulk, "phone_ledger", hard_events, HARD_EVENTS);
}
