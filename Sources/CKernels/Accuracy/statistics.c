#include "ckernels_statistics.h"
#include "Platform/bits.h"
#include "Platform/dispatch.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { BLOCK = 1 << 14 };
static const uint32_t SIGN = 0x80000000u, INFINITE = 0x7f800000u;

/* What the bits of some values are, and how many of these are 0. With a sign, the greatest is that of the values from 0
   up; without, that of those below. */
typedef struct {
    int32_t most;
    uint32_t largest, least;
    int32_t zeros;
} seen_bits;

/* n <= BLOCK, so that 32-bit sums do. */
CK_CLONES static seen_bits see_bits(const float *x, int32_t n) {
    int32_t most = INT32_MIN, zeros = 0;
    uint32_t largest = 0, least = UINT32_MAX;
    for (int32_t i = 0; i < n; i++) {
        uint32_t bits = float_bits(x[i]);
        most = (int32_t)bits > most ? (int32_t)bits : most;
        largest = bits > largest ? bits : largest;
        least = bits < least ? bits : least;
        zeros += bits << 1 == 0;
    }
    return (seen_bits){most, largest, least, zeros};
}

static void extend(ck_extremes *extremes, float low, float high) {
    extremes->low = low < extremes->low ? low : extremes->low;
    extremes->high = high > extremes->high ? high : extremes->high;
}

/* One value after the other, some of them not finite. */
static void extend_by_finite(ck_extremes *extremes, const float *x, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        if (isfinite(x[i]))
            extend(extremes, x[i], x[i]);
        else
            extremes->not_finite++;
    }
}

ck_extremes ck_find_extremes(const float *x, size_t n) {
    ck_extremes result = {INFINITY, -INFINITY, 0, 0};
    for (size_t start = 0; start < n; start += BLOCK) {
        int32_t count = (int32_t)(n - start < BLOCK ? n - start : BLOCK);
        seen_bits seen = see_bits(x + start, count);
        result.zeros += (size_t)seen.zeros;
        if (seen.most >= (int32_t)INFINITE || seen.largest >= (SIGN | INFINITE)) {
            extend_by_finite(&result, x + start, count);
            continue;
        }
        extend(&result, float_from_bits(seen.largest & SIGN ? seen.largest : seen.least),
            float_from_bits(seen.most >= 0 ? (uint32_t)seen.most : seen.least));
    }
    return result;
}

enum { CHUNK = 256, WRITTEN_PAST = 16, FEW = 2048 };

