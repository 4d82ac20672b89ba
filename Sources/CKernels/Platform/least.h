/* The lesser and the greater of two numbers, and the quotient rounded up. */
#ifndef CK_LEAST_H
#define CK_LEAST_H

#include <stdint.h>

static inline int64_t ck_max64(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t ck_min64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t ck_ceiling(int64_t a, int64_t b) { return (a + b - 1) / b; }

#endif
