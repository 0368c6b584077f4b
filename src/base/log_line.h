/*
 * log_line: the text of one log line (logfmt), apart from where it is written. Only log.c and its
 * tests need it.
 *
 *     2026-11-21T12:34:56.789Z info event key=value other="two words"
 *
 * A value is quoted when it is empty or holds a space, '"', '=' or anything escaped. Quote and
 * backslash are escaped with a backslash; newline, return and tab as \n \r \t; other characters
 * that would not show, or would change how the line shows, as \u followed by their number in hex;
 * a byte that is not UTF-8 as \x and two digits. So a value can neither begin a new line nor a new
 * field.
 */
#ifndef BASE_LOG_LINE_H
#define BASE_LOG_LINE_H

#include "base/log.h"

struct log_line {
    size_t len;
    char bytes[LOG_LINE_MAX];
};

/*
 * Fills `line`, newline included. What does not fit is cut at a whole character, marked with an
 * ellipsis (U+2026), and an open quote is closed.
 */
void log_line_format(struct log_line *line, int64_t at_us, enum log_level level, const char *event,
                     const struct log_field *fields, size_t field_count);

#endif
