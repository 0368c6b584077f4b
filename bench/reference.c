/*
 * reference: the statements of the script `redeem_code`, the very text the server runs, in a bare
 * loop on one thread: plain SQLite calls, each statement prepared once, 100 scripts a commit. No
 * HTTP, no JSON, no keys, no signature, no queue: what the disk and SQLite allow.
 *
 * usage: reference STORE.sqlite
 *
 * Redeems every challenge that still has its MAC, in the order they were made, as the load client
 * does, and checks that each opened a session. Prints one JSON object.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "store/scripts.h"
#include "tool.h"

#define SCRIPTS_A_COMMIT 100
#define ID_BYTES 16
#define MAC_BYTES 32
#define CODE_LETTERS 6
#define TRIES_MAX 20

/* What a run of the script needs, ready before the clock starts. */
struct guess {
    char challenge_id[ID_BYTES];
    char mac[MAC_BYTES];
    char request_id[ID_BYTES];
    char own_code[CODE_LETTERS];
};

struct loop {
    sqlite3 *db;
    const struct script *script;
    sqlite3_stmt *stmts[SCRIPT_STATEMENTS_MAX];
    struct guess *guesses;
    size_t guess_count;
};

static void draw_code(char out[CODE_LETTERS])
{
    static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";
    unsigned char random[CODE_LETTERS];

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        die("no random bytes");
    for (size_t i = 0; i < CODE_LETTERS; i++)
        out[i] = alphabet[random[i] % (sizeof(alphabet) - 1)];
}

static void read_guesses(struct loop *loop)
{
    sqlite3_stmt *stmt = db_prepare(
        loop->db, "SELECT id, mac FROM challenge WHERE mac IS NOT NULL ORDER BY created_us, id");
    size_t room = (size_t)db_number(loop->db, "SELECT count(*) FROM challenge");

    loop->guesses = need(calloc(room + 1, sizeof(*loop->guesses)));
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        struct guess *guess = &loop->guesses[loop->guess_count++];

        memcpy(guess->challenge_id, sqlite3_column_blob(stmt, 0), ID_BYTES);
        memcpy(guess->mac, sqlite3_column_blob(stmt, 1), MAC_BYTES);
        if (getrandom(guess->request_id, ID_BYTES, 0) != ID_BYTES)
            die("no random bytes");
        draw_code(guess->own_code);
    }
    (void)sqlite3_finalize(stmt);
    if (loop->guess_count == 0)
        die("the store holds no challenge to redeem");
}

static void prepare(struct loop *loop)
{
    for (unsigned s = 0; s < loop->script->statement_count; s++)
        loop->stmts[s] = db_prepare(loop->db, loop->script->statements[s].text);
}

static void bind(struct loop *loop, unsigned s, const struct redeem_code_in *in)
{
    const struct script_statement *statement = &loop->script->statements[s];

    /* SQLite numbers `$1`... as they first appear, and so does tools/scripts.py. */
    for (unsigned p = 0; p < statement->param_count; p++) {
        const struct script_field *field = &loop->script->in[statement->params[p]];
        const char *at = (const char *)in + field->offset;
        int position = (int)p + 1;
        struct slice text;

        if (field->type == SCRIPT_INT) {
            int64_t number;

            memcpy(&number, at, sizeof(number));
            (void)sqlite3_bind_int64(loop->stmts[s], position, number);
            continue;
        }
        memcpy(&text, at, sizeof(text));
        if (text.ptr == NULL)
            (void)sqlite3_bind_null(loop->stmts[s], position);
        else if (field->type == SCRIPT_TEXT)
            (void)sqlite3_bind_text(loop->stmts[s], position, text.ptr, (int)text.len,
                                    SQLITE_STATIC);
        else
            (void)sqlite3_bind_blob(loop->stmts[s], position, text.ptr, (int)text.len,
                                    SQLITE_STATIC);
    }
}

