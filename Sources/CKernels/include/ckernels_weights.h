/* Weights seen as [outer, channels, inner], row-major. */
#ifndef CKERNELS_WEIGHTS_H
#define CKERNELS_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* largest[c] = max |x| of channel c. Returns whether all values are finite. */
bool ck_absmax_channels(const float *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, float *largest);

#endif