/* The bin of every value, or `bins` where it has none. */
CK_CLONES static void find_bins(const float *x, int32_t n, float inverse_width, int32_t first, int32_t bins,
                             int32_t *index) {
    for (int32_t i = 0; i < n; i++) {
        float y = x[i] * inverse_width;
        y = y > -1e9f ? y : -1e9f;
        y = y < 1e9f ? y : 1e9f;
        int32_t whole = (int32_t)y;
        whole -= (float)whole > y;
        uint32_t bin = (uint32_t)(whole - first);
        index[i] = (int32_t)(bin < (uint32_t)bins ? bin : (uint32_t)bins);
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

/* The same for the values that are not 0, which many are not behind a Relu; gives how many these are. */
CK_AVX512_CODE static int32_t find_bins_but_zero(
    const float *x, int32_t n, float inverse_width, int32_t first, int32_t bins, int32_t *index) {
    int32_t found = 0;
    for (int32_t i = 0; i < n; i += 16) {
        __mmask16 inside = n - i < 16 ? (__mmask16)((1 << (n - i)) - 1) : 0xffff;
        __m512 value = _mm512_maskz_loadu_ps(inside, x + i);
        __mmask16 kept = _mm512_mask_cmp_ps_mask(inside, value, _mm512_setzero_ps(), _CMP_NEQ_UQ);
        __m512 y = _mm512_max_ps(_mm512_mul_ps(value, _mm512_set1_ps(inverse_width)), _mm512_set1_ps(-1e9f));
        y = _mm512_min_ps(y, _mm512_set1_ps(1e9f));
        __m512i whole = _mm512_cvt_roundps_epi32(y, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
        __m512i bin = _mm512_min_epu32(_mm512_sub_epi32(whole, _mm512_set1_epi32(first)), _mm512_set1_epi32(bins));
        _mm512_storeu_si512(index + found, _mm512_maskz_compress_epi32(kept, bin));
        found += __builtin_popcount(kept);
    }
    return found;
}
#endif

/* The bins of all values or, with AVX-512, of those that are not 0; gives how many. */
static int32_t find_some_bins(
    const float *x, int32_t n, float inverse_width, int32_t first, int32_t bins, int32_t *index) {
#if defined(__x86_64__)
    if (ck_active_isa() >= CK_AVX512) return find_bins_but_zero(x, n, inverse_width, first, bins, index);
#endif
    find_bins(x, n, inverse_width, first, bins, index);
    return n;
}

/* Adds the tables, whose sums fit 32 bits, to the counts and clears them. */
CK_CLONES static void collect_tables(uint32_t (*tables)[CK_MOST_BINS + 1], uint64_t *counts, int32_t bins) {
    for (int32_t b = 0; b < bins; b++) counts[b] += tables[0][b] + tables[1][b] + tables[2][b] + tables[3][b];
    for (int t = 0; t < 4; t++) memset(tables[t], 0, (size_t)bins * sizeof tables[t][0]);
}

/* Straight into the counts: for so few values that four tables would take longer to collect than they save. */
static void count_few(const float *x, int32_t n, float inverse_width, int32_t first, uint64_t *counts, int32_t bins) {
    int32_t index[CHUNK];
    for (int32_t start = 0; start < n; start += CHUNK) {
        int32_t count = n - start < CHUNK ? n - start : CHUNK;
        find_bins(x + start, count, inverse_width, first, bins, index);
        for (int32_t i = 0; i < count; i++)
            if (index[i] < bins) counts[index[i]]++;
    }
}

void ck_count_bins(const float *x, size_t n, float inverse_width, int32_t first, uint64_t *counts, int32_t bins) {
    /* Neighbours often fall into one bin; with four tables their additions do not wait for each other. Empty between
       calls, but for the last place, which is for values without a bin. */
    static _Thread_local uint32_t tables[4][CK_MOST_BINS + 1];
    int32_t index[CHUNK + WRITTEN_PAST];
    if (bins > CK_MOST_BINS) return;
    if (n <= FEW) {
        count_few(x, (int32_t)n, inverse_width, first, counts, bins);
        return;
    }
    uint64_t zeros = 0;
    for (size_t start = 0; start < n;) {
        size_t end = n - start < UINT32_MAX ? n : start + UINT32_MAX;
        for (; start < end; start += CHUNK) {
            int32_t count = (int32_t)(end - start < CHUNK ? end - start : CHUNK);
            int32_t found = find_some_bins(x + start, count, inverse_width, first, bins, index), i = 0;
            for (; i + 4 <= found; i += 4)
                for (int t = 0; t < 4; t++) tables[t][index[i + t]]++;
            for (; i < found; i++) tables[0][index[i]]++;
            zeros += (uint64_t)(count - found);
        }
        start = end;
        collect_tables(tables, counts, bins);
    }
    if (first <= 0 && -(int64_t)first < bins) counts[-(int64_t)first] += zeros;
}

/* The integral from 0 to u of the squared error of rounding to the integers low...high, up to a constant: every whole
   cell holds 1/12. */
static inline double error_integral(double u, double low, double high) {
    double q = rint(u);
    q = q < low ? low : q > high ? high : q;
    double r = u - q;
    return q * (1.0 / 12) + r * r * r * (1.0 / 3);
}

static inline double bin_noise(double u, double v, double low, double high) {
    double q = rint(u);
    q = q < low ? low : q > high ? high : q;
    double point = (u - q) * (u - q);
    double width = v - u;
    double spread = (error_integral(v, low, high) - error_integral(u, low, high)) / (width > 0 ? width : 1);
    return width > 0 ? spread : point;
}

enum { LANES = 8 };

CK_CLONES double ck_quantization_noise(const double *weights, const double *edges, ptrdiff_t bins, double scale,
                                       double low, double high) {
    double inverse = 1 / scale, sums[LANES] = {0}, sum = 0;
    ptrdiff_t i = 0;
    for (; i + LANES <= bins; i += LANES) {
        for (int l = 0; l < LANES; l++) {
            double noise = bin_noise(edges[i + l] * inverse, edges[i + l + 1] * inverse, low, high);
            sums[l] += weights[i + l] * noise;
        }
    }
    for (; i < bins; i++) sum += weights[i] * bin_noise(edges[i] * inverse, edges[i + 1] * inverse, low, high);
    for (int l = 0; l < LANES; l++) sum += sums[l];
    return sum * scale * scale;
}
