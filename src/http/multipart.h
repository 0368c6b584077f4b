/*
 * multipart: the parts of a multipart/form-data body; see form.h.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/form.h"

/* Adds the parts of `body` to `form`; `parameters` are those of the Content-Type. FORM_OK, or why
 * not. Values are parts of the body. */
MUST_CHECK enum form_outcome multipart_read(struct slice parameters, struct slice body,
                                            struct arena *arena, struct form *form);

#endif
