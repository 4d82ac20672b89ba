#include "ckernels_lookup.h"
#include "Platform/dispatch.h"
#include "ckernels_parallel.h"

/* Elements below which another thread costs more time than it saves. */
enum { LEAST_SHARED = 1 << 16 };

typedef void (*run_loop)(const uint8_t *x, uint8_t *y, ptrdiff_t count, const uint8_t *table);

/* Rows of `channels` bytes, each with a table of its own. */
typedef void (*row_loop)(const uint8_t *x, uint8_t *y, ptrdiff_t rows, ptrdiff_t channels, const uint8_t *tables);

static void run_plain(const uint8_t *x, uint8_t *y, ptrdiff_t count, const uint8_t *table) {
    for (ptrdiff_t i = 0; i < count; i++) y[i] = table[x[i]];
}

static void rows_plain(const uint8_t *x, uint8_t *y, ptrdiff_t rows, ptrdiff_t channels, const uint8_t *tables) {
    for (ptrdiff_t row = 0; row < rows; row++, x += channels, y += channels)
        for (ptrdiff_t c = 0; c < channels; c++) y[c] = tables[c * 256 + x[c]];
}

#if defined(__x86_64__)
#include <immintrin.h>

#define VBMI __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")))
#define INLINE static inline __attribute__((always_inline)) VBMI
#define UNROLL _Pragma("clang loop unroll(full)")

typedef struct {
    __m512i quarters[4];
} table_vectors;

INLINE table_vectors loaded(const uint8_t *table) {
    return (table_vectors){{_mm512_loadu_si512(table), _mm512_loadu_si512(table + 64),
        _mm512_loadu_si512(table + 128), _mm512_loadu_si512(table + 192)}};
}

INLINE __m512i found(__m512i x, const table_vectors *table) {
    __m512i low = _mm512_permutex2var_epi8(table->quarters[0], x, table->quarters[1]);
    __m512i high = _mm512_permutex2var_epi8(table->quarters[2], x, table->quarters[3]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), low, high);
}

VBMI static void run_vbmi(const uint8_t *x, uint8_t *y, ptrdiff_t count, const uint8_t *table) {
    table_vectors vectors = loaded(table);
    for (; count >= 64; count -= 64, x += 64, y += 64)
        _mm512_storeu_si512(y, found(_mm512_loadu_si512(x), &vectors));
    __mmask64 rest = (1ull << count) - 1;
    _mm512_mask_storeu_epi8(y, rest, found(_mm512_maskz_loadu_epi8(rest, x), &vectors));
}

enum { WIDE = 16, HIGH = 64 };

/* Transposes 16 x 16 bytes in each quarter of the vectors. */
INLINE void transpose(__m512i v[WIDE]) {
    UNROLL for (int pass = 0; pass < 4; pass++) {
        __m512i w[WIDE];
        UNROLL for (int i = 0; i < WIDE / 2; i++) {
            w[2 * i] = _mm512_unpacklo_epi8(v[i], v[i + WIDE / 2]);
            w[2 * i + 1] = _mm512_unpackhi_epi8(v[i], v[i + WIDE / 2]);
        }
        UNROLL for (int i = 0; i < WIDE; i++) v[i] = w[i];
    }
}

/* Up to HIGH rows, `step` bytes apart, of up to WIDE channels: as vectors of one channel each, looked up, and back. */
INLINE void block(const uint8_t *x, uint8_t *y, ptrdiff_t step, int rows, int channels, const uint8_t *tables) {
    __m512i v[WIDE];
    __mmask16 all = (__mmask16)((1u << channels) - 1);
    UNROLL for (int i = 0; i < WIDE; i++) {
        __m128i part[4];
        UNROLL for (int j = 0; j < 4; j++) {
            int row = 4 * i + j;
            part[j] = row < rows ? _mm_maskz_loadu_epi8(all, x + row * step) : _mm_setzero_si128();
        }
        __m256i front = _mm256_set_m128i(part[1], part[0]), back = _mm256_set_m128i(part[3], part[2]);
        v[i] = _mm512_inserti64x4(_mm512_castsi256_si512(front), back, 1);
    }
    transpose(v);
    UNROLL for (int c = 0; c < WIDE; c++) {
        table_vectors vectors = loaded(tables + 256 * (c < channels ? c : 0));
        v[c] = found(v[c], &vectors);
    }
    transpose(v);
    UNROLL for (int i = 0; i < WIDE; i++) {
        __m128i part[4] = {_mm512_castsi512_si128(v[i]), _mm512_extracti32x4_epi32(v[i], 1),
            _mm512_extracti32x4_epi32(v[i], 2), _mm512_extracti32x4_epi32(v[i], 3)};
        UNROLL for (int j = 0; j < 4; j++) {
            int row = 4 * i + j;
            if (row < rows) _mm_mask_storeu_epi8(y + row * step, all, part[j]);
        }
    }
}

