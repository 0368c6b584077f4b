/*
 * embed: text files that travel inside the program (schema migrations).
 *
 * The build makes the table with tools/embed.py from a list in src/meson.build. A file is named by
 * its folder and its own name: "migrations/0001_initial.sqlite.sql". Everything
 * here is static and read-only, so it may be used from any thread and outlives everything.
 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include "base/slice.h"

struct embed_file {
    const char *name;
    struct slice bytes; /* as in the tree; a NUL that is not counted follows them */
};

/* Every embedded file, in byte order of the names: numbered files come in their order. */
extern const struct embed_file embed_files[];
extern const size_t embed_file_count;

#endif
