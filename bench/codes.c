/*
 * codes: prepares sign-ins. Reads the challenges that still have their nonce, in the order they
 * were made, derives their codes as the server does when it sends them (with the server's own
 * library and key file), and writes one request for the load client a line on standard output. With
 * COPY it first copies the store there, page by page, so that the reference begins with exactly
 * what the server has.
 *
 * usage: codes STORE.sqlite KEY_FILE [COPY.sqlite]
 */
#include <stdio.h>
#include <string.h>

#include "base/base64url.h"
#include "domain/code.h"
#include "domain/keyring.h"
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

static void write_request(const struct keyring *keyring, sqlite3_stmt *row)
{
    const uint8_t *challenge_id = sqlite3_column_blob(row, 0);
    struct slice phone = slice_str((const char *)sqlite3_column_text(row, 2));
    char id[BASE64URL_LEN(CODE_CHALLENGE_BYTES)];
    char code[CODE_TEXT_SIZE];

    code_derive(keyring->code, challenge_id, sqlite3_column_blob(row, 1), phone,
                (unsigned)sqlite3_column_int(row, 3), code);
    base64url_encode(challenge_id, CODE_CHALLENGE_BYTES, id);
    (void)printf("POST /v1/sessions\t-\t{\"challenge_id\":\"%.*s\",\"code\":\"%s\"}\n",
                 (int)sizeof(id), id, code);
}

int main(int argc, char **argv)
{
    struct keyring keyring;
    sqlite3_stmt *stmt;
    sqlite3 *db;
    int code;

    if (argc < 3 || argc > 4)
        die("usage: codes STORE.sqlite KEY_FILE [COPY.sqlite]");
    db = db_open(argv[1]);
    read_keys(argv[2], &keyring);
    if (argc == 4)
        copy_store(db, argv[3]);
    stmt = db_prepare(db, "SELECT id, nonce, phone, code_length FROM challenge"
                          " WHERE nonce IS NOT NULL AND expires_us > 1000000 *"
                          " CAST(strftime('%s', 'now') AS INTEGER) ORDER BY created_us, id");
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
        write_request(&keyring, stmt);
    if (code != SQLITE_DONE)
        die("%s: %s", argv[1], sqlite3_errmsg(db));
    (void)sqlite3_finalize(stmt);
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
