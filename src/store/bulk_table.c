/*
 * The tables, each column with its type, and the SQL made of that. The schema itself is in
 * migrations/; a test holds this list against it.
 */
#include <string.h>

#include "base/check.h"
#include "store/bulk_engine.h"

#define INT(name)        \
    {                    \
        name, SCRIPT_INT \
    }
#define TEXT(name)        \
    {                     \
        name, SCRIPT_TEXT \
    }
#define BYTES(name)        \
    {                      \
        name, SCRIPT_BYTES \
    }

static const struct bulk_column account[] = {
    INT("id"),
    TEXT("phone"),
    TEXT("role"),
    TEXT("first_name"),
    TEXT("last_name"),
    TEXT("email"),
    TEXT("city"),
    TEXT("telegram_id"),
    TEXT("avatar"),
    TEXT("locale"),
    TEXT("invite_code"),
    INT("invited_by"),
    TEXT("inviter_code"),
    INT("invited_us"),
    BYTES("activated_by"),
    INT("created_us"),
    INT("disabled_us"),
    INT("erased_us"),
};
static const struct bulk_column challenge[] = {
    BYTES("id"),          TEXT("phone"),           INT("purpose"),
    INT("account_id"),    BYTES("nonce"),          BYTES("mac"),
    INT("code_length"),   INT("attempts_left"),    INT("resends"),
    BYTES("requester"),   TEXT("channel"),         TEXT("locale"),
    TEXT("invite_given"), TEXT("invite_forgiven"), INT("created_us"),
    INT("sent_us"),       INT("expires_us"),       INT("superseded_us"),
    BYTES("sent_by"),     BYTES("tried_by"),       BYTES("redeemed_by"),
};
static const struct bulk_column phone_ledger[] = {
    TEXT("phone"), INT("kind"), INT("at_us"), BYTES("ref"), INT("code_length"),
};
static const struct bulk_column session[] = {
    INT("id"),           INT("account_id"),  BYTES("seed"),    INT("generation"), INT("is_first"),
    TEXT("device_name"), TEXT("user_agent"), TEXT("address"),  INT("created_us"), INT("used_us"),
    INT("rotated_us"),   INT("expires_us"),  INT("is_hosted"),
};
static const struct bulk_column outbox[] = {
    BYTES("challenge_id"), INT("step"),      TEXT("phone"),  TEXT("channel"), TEXT("locale"),
    INT("created_us"),     INT("due_us"),    INT("state"),   INT("lease_us"), BYTES("claimed_by"),
    INT("attempts"),       TEXT("provider"), INT("done_us"),
};
static const struct bulk_column handset[] = {
    INT("id"),        TEXT("phone"),  TEXT("text"),        TEXT("code"),          TEXT("channel"),
    TEXT("provider"), INT("sent_us"), INT("delivered_us"), BYTES("challenge_id"), INT("step"),
    INT("due_us"),
};
static const struct bulk_column audit[] = {
    INT("id"),       INT("at_us"),    TEXT("event"),  INT("account_id"),   INT("session_id"),
    TEXT("address"), INT("actor_id"), TEXT("detail"), BYTES("request_id"),
};
static const struct bulk_column signing_key[] = {
    TEXT("kid"), BYTES("sealed"), INT("created_us"), INT("active_us"), INT("retired_us"),
};
static const struct bulk_column idempotency[] = {
    BYTES("request_id"),
    BYTES("fingerprint"),
    INT("attempts_left"),
    INT("created_us"),
};
static const struct bulk_column avatar[] = {
    TEXT("hash"),
    INT("account_id"),
    BYTES("data"),
    INT("created_us"),
};
static const struct bulk_column hosted_grant[] = {
    BYTES("hash"),     INT("account_id"),      INT("session_id"),
    TEXT("host"),      TEXT("code_challenge"), INT("created_us"),
    INT("expires_us"), BYTES("used_by"),       INT("reused_us"),
};
static const struct bulk_column setting[] = {
    TEXT("name"),
    TEXT("value"),
    INT("changed_us"),
};
static const struct bulk_column stat_hour[] = {
    INT("hour_us"),
    TEXT("country"),
    INT("codes_sent"),
    INT("delivered"),
    INT("failed"),
    INT("sign_ins"),
    INT("new_accounts"),
    INT("activations"),
    INT("cost_micros"),
    INT("send_cooldown"),
    INT("send_limit"),
    INT("guess_limit"),
    INT("too_many_attempts"),
    INT("country_not_allowed"),
    INT("address_sends"),
    INT("address_guesses"),
    INT("address_invites"),
    INT("address_grants"),
};

#define TABLE(name, keys) #name, name, ARRAY_LEN(name), (keys)

/* Pictures are long: a page of these is some megabytes. */
#define AVATAR_PAGE_ROWS 64

