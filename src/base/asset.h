/*
 * asset: the pages and their files, which travel inside the program, compressed.
 *
 * The build makes the table with tools/web.py, which tells what comes from where. Everything here
 * is static and read-only, and nothing is looked at before somebody asks for it: a page that nobody
 * opens costs no memory.
 */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include "base/slice.h"

struct asset {
    const char *name; /* "pages/index.html", "assets/js/dom.js", "api/openapi.yaml" */
    const char *type; /* for Content-Type */
    const char *tag;  /* an entity tag of the content: W/"...", the same however it is encoded */
    unsigned offset;  /* of what is stored, in asset_bytes */
    unsigned stored_bytes;
    unsigned bytes;
    bool is_gzip; /* as stored; what does not shrink is stored as it is */
};

/* One hash of all files "assets/...": what `@` became in the pages. */
extern const char asset_hash[];
/* The style sheet that stands in a page, as Content-Security-Policy names it: sha256-... */
extern const char asset_style_source[];

/* In byte order of the names. */
extern const struct asset asset_table[];
extern const size_t asset_count;
extern const char asset_bytes[];

/* The file of that name; NULL when there is none. */
const struct asset *asset_find(struct slice name);

/* As stored: gzip (RFC 1952) if is_gzip. */
struct slice asset_stored(const struct asset *asset);

/*
 * The content itself. A compressed file is inflated for the first who asks and kept from then on,
 * so that however many ask at once, all of it together takes no more than the files have. From any
 * thread.
 */
struct slice asset_plain(const struct asset *asset);

#endif
