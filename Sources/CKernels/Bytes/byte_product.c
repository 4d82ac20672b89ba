#include "byte_tile.h"
#include "byte_view.h"
#include "ckernels_bytes.h"
#include "ckernels_parallel.h"
#include "Platform/dispatch.h"
#include <string.h>

/* Rows that walk a panel together, and columns that weights and scales are padded to. */
enum { BLOCK = 96, PADDED_COLUMNS = CK_LANES * CK_TILE_VECTORS };

static int64_t quads_of(const ck_byte_product *p) { return ck_ceiling(p->depth, 4); }
static int64_t padded_columns(const ck_byte_product *p) {
    return ck_ceiling(p->columns, PADDED_COLUMNS) * PADDED_COLUMNS;
}
static bool is_direct(const ck_byte_product *p) { return p->depth % 4 == 0 && !p->source_is_signed; }

static size_t weights_bytes(const ck_byte_product *p) { return ck_aligned(quads_of(p) * 4 * padded_columns(p)); }
static size_t bias_bytes(const ck_byte_product *p) { return ck_aligned(padded_columns(p) * (int64_t)sizeof(int32_t)); }

int64_t ck_byte_product_columns(const ck_byte_product *p) { return padded_columns(p); }

size_t ck_byte_product_scratch_bytes(const ck_byte_product *p) {
    return weights_bytes(p) + bias_bytes(p) + (is_direct(p) ? 0 : ck_aligned(p->rows * quads_of(p) * 4));
}

/* Four rows of weights side by side, four bytes a column, and their sum added to that of the columns. */
CK_BODY join_rows_body(const int8_t *const row[4], int64_t count, int8_t *restrict to, uint32_t *restrict sums) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t low = (uint8_t)row[0][i] | (uint32_t)(uint8_t)row[1][i] << 8;
        uint32_t high = (uint8_t)row[2][i] | (uint32_t)(uint8_t)row[3][i] << 8, four = low | high << 16;
        memcpy(to + 4 * i, &four, sizeof four);
        sums[i] += (uint32_t)(row[0][i] + row[1][i] + row[2][i] + row[3][i]);
    }
}

CK_DISPATCH(static void, join_rows, (const int8_t *const row[4], int64_t count, int8_t *to, uint32_t *sums),
    (row, count, to, sums))

/* Packs weights [depth, columns] in panels of PADDED_COLUMNS columns, and their sums times `factor` as the bias. */
static void pack(const ck_byte_product *p, const int8_t *weights, uint32_t factor, int8_t *packed, uint32_t *bias) {
    static const int8_t zeros[PADDED_COLUMNS];
    int64_t quads = quads_of(p);
    memset(bias, 0, bias_bytes(p));
    for (int64_t first = 0; first < p->columns; first += PADDED_COLUMNS) {
        int64_t count = p->columns - first < PADDED_COLUMNS ? p->columns - first : PADDED_COLUMNS;
        for (int64_t q = 0; q < quads; q++, packed += 4 * PADDED_COLUMNS) {
            const int8_t *row[4];
            for (int64_t r = 0; r < 4; r++)
                row[r] = 4 * q + r < p->depth ? weights + (4 * q + r) * p->columns + first : zeros;
            join_rows(row, count, packed, bias + first);
            memset(packed + 4 * count, 0, (size_t)(4 * (PADDED_COLUMNS - count)));
        }
    }
    for (int64_t i = 0; i < p->columns; i++) bias[i] *= factor;
}

CK_BODY copy_bytes_body(const uint8_t *from, int64_t count, uint8_t flip, uint8_t *restrict to) {
    for (int64_t i = 0; i < count; i++) to[i] = from[i] ^ flip;
}

CK_DISPATCH(static void, copy_bytes, (const uint8_t *from, int64_t count, uint8_t flip, uint8_t *to),
    (from, count, flip, to))

/* Rows of unsigned bytes, padded to a multiple of four, which zeros are multiplied by. */
static const uint8_t *unsigned_rows(const ck_byte_product *p, const uint8_t *source, uint8_t *copy) {
    if (is_direct(p)) return source;
    int64_t step = quads_of(p) * 4;
    for (int64_t r = 0; r < p->rows; r++) {
        copy_bytes(source + r * p->depth, p->depth, p->source_is_signed ? 0x80 : 0, copy + r * step);
        memset(copy + r * step + p->depth, 0, (size_t)(step - p->depth));
    }
    return copy;
}

static void multiply_one(const ck_byte_product *p, const uint8_t *source, const int8_t *weights, ck_addends addends,
    char *destination, char *scratch) {
    int8_t *packed = (int8_t *)scratch;
    uint32_t *bias = (uint32_t *)(scratch + weights_bytes(p));
    uint32_t zero = (uint32_t)(p->source_zero_point + (p->source_is_signed ? 128 : 0));
    pack(p, weights, 0 - zero, packed, bias);
    source = unsigned_rows(p, source, (uint8_t *)scratch + weights_bytes(p) + bias_bytes(p));
    const int64_t offset = 0, step = quads_of(p) * 4;
    int64_t width = p->type == CK_RESULT_S32 || p->type == CK_RESULT_F32 ? 4 : 1;
    for (int64_t first = 0; first < p->rows; first += BLOCK) {
        const uint8_t *rows[BLOCK];
        int64_t count = p->rows - first < BLOCK ? p->rows - first : BLOCK;
        for (int64_t r = 0; r < count; r++) rows[r] = source + (first + r) * step;
        for (int64_t column = 0; column < p->columns; column += PADDED_COLUMNS) {
            ck_byte_panel panel = {.vectors = CK_TILE_VECTORS, .count = count, .rows = rows,
                .segment_offsets = &offset, .segments = 1, .quads = quads_of(p), .weights = packed + column * step,
                .bias = (const int32_t *)bias + column, .scales = p->scales + column, .type = p->type,
                .zero_point = p->zero_point, .addends_step = p->columns, .columns = p->columns - column,
                .target = destination + (first * p->columns + column) * width, .target_step = p->columns * width};
            if (addends.columns) panel.addends.columns = addends.columns + column;
            if (addends.elements) panel.addends.elements = addends.elements + first * p->columns + column;
            ck_run_byte_panel(&panel);
        }
    }
}

typedef struct {
    const ck_byte_product *p;
    const ck_byte_pairs *pairs;
    ck_addends addends;
    char *destination, *scratch;
} run;

static void multiply_part(void *context, int part, int parts) {
    const run *r = context;
    const ck_byte_product *p = r->p;
    int64_t size = p->rows * p->columns, width = p->type == CK_RESULT_S32 || p->type == CK_RESULT_F32 ? 4 : 1;
    char *scratch = r->scratch + (size_t)part * ck_byte_product_scratch_bytes(p);
    int64_t end = ck_part_begin(r->pairs->count, part + 1, parts);
    for (int64_t i = ck_part_begin(r->pairs->count, part, parts); i < end; i++) {
        ck_addends addends = r->addends;
        if (addends.elements) addends.elements += i * size;
        const uint8_t *source = r->pairs->source + r->pairs->source_offsets[i];
        const int8_t *weights = r->pairs->weights + r->pairs->weights_offsets[i];
        multiply_one(p, source, weights, addends, r->destination + i * size * width, scratch);
    }
}

void ck_byte_multiply(const ck_byte_product *p, const ck_byte_pairs *pairs, ck_addends addends, void *destination,
    void *scratch, int parts) {
    run r = {p, pairs, addends, destination, scratch};
    ck_parallel(parts, multiply_part, &r);
}
