/*
 * config_file: settings from an INI file, read with inih.
 *
 * `[section]` and `name = value` make the setting section.name; names before any section stand for
 * themselves. `;` or `#` begins a comment at the start of a line, white space and `;` anywhere. A
 * value stands on one line, of at most 199 bytes with Debian's inih; a longer line is refused.
 */
#ifndef COMMAND_CONFIG_FILE_H
#define COMMAND_CONFIG_FILE_H

#include "base/settings.h"

/*
 * Sets what the file at `path` says; "domofon.ini:12" is the source of each value. False: the file
 * cannot be read or is wrong; every complaint, with file and line, is on standard error.
 */
MUST_CHECK bool config_file_read(struct settings *settings, const char *path);

enum config_line { CONFIG_LINE_OK, CONFIG_LINE_NUL, CONFIG_LINE_TOO_LONG };

/*
 * Makes of a line (`len` bytes and a NUL; with its line end or without) what inih is to see, in
 * `size` bytes: nothing of a comment, and no blanks at the start, for to inih they make a line one
 * more value of the name above it. inih would cut a longer line and take the rest for another.
 */
MUST_CHECK enum config_line config_file_line(const char *line, size_t len, char *out, size_t size);

#endif
