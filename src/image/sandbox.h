/*
 * sandbox: what a worker may still do once it has begun: read its input, write its output, compute,
 * with bounded memory and time.
 */
#ifndef IMAGE_SANDBOX_H
#define IMAGE_SANDBOX_H

#include "base/slice.h"

/*
 * Closes everything but standard input and output, and gives up, for good: opening files, other
 * processes, the network, all other system calls (libseccomp: the first ends the process), memory
 * beyond what it takes to decode IMAGE_PIXELS_MAX, more than a few seconds of the processor. False:
 * something of that could not be given up, and nothing must be decoded.
 */
MUST_CHECK bool sandbox_enter(void);

#endif