VBMI static void rows_vbmi(const uint8_t *x, uint8_t *y, ptrdiff_t rows, ptrdiff_t channels, const uint8_t *tables) {
    ptrdiff_t row = 0;
    for (; rows - row >= WIDE; row += HIGH) {
        int high = rows - row < HIGH ? (int)(rows - row) : HIGH;
        for (ptrdiff_t c = 0; c < channels; c += WIDE) {
            int wide = channels - c < WIDE ? (int)(channels - c) : WIDE;
            ptrdiff_t at = row * channels + c;
            if (high == HIGH && wide == WIDE)
                block(x + at, y + at, channels, HIGH, WIDE, tables + c * 256);
            else
                block(x + at, y + at, channels, high, wide, tables + c * 256);
        }
    }
    if (row < rows) rows_plain(x + row * channels, y + row * channels, rows - row, channels, tables);
}

#define PICK(NAME) (ck_has_byte_permutation() ? NAME##_vbmi : NAME##_plain)
#else
#define PICK(NAME) NAME##_plain
#endif

/* Planes of `inner` elements, those of y `step` apart. */
typedef struct {
    run_loop run;
    row_loop rows;
    const uint8_t *x;
    uint8_t *y;
    ptrdiff_t outer, channels, inner, step;
    const uint8_t *tables;
} lookup;

static int parts_of(ptrdiff_t elements) {
    ptrdiff_t parts = elements / LEAST_SHARED, threads = ck_threads();
    return parts < 1 ? 1 : (int)(parts < threads ? parts : threads);
}

static void run_part(void *context, int part, int parts) {
    const lookup *l = context;
    ptrdiff_t begin = ck_part_begin(l->inner, part, parts), end = ck_part_begin(l->inner, part + 1, parts);
    l->run(l->x + begin, l->y + begin, end - begin, l->tables);
}

static void rows_part(void *context, int part, int parts) {
    const lookup *l = context;
    ptrdiff_t begin = ck_part_begin(l->outer, part, parts), end = ck_part_begin(l->outer, part + 1, parts);
    ptrdiff_t at = begin * l->channels;
    l->rows(l->x + at, l->y + at, end - begin, l->channels, l->tables);
}

static void planes_part(void *context, int part, int parts) {
    const lookup *l = context;
    ptrdiff_t planes = l->outer * l->channels, end = ck_part_begin(planes, part + 1, parts);
    for (ptrdiff_t plane = ck_part_begin(planes, part, parts); plane < end; plane++)
        l->run(l->x + plane * l->inner, l->y + plane * l->step, l->inner, l->tables + plane % l->channels * 256);
}

void ck_lookup(const uint8_t *x, ptrdiff_t rows, ptrdiff_t count, ptrdiff_t step, const uint8_t table[256],
    uint8_t *y) {
    lookup job = {PICK(run), PICK(rows), x, y, rows, 1, count, step, table};
    if (step == count) job.outer = 1, job.inner = rows * count;
    ck_parallel(parts_of(rows * count), job.outer == 1 ? run_part : planes_part, &job);
}

void ck_lookup_each(const uint8_t *x, ptrdiff_t outer, ptrdiff_t channels, ptrdiff_t inner, const uint8_t *tables,
    uint8_t *y) {
    lookup job = {PICK(run), PICK(rows), x, y, outer, channels, inner, inner, tables};
    ck_parallel(parts_of(outer * channels * inner), inner == 1 ? rows_part : planes_part, &job);
}
