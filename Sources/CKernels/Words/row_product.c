#include "ckernels_integer.h"
#include "ckernels_isa.h"
#include "row_product.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { MOST_TILE_ROWS = 8 };

typedef void (*tile_function)(const int16_t *const *rows, const int64_t *segment_offsets, int64_t segments,
    int64_t pairs, const int16_t *packed, int32_t *tile);

static inline int32_t pair_at(const int16_t *p) {
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    return pair;
}

#if defined(__x86_64__)

#define TILE tile_vnni
#define TILE_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define TILE_ROWS 8
#define TILE_LANES 16
#define VECTOR __m512i
#define ZERO _mm512_setzero_si512()
#define LOAD(p) _mm512_loadu_si512(p)
#define PAIR(p) _mm512_set1_epi32(pair_at(p))
#define MULTIPLY_ADD(sum, a, b) _mm512_dpwssd_epi32(sum, a, b)
#define STORE(p, v) _mm512_storeu_si512(p, v)
#include "row_product_tile.h"

#define TILE tile_avx512
#define TILE_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#define TILE_ROWS 8
#define TILE_LANES 16
#define VECTOR __m512i
#define ZERO _mm512_setzero_si512()
#define LOAD(p) _mm512_loadu_si512(p)
#define PAIR(p) _mm512_set1_epi32(pair_at(p))
#define MULTIPLY_ADD(sum, a, b) _mm512_add_epi32(sum, _mm512_madd_epi16(a, b))
#define STORE(p, v) _mm512_storeu_si512(p, v)
#include "row_product_tile.h"

#define TILE tile_avx2
#define TILE_TARGET __attribute__((target("avx2")))
#define TILE_ROWS 4
#define TILE_LANES 8
#define VECTOR __m256i
#define ZERO _mm256_setzero_si256()
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define PAIR(p) _mm256_set1_epi32(pair_at(p))
#define MULTIPLY_ADD(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))
#define STORE(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#include "row_product_tile.h"

#define TILE tile_baseline
#define TILE_TARGET
#define TILE_ROWS 4
#define TILE_LANES 4
#define VECTOR __m128i
#define ZERO _mm_setzero_si128()
#define LOAD(p) _mm_loadu_si128((const __m128i *)(p))
#define PAIR(p) _mm_set1_epi32(pair_at(p))
#define MULTIPLY_ADD(sum, a, b) _mm_add_epi32(sum, _mm_madd_epi16(a, b))
#define STORE(p, v) _mm_storeu_si128((__m128i *)(p), v)
#include "row_product_tile.h"

static const struct {
    tile_function run;
    int rows, lanes;
} tiles[] = {
    [CK_BASELINE] = {tile_baseline, 4, 4},
    [CK_AVX2] = {tile_avx2, 4, 8},
    [CK_AVX512] = {tile_avx512, 8, 16},
    [CK_AVX512_VNNI] = {tile_vnni, 8, 16},
    [CK_AMX] = {tile_vnni, 8, 16},
};

#else

typedef struct {
    uint32_t lane[4];
} lanes;

static inline lanes load(const int16_t *p) {
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline lanes pair(const int16_t *p) {
    uint32_t pair = (uint32_t)pair_at(p);
    return (lanes){{pair, pair, pair, pair}};
}

/* The low and the high int16 of every lane multiplied, both added to the sum; sums wrap. */
static inline lanes multiply_add(lanes sum, lanes a, lanes b) {
    for (int l = 0; l < 4; l++) {
        int32_t low = (int16_t)a.lane[l] * (int16_t)b.lane[l];
        int32_t high = (int16_t)(a.lane[l] >> 16) * (int16_t)(b.lane[l] >> 16);
        sum.lane[l] += (uint32_t)low + (uint32_t)high;
    }
    return sum;
}

#define TILE tile_baseline
#define TILE_TARGET
#define TILE_ROWS 4
#define TILE_LANES 4
#define VECTOR lanes
#define ZERO ((lanes){{0}})
#define LOAD(p) load(p)
#define PAIR(p) pair(p)
#define MULTIPLY_ADD(sum, a, b) multiply_add(sum, a, b)
#define STORE(p, v) memcpy(p, &(v), sizeof(v))
#include "row_product_tile.h"

static const struct {
    tile_function run;
    int rows, lanes;
} tiles[] = {[CK_BASELINE] = {tile_baseline, 4, 4}};

#endif

int ck_panel_columns(void) { return 2 * tiles[ck_active_isa()].lanes; }

void ck_multiply_rows(const ck_row_product *p) {
    ck_isa isa = ck_active_isa();
    int tile_rows = tiles[isa].rows, width = ck_panel_columns();
    int32_t tile[MOST_TILE_ROWS * CK_MOST_PANEL_COLUMNS];
    const int16_t *rows[MOST_TILE_ROWS];
    int64_t panel_size = p->segments * p->length * width;
    for (int64_t column = 0; column < p->columns; column += width) {
        const int16_t *panel = p->packed + column / width * panel_size;
        int64_t columns = p->columns - column < width ? p->columns - column : width;
        for (int64_t row = 0; row < p->rows; row += tile_rows) {
            int64_t count = p->rows - row < tile_rows ? p->rows - row : tile_rows;
            for (int r = 0; r < tile_rows; r++)
                rows[r] = p->a + p->row_offsets[row + (r < count ? r : count - 1)];
            tiles[isa].run(rows, p->segment_offsets, p->segments, p->length / 2, panel, tile);
            for (int64_t r = 0; r < count; r++)
                memcpy(p->sums + (row + r) * p->sum_step + column, tile + r * width, (size_t)columns * sizeof *tile);
        }
    }
}
