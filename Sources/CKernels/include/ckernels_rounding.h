/* Rounding weights by the error they cause: products, a factorization and the rounding itself. All matrices are
   row-major float32. Results are the same on every processor and do not depend on threads. */
#ifndef CKERNELS_ROUNDING_H
#define CKERNELS_ROUNDING_H

#include <stdbool.h>
#include <stdint.h>

/* c[i][j] += alpha * (the sum over l of a[i * a_row + l * a_inner] * b[l * ldb + j]); c is [m, n] with rows ldc apart. */
void ck_add_product(int64_t m, int64_t n, int64_t k, float alpha, const float *a, int64_t a_row, int64_t a_inner,
    const float *b, int64_t ldb, float *c, int64_t ldc);

/* Replaces the lower triangle of the symmetric h [n, n] by R with R * transpose(R) = h. Returns whether h is positive
   definite. */
bool ck_cholesky(int64_t n, float *h);

/* Solves R * transpose(R) * x = b in place; r is [n, n], b is [n, m]. */
void ck_cholesky_solve(int64_t n, int64_t m, const float *r, float *b);

/* Rounds the columns of w [n, m], each on a symmetric grid scales[column] * (-most...most), row after row from the last
   to the first; each row makes up for what the rows after it left, as R (from ck_cholesky) says of their products.
   w becomes the rounded values, q [n, m] their integers. `shift` is n * m numbers of scratch memory. */
void ck_round_rows(int64_t n, int64_t m, const float *r, float *w, const float *scales, int most, int8_t *q,
    float *shift);

/* errors[column] = the sum over rows of importance[row] * the squared error of rounding w [n, m] to the nearest of
   scales[column] * (-most...most). */
void ck_rounding_errors(int64_t n, int64_t m, const float *w, const float *importance, const float *scales, int most,
    float *errors);

/* The sum over all x [n, channels] of importance[channel] * the squared error of rounding x * inverse[channel] to the
   multiples q * scale with low <= q <= high, each times its own of weights [n, channels] where these are given. */
double ck_channel_noise(int64_t n, int64_t channels, const float *x, const float *weights, const float *inverse,
    const float *importance, float scale, float low, float high);

#endif
