/* The largest magnitudes of weights. */
#ifndef CKERNELS_WEIGHTS_H
#define CKERNELS_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* largest[c] = max |x| of channel c of x [outer, channels, inner], row-major. Returns whether all values are finite. */
bool ck_absmax_channels(const float *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, float *largest);

/* Of x [rows, n] and factors, all at least 0: largest[r] = max x[r][i] * factors[i]. */
void ck_scaled_row_maxima(const float *x, ptrdiff_t rows, ptrdiff_t n, const float *factors, float *largest);

/* The same down the columns: largest[i] = max x[r][i] * factors[r]. */
void ck_scaled_column_maxima(const float *x, ptrdiff_t rows, ptrdiff_t n, const float *factors, float *largest);

#endif
