/*
 * accounts: fills a migrated, empty store with accounts, straight through SQLite.
 *
 * usage: accounts STORE.sqlite COUNT
 *
 * The people are those of a service that grew by invites, one each second, newest now:
 *   - one in 200 is popular, and half of all people came by an earlier popular one's code: who is
 *     half way down the list has about seventy invitees, whatever COUNT is;
 *   - one in ten came by the first account, the star: its list grows with COUNT;
 *   - one in five came by somebody earlier at random; the rest by nobody;
 *   - two in three filled in a profile; each has one session and the audit of its sign-in.
 * The same COUNT gives the same people. Person i (from 1) has the phone that phone_of() below
 * tells; phones of i beyond COUNT belong to nobody yet.
 *
 * usage: accounts --phones FROM HOW_MANY STEP PEOPLE
 *
 * Writes, for the load client, the requests for codes of persons FROM, FROM + STEP, ...; after
 * PEOPLE comes 1 again.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define SECOND_US INT64_C(1000000)
#define POPULAR_EVERY 200
#define CODE_LETTERS 6
#define SESSION_LIFE_US (INT64_C(2592000) * SECOND_US)

static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";

/* A fixed sequence (splitmix64), so that every run has the same people. */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* A Russian mobile number; a step that shares no factor with 10^9 gives everybody another. */
static void phone_of(uint64_t person, char out[16])
{
    (void)snprintf(out, 16, "+79%09" PRIu64, person * UINT64_C(618033989) % UINT64_C(1000000000));
}

/* Likewise for 55^6 invite codes. */
static void invite_code_of(uint64_t person, char out[CODE_LETTERS])
{
    uint64_t base = sizeof(alphabet) - 1;
    uint64_t space = base * base * base * base * base * base;
    uint64_t number = (uint64_t)((unsigned __int128)person * UINT64_C(17107534277) % space);

    for (size_t i = 0; i < CODE_LETTERS; i++) {
        out[i] = alphabet[number % base];
        number /= base;
    }
}

/* Who invited this person; 0 for nobody. Popular are persons 2, 202, 402, ... */
static uint64_t inviter_of(uint64_t person)
{
    uint64_t chance = mix(person) % 100;
    uint64_t who = mix(person ^ UINT64_C(0xabcdef)) % person;

    if (chance < 50)
        who = who / POPULAR_EVERY * POPULAR_EVERY + 2;
    else if (chance < 60)
        who = 1;
    else if (chance >= 80)
        return 0;
    return who >= person ? 0 : who;
}

static void bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
    if (sqlite3_bind_text(stmt, at, text, -1, SQLITE_TRANSIENT) != SQLITE_OK)
        die("out of memory");
}

static void add_account(sqlite3 *db, sqlite3_stmt *stmt, uint64_t person, int64_t born_us)
{
    uint64_t inviter = inviter_of(person);
    char phone[16];
    char code[CODE_LETTERS];

    phone_of(person, phone);
    invite_code_of(person, code);
    (void)sqlite3_clear_bindings(stmt);
    (void)sqlite3_bind_int64(stmt, 1, (int64_t)person);
    bind_text(stmt, 2, phone);
    (void)sqlite3_bind_text(stmt, 3, code, CODE_LETTERS, SQLITE_TRANSIENT);
    (void)sqlite3_bind_int64(stmt, 4, born_us);
    if (inviter != 0) {
        (void)sqlite3_bind_int64(stmt, 5, (int64_t)inviter);
        (void)sqlite3_bind_int64(stmt, 6, born_us);
    }
    if (person % 3 != 0) {
        char email[48];

        (void)snprintf(email, sizeof(email), "person.%" PRIu64 "@example.org", person);
        bind_text(stmt, 7, "Екатерина");
        bind_text(stmt, 8, "Константинова");
        bind_text(stmt, 9, email);
        bind_text(stmt, 10, "Новосибирск");
    }
    db_run(db, stmt);
}

static void add_session(sqlite3 *db, sqlite3_stmt *stmt, uint64_t person, int64_t born_us)
{
    uint64_t seed[2] = {mix(person * 2), mix(person * 2 + 1)};

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
            " first_name, last_name, email, city, locale)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'ru')");
    sqlite3_stmt *session = db_prepare(
        db, "INSERT INTO session (id, account_id, seed, is_first, user_agent, address, created_us,"
            " used_us, expires_us)"
            " VALUES (?1, ?1, ?2, 1, 'curl/7.88.1', '127.0.0.1', ?3, ?3, ?4)");
    sqlite3_stmt *audit =
        db_prepare(db, "INSERT INTO audit (at_us, event, account_id, session_id, address)"
                       " VALUES (?1, 'sign_in', ?2, ?2, '127.0.0.1')");
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
        char phone[16];

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
