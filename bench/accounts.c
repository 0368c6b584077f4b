/*
 * accounts: fills a migrated, empty SQLite store with accounts (people.h), straight through SQLite.
 *
 * usage: accounts STORE.sqlite COUNT
 *
 * The same COUNT gives the same people. Phones of persons beyond COUNT belong to nobody yet.
 *
 * usage: accounts --phones FROM HOW_MANY STEP PEOPLE
 *
 * Writes, for the load client, the requests for codes of persons FROM, FROM + STEP, ...; after
 * PEOPLE comes 1 again.
 */
#include <stdio.h>
#include <string.h>

#include "people.h"
#include "tool.h"

static void bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    if (sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT) != SQLITE_OK)
        die("out of memory");
}

static void add_account(sqlite3 *db, sqlite3_stmt *stmt, uint64_t person, int64_t born_us)
{
    uint64_t inviter = inviter_of(person);
    char phone[PHONE_SIZE];
    char code[INVITE_CODE_LETTERS];

    phone_of(person, phone);
    invite_code_of(person, code);
    (void)sqlite3_clear_bindings(stmt);
    (void)sqlite3_bind_int64(stmt, 1, (int64_t)person);
    bind_text(stmt, 2, phone);
    (void)sqlite3_bind_text(stmt, 3, code, INVITE_CODE_LETTERS, SQLITE_TRANSIENT);
    (void)sqlite3_bind_int64(stmt, 4, born_us);
    if (inviter != 0) {
        (void)sqlite3_bind_int64(stmt, 5, (int64_t)inviter);
        (void)sqlite3_bind_int64(stmt, 6, born_us);
        invite_code_of(inviter, code);
        (void)sqlite3_bind_text(stmt, 11, code, INVITE_CODE_LETTERS, SQLITE_TRANSIENT);
    }
    if (has_profile(person)) {
        char email[EMAIL_SIZE];

        email_of(person, email);
        bind_text(stmt, 7, FIRST_NAME);
        bind_text(stmt, 8, LAST_NAME);
        bind_text(stmt, 9, email);
        bind_text(stmt, 10, CITY);
    }
    db_run(db, stmt);
}

static void add_session(sqlite3 *db, sqlite3_stmt *stmt, uint64_t person, int64_t born_us)
{
    uint64_t seed[2];

    seed_of(person, seed);
    (void)sqlite3_bind_int64(stmt, 1, (int64_t)person);
    (void)sqlite3_bind_blob(stmt, 2, seed, sizeof(seed), SQLITE_TRANSIENT);
    (void)sqlite3_bind_int64(stmt, 3, born_us);
    (void)sqlite3_bind_int64(stmt, 4, wall_us() + SESSION_LIFE_US);
    db_run(db, stmt);
}

static void fill(sqlite3 *db, uint64_t count)
{
    sqlite3_stmt *account = db_prepare(
        db, "INSERT INTO account (id, phone, invite_code, created_us, invited_by, invited_us,"
            " first_name, last_name, email, city, inviter_code, locale)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'ru')");
    sqlite3_stmt *session = db_prepare(
        db, "INSERT INTO session (id, account_id, seed, is_first, user_agent, address, created_us,"
            " used_us, expires_us)"
            " VALUES (?1, ?1, ?2, 1, '" USER_AGENT "', '" ADDRESS "', ?3, ?3, ?4)");
    sqlite3_stmt *audit =
        db_prepare(db, "INSERT INTO audit (at_us, event, account_id, session_id, address)"
                       " VALUES (?1, 'sign_in', ?2, ?2, '" ADDRESS "')");
    int64_t first_us = wall_us() - (int64_t)count * SECOND_US;

    db_exec(db, "BEGIN");
    for (uint64_t person = 1; person <= count; person++) {
        int64_t born_us = first_us + (int64_t)person * SECOND_US;

        add_account(db, account, person, born_us);
        add_session(db, session, person, born_us);
        (void)sqlite3_bind_int64(audit, 1, born_us);
        (void)sqlite3_bind_int64(audit, 2, (int64_t)person);
        db_run(db, audit);
    }
    db_exec(db, "COMMIT");
    (void)sqlite3_finalize(account);
    (void)sqlite3_finalize(session);
    (void)sqlite3_finalize(audit);
}

static void write_phones(uint64_t from, uint64_t count, uint64_t step, uint64_t people)
{
    for (uint64_t i = 0; i < count; i++) {
        char phone[PHONE_SIZE];

        phone_of(1 + (from - 1 + i * step) % people, phone);
        (void)printf("POST /v1/codes\t-\t{\"phone\":\"%s\"}\n", phone);
    }
}

int main(int argc, char **argv)
{
    sqlite3 *db;

    if (argc == 6 && strcmp(argv[1], "--phones") == 0) {
        write_phones((uint64_t)read_number(argv[2], 1, "FROM"),
                     (uint64_t)read_number(argv[3], 1, "HOW_MANY"),
                     (uint64_t)read_number(argv[4], 1, "STEP"),
                     (uint64_t)read_number(argv[5], 1, "PEOPLE"));
        return 0;
    }
    if (argc != 3)
        die("see the beginning of bench/accounts.c");
    db = db_open(argv[1]);
    if (db_number(db, "SELECT count(*) FROM account") != 0)
        die("%s holds accounts already", argv[1]);
    /* Nothing is lost that cannot be made again, and the pages fit in memory. */
    db_exec(db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000");
    fill(db, (uint64_t)read_number(argv[2], 1, "COUNT"));
    db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
