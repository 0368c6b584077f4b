/*
 * invite: invite codes, six letters or digits that one person passes to another by voice, on paper
 * or in a chat. Case-sensitive as drawn; forgiving at entry where that is unambiguous.
 */
#ifndef DOMAIN_INVITE_H
#define DOMAIN_INVITE_H

#include "base/slice.h"

#define INVITE_CODE_LEN 6

/* The letters and the NUL. */
#define INVITE_TEXT_SIZE (INVITE_CODE_LEN + 1)

/* Longest text looked at, in bytes. */
#define INVITE_INPUT_MAX 64

/*
 * Draws a code, each one equally likely save those that hold a rude word, which are drawn again.
 * `alphabet` has 10 to 62 different ASCII letters and digits; `draw` gives random bytes
 * (random_bytes). Whether the code is free only the store can tell: on a collision draw again.
 */
void invite_code_draw(const char *alphabet, void (*draw)(void *out, size_t len),
                      char out[INVITE_TEXT_SIZE]);

/*
 * Does `code`, of at most INVITE_CODE_LEN letters, hold a rude word, English or Russian in Latin
 * letters? Case does not matter, and a digit stands for the letter it looks like (0 o, 1 i or l,
 * 2 z, 3 e, 4 a, 5 s, 6 b, 7 t, 8 b, 9 g).
 */
bool invite_code_is_rude(const char *code);

/*
 * Reads a code as typed. Spaces, dashes and invisible marks go; Cyrillic letters become the Latin
 * ones they look like, case kept. `ret_given` is that and nothing more. `ret_forgiven` is the same
 * with each letter that is not in `alphabet` replaced, when there is one candidate: its other case
 * if that is in the alphabet, else the only member of its look-alike class (0 O o, 1 I l i) that
 * is. The store looks up both, given first, because an older alphabet may have had other letters.
 * False when the result is not exactly six ASCII letters or digits; then no code can be meant.
 */
MUST_CHECK bool invite_code_read(struct slice text, const char *alphabet,
                                 char ret_given[INVITE_TEXT_SIZE],
                                 char ret_forgiven[INVITE_TEXT_SIZE]);

#endif
