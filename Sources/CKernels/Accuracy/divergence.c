#include "ckernels_statistics.h"
#include "Platform/dispatch.h"
#include <string.h>

static inline double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

/* The natural logarithm of a normal number above zero, in steps that vectorise: x = 2^e * m with m in sqrt(1/2)...sqrt(2),
   and log m = 2 atanh((m - 1) / (m + 1)) by its series. The relative error is below 1e-13. */
static inline double logarithm(double x) {
    uint64_t bits;
    memcpy(&bits, &x, 8);
    bits += UINT64_C(0x00095f6198000000);
    /* An integer below 2^52 in the low bits of 2^52 is the double 2^52 + that integer. */
    double exponent = from_bits(bits >> 52 | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023);
    double m = from_bits((bits & UINT64_C(0x000fffffffffffff)) + UINT64_C(0x3fe6a09e68000000));
    double s = (m - 1) / (m + 1), t = s * s;
    double series = 1.0 / 15;
    series = series * t + 1.0 / 13;
    series = series * t + 1.0 / 11;
    series = series * t + 1.0 / 9;
    series = series * t + 1.0 / 7;
    series = series * t + 1.0 / 5;
    series = series * t + 1.0 / 3;
    series = series * t + 1;
    return exponent * 0.693147180559945309417 + 2 * s * series;
}

enum { LANES = 8, CHUNK = 256 };

/* The sum of m * log(m / o); nothing where m is 0. n is a multiple of LANES. */
CK_CLONES static double sum_of_information(const double *m, const double *o, int n) {
    double sums[LANES] = {0}, sum = 0;
    for (int i = 0; i < n; i += LANES)
        for (int l = 0; l < LANES; l++) {
            double mean = m[i + l] / o[i + l];
            sums[l] += m[i + l] * logarithm(mean > 0 ? mean : 1);
        }
    for (int l = 0; l < LANES; l++) sum += sums[l];
    return sum;
}

double ck_merged_information(const double *mass, const double *occupied, ptrdiff_t first, ptrdiff_t end,
                             ptrdiff_t groups) {
    double merged[CHUNK], bins[CHUNK], sum = 0, width = (double)(end - first), inverse = 1 / (double)groups;
    ptrdiff_t start = first;
    for (ptrdiff_t group = 1; group <= groups;) {
        int n = 0;
        for (; n < CHUNK && group <= groups; n++, group++) {
            /* Rounded down; the half keeps the product's rounding error away from whole numbers. */
            ptrdiff_t next = first + (ptrdiff_t)(((double)group * width + 0.5) * inverse);
            merged[n] = mass[next] - mass[start];
            bins[n] = occupied[next] - occupied[start];
            if (bins[n] == 0) bins[n] = 1;
            start = next;
        }
        while (n % LANES) {
            merged[n] = 0;
            bins[n++] = 1;
        }
        sum += sum_of_information(merged, bins, n);
    }
    return sum;
}
