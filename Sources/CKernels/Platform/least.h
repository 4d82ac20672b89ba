/* The lesser and the greater of two numbers, the quotient rounded up, the product of three extents, and bytes rounded up
   to lines of the cache. */
#ifndef CK_LEAST_H
#define CK_LEAST_H

#include <stddef.h>
#include <stdint.h>

static inline int64_t ck_max64(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t ck_min64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t ck_ceiling(int64_t a, int64_t b) { return (a + b - 1) / b; }
static inline int64_t ck_product(const int64_t *extents) { return extents[0] * extents[1] * extents[2]; }
static inline size_t ck_aligned(int64_t bytes) { return ((size_t)bytes + 63) / 64 * 64; }

#endif
