/*
 * bytes: integers as big-endian bytes, for what is signed and sent.
 */
#ifndef DOMAIN_BYTES_H
#define DOMAIN_BYTES_H

#include "base/def.h"

static inline void bytes_put_u32(uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

static inline void bytes_put_u64(uint8_t *out, uint64_t value)
{
    bytes_put_u32(out, (uint32_t)(value >> 32));
    bytes_put_u32(out + 4, (uint32_t)value);
}

static inline uint32_t bytes_get_u32(const uint8_t *in)
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

static inline uint64_t bytes_get_u64(const uint8_t *in)
{
    return (uint64_t)bytes_get_u32(in) << 32 | bytes_get_u32(in + 4);
}

#endif
