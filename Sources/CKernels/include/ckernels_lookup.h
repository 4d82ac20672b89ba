/* Functions of one byte as tables of 256, indexed by the byte as it is. Work is shared among threads. */
#ifndef CKERNELS_LOOKUP_H
#define CKERNELS_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

/* y[i] = table[x[i]] for rows of `count` bytes, those of x one behind the other, those of y `step` bytes apart. y may
   be x where it has its rows one behind the other, too. */
void ck_lookup(const uint8_t *x, ptrdiff_t rows, ptrdiff_t count, ptrdiff_t step, const uint8_t table[256],
    uint8_t *y);

/* The same for [outer, channels, inner] bytes with a table for each channel, one behind the other. y may be x. */
void ck_lookup_each(const uint8_t *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, const uint8_t *tables,
    uint8_t *y);

#endif
