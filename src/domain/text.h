/*
 * text: reading what people type, one Unicode code point at a time.
 *
 * Texts come from JSON, which has been checked to be UTF-8, but nothing here relies on that: what
 * is not UTF-8 (see base/utf8.h) stops the walk.
 */
#ifndef DOMAIN_TEXT_H
#define DOMAIN_TEXT_H

#include "base/slice.h"

/*
 * Takes the first code point off `rest`. False, with `rest` unchanged, at the end of the text or
 * where it is not UTF-8; rest->len tells which.
 */
MUST_CHECK bool text_next(struct slice *rest, uint32_t *ret_point);

/* Spaces of every kind: ASCII space, tab and line ends, no-break, narrow and wide ones. */
bool text_is_space(uint32_t point);

/* Hyphen, minus, and the dashes that keyboards and word processors put in their place. */
bool text_is_dash(uint32_t point);

/*
 * Invisible marks that copying from a contact list or a chat brings along: zero-width characters,
 * soft hyphen, direction marks and the byte order mark.
 */
bool text_is_invisible(uint32_t point);

/* What must not stand in a name: C0 and C1 controls, DEL, line separators, direction overrides. */
bool text_is_control(uint32_t point);

/* `text` without spaces at both ends. Invalid UTF-8 is left where it is. */
struct slice text_trim(struct slice text);

#endif
