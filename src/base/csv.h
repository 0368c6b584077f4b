/*
 * csv: writes comma-separated values (RFC 4180) into a buf, for people with a spreadsheet.
 *
 *     struct csv csv = csvw_new(&buf);
 *     csvw_cstr(&csv, "phone"); csvw_cstr(&csv, "city"); csvw_end(&csv);
 *     csvw_str(&csv, phone); csvw_str(&csv, city); csvw_end(&csv);
 *
 * A spreadsheet takes a cell that begins with = + - @ (or a tab or line end before one of these)
 * for a formula and runs it, with the rights of whoever opens the file; and what stands in a name
 * or a city strangers have written. So such a text gets an apostrophe in front, which a spreadsheet
 * shows as text (OWASP, CSV injection). A number in E.164 is such a text too: '+79234440000.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"

/* What tells a spreadsheet that the text is UTF-8; for the beginning of a file. */
#define CSV_MARK "\xef\xbb\xbf"

struct csv {
    struct buf *buf;
    bool has_cells; /* the row that is open */
};

struct csv csvw_new(struct buf *buf);

/* One cell; an absent text is an empty one. */
void csvw_str(struct csv *csv, struct slice value);
void csvw_cstr(struct csv *csv, const char *value);
void csvw_int(struct csv *csv, int64_t value);

/* As jsonw_time and jsonw_id write them; 0 is an empty cell. */
void csvw_time(struct csv *csv, int64_t at_us);
void csvw_id(struct csv *csv, int64_t id);

/* Ends the row. */
void csvw_end(struct csv *csv);

#endif