static int column_of(const struct script *script, const char *name)
{
    for (unsigned i = 0; i < script->out_count; i++) {
        if (strcmp(script->out[i].name, name) == 0)
            return (int)i;
    }
    die("the script has no column %s", name);
}

/* Every column of the row is looked at, as somebody who wants the answer must. False: the invite
 * code drawn for a new account is somebody's. */
static bool read_row(struct loop *loop, sqlite3_stmt *stmt, int session_column)
{
    size_t bytes = 0;

    if (sqlite3_step(stmt) != SQLITE_ROW)
        die("no row: %s", sqlite3_errmsg(loop->db));
    for (unsigned i = 0; i < loop->script->out_count; i++)
        bytes += (size_t)sqlite3_column_bytes(stmt, (int)i);
    return bytes > 0 && sqlite3_column_int64(stmt, session_column) != 0;
}

static bool redeem(struct loop *loop, const struct guess *guess, int session_column)
{
    bool opened = false;
    int64_t at_us = wall_us();
    struct redeem_code_in in = {
        .challenge_id = slice_of(guess->challenge_id, ID_BYTES),
        .purpose = 1,
        .mac = slice_of(guess->mac, MAC_BYTES),
        .request_id = slice_of(guess->request_id, ID_BYTES),
        .now_us = at_us,
        .own_code = slice_of(guess->own_code, CODE_LETTERS),
        .guess_hour = 10,
        .guess_day = 20,
        .address = SLICE_LIT("127.0.0.1"),
        .expires_us = at_us + INT64_C(2592000) * 1000000,
        .session_max = 50,
        .fingerprint = slice_of(guess->request_id, ID_BYTES),
    };

    for (unsigned s = 0; s < loop->script->statement_count; s++) {
        bind(loop, s, &in);
        if (s == loop->script->result) {
            opened = read_row(loop, loop->stmts[s], session_column);
            (void)sqlite3_reset(loop->stmts[s]);
        } else {
            db_run(loop->db, loop->stmts[s]);
        }
    }
    return opened;
}

static void run(struct loop *loop)
{
    sqlite3_stmt *begin = db_prepare(loop->db, "BEGIN IMMEDIATE");
    sqlite3_stmt *commit = db_prepare(loop->db, "COMMIT");
    int session_column = column_of(loop->script, "session_id");

    for (size_t i = 0; i < loop->guess_count; i++) {
        if (i % SCRIPTS_A_COMMIT == 0)
            db_run(loop->db, begin);
        for (unsigned tries = 0; !redeem(loop, &loop->guesses[i], session_column); tries++) {
            if (tries == TRIES_MAX)
                die("a right code opened no session");
            draw_code(loop->guesses[i].own_code);
        }
        if (i % SCRIPTS_A_COMMIT == SCRIPTS_A_COMMIT - 1 || i + 1 == loop->guess_count)
            db_run(loop->db, commit);
    }
    (void)sqlite3_finalize(begin);
    (void)sqlite3_finalize(commit);
}

int main(int argc, char **argv)
{
    struct loop loop = {.script = &script_redeem_code};
    int64_t processor_begin_us;
    int64_t begin_us;
    double seconds;

    if (argc != 2)
        die("usage: reference STORE.sqlite");
    loop.db = db_open(argv[1]);
    read_guesses(&loop);
    prepare(&loop);
    processor_begin_us = processor_us();
    begin_us = now_us();
    run(&loop);
    seconds = (double)(now_us() - begin_us) / 1e6;
    (void)printf("{\"scripts\": %zu, \"seconds\": %.3f, \"per_second\": %.0f, \"cpu_us\": %.1f}\n",
                 loop.guess_count, seconds, (double)loop.guess_count / seconds,
                 (double)(processor_us() - processor_begin_us) / (double)loop.guess_count);
    for (unsigned s = 0; s < loop.script->statement_count; s++)
        (void)sqlite3_finalize(loop.stmts[s]);
    free(loop.guesses);
    return sqlite3_close(loop.db) == SQLITE_OK ? 0 : 1;
}
