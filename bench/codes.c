/*
 * codes: prepares sign-ins. Reads the challenges that still have their nonce, in the order they
 * were made, derives their codes as the server does when it sends them (with the server's own
 * library and key file), and writes one request for the load client a line on standard output. With
 * COPY it first copies the store there, page by page, so that the reference begins with exactly
 * what the server has.
 *
 * usage: codes STORE.sqlite KEY_FILE [COPY.sqlite]
 *        codes postgresql://... KEY_FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64url.h"
#include "domain/code.h"
#include "domain/keyring.h"
#include "pg_tool.h"
#include "tool.h"

static void copy_store(sqlite3 *from, const char *path)
{
    sqlite3 *to = NULL;
    sqlite3_backup *backup;

    if (sqlite3_open(path, &to) != SQLITE_OK)
        die("%s: %s", path, sqlite3_errmsg(to));
    backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL || sqlite3_backup_step(backup, -1) != SQLITE_DONE ||
        sqlite3_backup_finish(backup) != SQLITE_OK)
        die("copy to %s: %s", path, sqlite3_errmsg(to));
    (void)sqlite3_close(to);
}

static void read_keys(const char *path, struct keyring *ret_keyring)
{
    uint8_t master[HASH_BYTES];
    char text[KEYRING_TEXT_SIZE];
    FILE *file = fopen(path, "re");
    size_t len = file == NULL ? 0 : fread(text, 1, sizeof(text), file);

    if (len == 0 || !keyring_parse(slice_of(text, len), master))
        die("%s is no key file", path);
    (void)fclose(file);
    keyring_derive(master, ret_keyring);
}

static void write_request(const struct keyring *keyring, const uint8_t *challenge_id,
                          const uint8_t *nonce, const char *phone, unsigned length)
{
    char id[BASE64URL_LEN(CODE_CHALLENGE_BYTES)];
    char code[CODE_TEXT_SIZE];

    code_derive(keyring->code, challenge_id, nonce, slice_str(phone), length, code);
    base64url_encode(challenge_id, CODE_CHALLENGE_BYTES, id);
    (void)printf("POST /v1/sessions\t-\t{\"challenge_id\":\"%.*s\",\"code\":\"%s\"}\n",
                 (int)sizeof(id), id, code);
}

static void write_from_sqlite(const struct keyring *keyring, const char *path, const char *copy)
{
    sqlite3 *db = db_open(path);
    sqlite3_stmt *row;
    int code;

    if (copy != NULL)
        copy_store(db, copy);
    row = db_prepare(db, "SELECT id, nonce, phone, code_length FROM challenge"
                         " WHERE nonce IS NOT NULL AND expires_us > 1000000 *"
                         " CAST(strftime('%s', 'now') AS INTEGER) ORDER BY created_us, id");
    while ((code = sqlite3_step(row)) == SQLITE_ROW)
        write_request(keyring, sqlite3_column_blob(row, 0), sqlite3_column_blob(row, 1),
                      (const char *)sqlite3_column_text(row, 2),
                      (unsigned)sqlite3_column_int(row, 3));
    if (code != SQLITE_DONE)
        die("%s: %s", path, sqlite3_errmsg(db));
    (void)sqlite3_finalize(row);
    (void)sqlite3_close(db);
}

static void write_from_postgresql(const struct keyring *keyring, const char *url)
{
    PGconn *conn = pg_open(url);
    PGresult *rows =
        PQexecParams(conn,
                     "SELECT id, nonce, phone, code_length::text FROM challenge"
                     " WHERE nonce IS NOT NULL AND expires_us > 1000000 * extract(epoch FROM now())"
                     " ORDER BY created_us, id",
                     0, NULL, NULL, NULL, NULL, 1);

    if (PQresultStatus(rows) != PGRES_TUPLES_OK)
        die("%s", PQerrorMessage(conn));
    for (int i = 0; i < PQntuples(rows); i++)
        write_request(keyring, (const uint8_t *)PQgetvalue(rows, i, 0),
                      (const uint8_t *)PQgetvalue(rows, i, 1), PQgetvalue(rows, i, 2),
                      (unsigned)strtoul(PQgetvalue(rows, i, 3), NULL, 10));
    PQclear(rows);
    PQfinish(conn);
}

int main(int argc, char **argv)
{
    struct keyring keyring;

    if (argc < 3 || argc > 4)
        die("see the beginning of bench/codes.c");
    read_keys(argv[2], &keyring);
    if (strstr(argv[1], "://") != NULL)
        write_from_postgresql(&keyring, argv[1]);
    else
        write_from_sqlite(&keyring, argv[1], argc == 4 ? argv[3] : NULL);
    return 0;
}
