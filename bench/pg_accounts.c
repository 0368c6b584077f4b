/*
 * pg_accounts: fills a migrated, empty PostgreSQL store with the same people as accounts.c (see
 * people.h), by COPY. Keys and indexes are taken off before and made again afterwards, from the
 * definitions the migration gave them; then everything is vacuumed and analysed. Ten million people
 * take a few minutes.
 *
 * usage: pg_accounts URL COUNT
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "people.h"
#include "pg_tool.h"
#include "tool.h"

#define BLOCK_BYTES 65536
#define LINE_BYTES 512

/* What stands in `kept` makes the keys and indexes again. */
static const char take_indexes_off[] =
    "CREATE TEMP TABLE kept AS"
    " SELECT row_number() OVER () AS n,"
    "  CASE WHEN k.oid IS NULL THEN format('DROP INDEX %I', c.relname)"
    "       ELSE format('ALTER TABLE %I DROP CONSTRAINT %I', t.relname, k.conname) END AS off,"
    "  CASE WHEN k.oid IS NULL THEN pg_get_indexdef(c.oid)"
    "       ELSE format('ALTER TABLE %I ADD CONSTRAINT %I %s', t.relname, k.conname,"
    "                   pg_get_constraintdef(k.oid)) END AS again"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
    " LEFT JOIN pg_constraint k ON k.conindid = c.oid"
    " WHERE t.oid IN ('account'::regclass, 'session'::regclass, 'audit'::regclass);"
    "DO $$DECLARE s text; BEGIN"
    " FOR s IN SELECT off FROM kept ORDER BY n LOOP EXECUTE s; END LOOP; END$$";
static const char make_indexes_again[] =
    "DO $$DECLARE s text; BEGIN"
    " FOR s IN SELECT again FROM kept ORDER BY n LOOP EXECUTE s; END LOOP; END$$";

struct copy {
    PGconn *conn;
    char block[BLOCK_BYTES];
    size_t len;
};

static void send_block(struct copy *copy)
{
    if (PQputCopyData(copy->conn, copy->block, (int)copy->len) != 1)
        die("COPY: %s", PQerrorMessage(copy->conn));
    copy->len = 0;
}

/* One line, without its end. */
static void __attribute__((format(printf, 2, 3)))
add_line(struct copy *copy, const char *format, ...)
{
    va_list args;
    int len;

    if (copy->len + LINE_BYTES > BLOCK_BYTES)
        send_block(copy);
    va_start(args, format);
    len = vsnprintf(copy->block + copy->len, LINE_BYTES, format, args);
    va_end(args);
    if (len < 0 || len >= LINE_BYTES)
        die("a line is too long");
    copy->len += (size_t)len;
}

static void add_account(struct copy *copy, uint64_t person, int64_t born_us)
{
    uint64_t inviter = inviter_of(person);
    char phone[PHONE_SIZE];
    char code[INVITE_CODE_LETTERS];
    char invited[64] = "\\N\t\\N\t\\N";
    char profile[LINE_BYTES / 2] = "\\N\t\\N\t\\N\t\\N";

    phone_of(person, phone);
    invite_code_of(person, code);
    if (inviter != 0) {
        char theirs[INVITE_CODE_LETTERS];

        invite_code_of(inviter, theirs);
        (void)snprintf(invited, sizeof(invited), "%" PRIu64 "\t%" PRId64 "\t%.*s", inviter, born_us,
                       INVITE_CODE_LETTERS, theirs);
    }
    if (has_profile(person)) {
        char email[EMAIL_SIZE];

        email_of(person, email);
        (void)snprintf(profile, sizeof(profile), "%s\t%s\t%s\t%s", FIRST_NAME, LAST_NAME, email,
                       CITY);
    }
    add_line(copy, "%" PRIu64 "\t%s\t%.*s\t%" PRId64 "\t%s\t%s\tru\n", person, phone,
             INVITE_CODE_LETTERS, code, born_us, invited, profile);
}

static void add_session(struct copy *copy, uint64_t person, int64_t born_us)
{
    uint64_t seed[2];

    seed_of(person, seed);
    add_line(copy,
             "%" PRIu64 "\t%" PRIu64 "\t\\\\x%016" PRIx64 "%016" PRIx64 "\t1\t" USER_AGENT
             "\t" ADDRESS "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n",
             person, person, seed[0], seed[1], born_us, born_us, wall_us() + SESSION_LIFE_US);
}

static void add_event(struct copy *copy, uint64_t person, int64_t born_us)
{
    add_line(copy, "%" PRIu64 "\t%" PRId64 "\tsign_in\t%" PRIu64 "\t%" PRIu64 "\t" ADDRESS "\n",
             person, born_us, person, person);
}

/* What each table is filled with; a table emptied in the same transaction takes frozen rows. */
static const struct {
    const char *name;
    const char *begin;
    void (*add)(struct copy *copy, uint64_t person, int64_t born_us);
} tables[] = {
    {"account",
     "COPY account (id, phone, invite_code, created_us, invited_by, invited_us, inviter_code,"
     " first_name, last_name, email, city, locale) FROM STDIN (FREEZE)",
     add_account},
    {"session",
     "COPY session (id, account_id, seed, is_first, user_agent, address, created_us, used_us,"
     " expires_us) FROM STDIN (FREEZE)",
     add_session},
    {"audit", "COPY audit (id, at_us, event, account_id, session_id, address) FROM STDIN (FREEZE)",
     add_event},
};

static void fill(PGconn *conn, unsigned table, uint64_t count)
{
    static struct copy copy;
    int64_t first_us = wall_us() - (int64_t)count * SECOND_US;
    char sql[256];

    copy = (struct copy){.conn = conn};
    (void)snprintf(sql, sizeof(sql), "TRUNCATE %s", tables[table].name);
    pg_exec(conn, sql);
    pg_exec(conn, tables[table].begin);
    for (uint64_t person = 1; person <= count; person++)
        tables[table].add(&copy, person, first_us + (int64_t)person * SECOND_US);
    send_block(&copy);
    if (PQputCopyEnd(conn, NULL) != 1)
        die("COPY: %s", PQerrorMessage(conn));
    for (PGresult *result; (result = PQgetResult(conn)) != NULL; PQclear(result)) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            die("COPY %s: %s", tables[table].name, PQresultErrorMessage(result));
    }
    (void)snprintf(sql, sizeof(sql),
                   "SELECT setval(pg_get_serial_sequence('%s', 'id'), %" PRIu64 ")",
                   tables[table].name, count);
    pg_exec(conn, sql);
}

int main(int argc, char **argv)
{
    PGresult *present;
    uint64_t count;
    PGconn *conn;

    if (argc != 3)
        die("see the beginning of bench/pg_accounts.c");
    conn = pg_open(argv[1]);
    count = (uint64_t)read_number(argv[2], 1, "COUNT");
    present = pg_rows(conn, "SELECT 1 FROM account LIMIT 1");
    if (PQntuples(present) != 0)
        die("%s holds accounts already", argv[1]);
    PQclear(present);
    pg_exec(conn, "SET client_min_messages = error; SET maintenance_work_mem = '512MB'");
    pg_exec(conn, "BEGIN");
    pg_exec(conn, take_indexes_off);
    for (unsigned table = 0; table < sizeof(tables) / sizeof(tables[0]); table++)
        fill(conn, table, count);
    pg_exec(conn, make_indexes_again);
    pg_exec(conn, "COMMIT");
    pg_exec(conn, "VACUUM ANALYZE");
    PQfinish(conn);
    return 0;
}