const struct bulk_table bulk_tables[] = {
    {TABLE(account, 1), true, NULL, BULK_PAGE_ROWS},
    {TABLE(challenge, 1), false, NULL, BULK_PAGE_ROWS},
    {TABLE(phone_ledger, 4), false, NULL, BULK_PAGE_ROWS},
    {TABLE(session, 1), true, NULL, BULK_PAGE_ROWS},
    {TABLE(outbox, 2), false, NULL, BULK_PAGE_ROWS},
    {TABLE(handset, 1), true, NULL, BULK_PAGE_ROWS},
    {TABLE(audit, 1), true, NULL, BULK_PAGE_ROWS},
    {TABLE(signing_key, 1), false, NULL, BULK_PAGE_ROWS},
    {TABLE(idempotency, 1), false, NULL, BULK_PAGE_ROWS},
    {TABLE(avatar, 1), false, NULL, AVATAR_PAGE_ROWS},
    {TABLE(hosted_grant, 1), false, NULL, BULK_PAGE_ROWS},
    {TABLE(stat_hour, 2), false, NULL, BULK_PAGE_ROWS},
    {TABLE(setting, 1), false, "name <> '" BULK_PROOF_NAME "'", BULK_PAGE_ROWS},
};
const unsigned bulk_table_count = ARRAY_LEN(bulk_tables);

const struct bulk_table *bulk_find_table(const char *name)
{
    for (unsigned i = 0; i < bulk_table_count; i++) {
        if (strcmp(bulk_tables[i].name, name) == 0)
            return &bulk_tables[i];
    }
    CHECK(false);
    return NULL;
}

unsigned bulk_find_column(const struct bulk_table *table, const char *name)
{
    for (unsigned i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0)
            return i;
    }
    CHECK(false);
    return 0;
}

/* Longest statement about one table. */
#define SQL_MAX 4096

/* "id DESC, step DESC"; `count` columns, each with what comes after its name. */
static void names(struct buf *sql, const struct bulk_table *table, unsigned count,
                  const char *after)
{
    for (unsigned i = 0; i < count; i++)
        buf_printf(sql, "%s%s%s", i == 0 ? "" : ", ", table->columns[i].name, after);
}

/* "$1, $2" */
static void marks(struct buf *sql, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        buf_printf(sql, "%s$%u", i == 0 ? "" : ", ", i + 1);
}

static struct buf begin(struct arena *arena, const struct bulk_table *table, const char *verb)
{
    struct buf sql = buf_new(arena, 256, SQL_MAX);

    buf_printf(&sql, "%s %s (", verb, table->name);
    names(&sql, table, table->column_count, "");
    buf_str(&sql, ") ");
    return sql;
}

static const char *end(const struct buf *sql, struct arena *arena)
{
    bool whole;
    struct slice text = buf_view(sql, &whole);

    CHECK(whole);
    return arena_str(arena, text);
}

/* `is_next`: after the key in the parameters. `order` is that of each column of the key. */
static const char *select_rows(struct arena *arena, const struct bulk_table *table, bool is_next,
                               const char *order, unsigned most)
{
    struct buf sql = buf_new(arena, 512, SQL_MAX);

    buf_str(&sql, "SELECT ");
    names(&sql, table, table->column_count, "");
    buf_printf(&sql, " FROM %s WHERE %s", table->name, table->only == NULL ? "true" : table->only);
    if (is_next) {
        buf_str(&sql, " AND (");
        names(&sql, table, table->key_count, "");
        buf_str(&sql, ") > (");
        marks(&sql, table->key_count);
        buf_str(&sql, ")");
    }
    buf_str(&sql, " ORDER BY ");
    names(&sql, table, table->key_count, order);
    buf_printf(&sql, " LIMIT %u", most);
    return end(&sql, arena);
}

void bulk_sql_make(struct arena *arena, const struct bulk_table *table, struct bulk_sql *ret_sql)
{
    struct buf count = buf_new(arena, 128, SQL_MAX);
    struct buf insert = begin(arena, table, "INSERT INTO");
    struct buf copy = begin(arena, table, "COPY");

    buf_printf(&count, "SELECT count(*) FROM %s WHERE %s", table->name,
               table->only == NULL ? "true" : table->only);
    buf_str(&insert, "VALUES (");
    marks(&insert, table->column_count);
    buf_str(&insert, ")");
    buf_str(&copy, "FROM STDIN (FORMAT binary)");
    *ret_sql = (struct bulk_sql){
        .count = end(&count, arena),
        .first = select_rows(arena, table, false, "", table->page_rows),
        .next = select_rows(arena, table, true, "", table->page_rows),
        .last = select_rows(arena, table, false, " DESC", 1),
        .insert = end(&insert, arena),
        .copy = end(&copy, arena),
    };
}
