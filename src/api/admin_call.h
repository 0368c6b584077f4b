/*
 * admin_call: what the routes of administration (/v1/admin) share.
 *
 * Every one of their scripts begins with the entry it leaves in the audit (parts/note_admin.sql),
 * so even those that only read are scripts that write. Who may call is the scripts' business too:
 * they look at the role that is stored, not at what the token said when it was made.
 */
#ifndef API_ADMIN_CALL_H
#define API_ADMIN_CALL_H

#include "api/call.h"
#include "base/csv.h"
#include "domain/cursor.h"

/*
 * The parameters that every script of administration has, for a designated initializer. `what`: the
 * entry's detail, compact JSON or absent; never a secret, nor what erasing an account must remove.
 */
#define ADMIN_CALLER(call, what)                                                     \
    .session_id = (call)->caller.session_id, .caller_id = (call)->caller.account_id, \
    .now_us = (call)->now_us, .address = (call)->request->address, .detail = (what), \
    .request_id = slice_of((call)->request_id, sizeof((call)->request_id))

/* Begins a detail: `struct json json = admin_detail(call, &text); jsonw_cstr(...);`, then
 * admin_detail_end. */
struct json admin_detail(struct call *call, struct buf *ret_text);
struct slice admin_detail_end(struct json *json);

/* The account in the path; false: call->reply says that there is none. */
MUST_CHECK bool admin_read_id(struct call *call, int64_t *ret_id);

/* A page of a list as the query asks for it: `limit`, `cursor`, `format`. */
struct admin_page {
    int64_t limit; /* a script is asked for one more, which tells whether there is a next page */
    bool is_csv;
    bool is_first;
    struct cursor after; /* the last row shown; zero on the first page */
    struct slice place;  /* the same, of lists that are ordered by a text; empty on the first */
};

/* False: call->reply is the 400. */
MUST_CHECK bool admin_page_read(struct call *call, struct admin_page *ret_page);

/*
 * How the rows of a list are shown: as the array `member` of a JSON object, or as CSV with a line
 * of `columns` before the first page, so that the pages one after the other are one file. `row`
 * counts from 0.
 */
struct admin_list {
    const char *member;
    const char *file; /* "accounts.csv" */
    const char *const *columns;
    unsigned column_count;
    void (*json)(struct call *call, struct json *json, unsigned row);
    void (*csv)(struct call *call, struct csv *csv, unsigned row);
    /* Where the list goes on after the row. */
    struct cursor (*cursor)(const struct call *call, unsigned row, struct slice *ret_place);
};

/* Writes the reply of a page, which call->state is, of which the script has found that many rows.
 */
void admin_list_write(struct call *call, const struct admin_list *list, unsigned found);

/* The member next_cursor: of the last row shown, or null. */
void admin_page_end(struct call *call, struct json *json, bool more, const struct cursor *last,
                    struct slice place);

#endif
