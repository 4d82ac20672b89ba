#include "ckernels_attention.h"
#include "ckernels_parallel.h"
#include "panel.h"
#include "Platform/least.h"
#include "score_rows.h"
#include <string.h>

/* The rows of a block, and how many floats its scores should not pass. */
enum { MOST_ROWS = 96, LEAST_ROWS = 12, BLOCK_SCORES = 1 << 15, ALIGNMENT = 16 };

static int64_t padded(int64_t count) { return (count + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

static int64_t block_rows(const ck_attention *a) {
    int64_t rows = BLOCK_SCORES / padded(a->keys) / LEAST_ROWS * LEAST_ROWS;
    return rows < LEAST_ROWS ? LEAST_ROWS : ck_min64(rows, MOST_ROWS);
}

static int64_t blocks_of_head(const ck_attention *a) { return (a->rows + block_rows(a) - 1) / block_rows(a); }

int64_t ck_attention_blocks(const ck_attention *a) { return a->head_count * blocks_of_head(a); }

/* Where in its scratch a part keeps packed values, scores and factors, behind packed keys; in floats. */
typedef struct {
    int64_t values, scores, factors, end;
} workspace;

static workspace workspace_of(const ck_attention *a) {
    workspace w;
    w.values = a->depth * padded(a->keys);
    w.scores = w.values + a->keys * padded(a->width);
    w.factors = w.scores + block_rows(a) * padded(a->keys);
    w.end = w.factors + padded(block_rows(a));
    return w;
}

size_t ck_attention_scratch_bytes(const ck_attention *a) { return (size_t)workspace_of(a).end * sizeof(float); }

typedef struct {
    const ck_attention *a;
    const float *query, *key, *value, *addend;
    float *result, *scratch;
} run;

/* target = source times the matrix [depth, columns] packed in `panel`, for target.rows rows. */
static void multiply(const float *source, ptrdiff_t row, ptrdiff_t column, int64_t depth, const float *panel,
    ck_panel_target target) {
    const float *rows[CK_MOST_TILE_ROWS];
    for (int64_t width, left = target.columns; left > 0; left -= width, target.at += width, panel += depth * width) {
        width = ck_panel_width(left);
        for (int64_t first = 0; first < target.rows; first += ck_tile_rows()) {
            int64_t count = ck_min64(ck_tile_rows(), target.rows - first);
            for (int64_t r = 0; r < CK_MOST_TILE_ROWS; r++) rows[r] = source + (first + ck_min64(r, count - 1)) * row;
            ck_panel_target tile = {.at = target.at + first * target.row, .row = target.row, .rows = count,
                .columns = ck_min64(width, left), .factors = target.factors ? target.factors + first : NULL};
            ck_multiply_panel(rows, column, depth, panel, (int)width, tile);
        }
    }
}

static void attend_block(const run *run, int64_t head, int64_t first, float *scratch) {
    const ck_attention *a = run->a;
    float *keys = scratch, *values = scratch + workspace_of(a).values;
    float *scores = scratch + workspace_of(a).scores, *factors = scratch + workspace_of(a).factors;
    int64_t count = ck_min64(block_rows(a), a->rows - first), row = padded(a->keys);
    const float *query = run->query + a->heads[head].query + first * a->query.row;
    ck_panel_target products = {.at = scores, .row = row, .rows = count, .columns = row};
    multiply(query, a->query.row, a->query.column, a->depth, keys, products);
    const float *addend = run->addend ? run->addend + a->heads[head].addend + first * a->addend.row : NULL;
    ck_score_rows rows = {count, a->keys, row, a->scale, addend, a->addend.row, a->addend.column};
    ck_exponentiate(&rows, scores, factors);
    ck_panel_target result = {.at = run->result + a->heads[head].result + first * a->result_row, .row = a->result_row,
        .rows = count, .columns = a->width, .factors = factors};
    multiply(scores, row, 1, a->keys, values, result);
}

/* Packs the keys and values of a head. */
static void pack(const run *run, int64_t head, float *scratch) {
    const ck_attention *a = run->a;
    const float *key = run->key + a->heads[head].key, *value = run->value + a->heads[head].value;
    ck_pack_panels(key, a->key.column, a->key.row, a->depth, a->keys, scratch);
    ck_pack_panels(value, a->value.row, a->value.column, a->keys, a->width, scratch + workspace_of(a).values);
}

static void attend_part(void *context, int part, int parts) {
    const run *run = context;
    const ck_attention *a = run->a;
    float *scratch = run->scratch + part * workspace_of(a).end;
    int64_t packed = -1, end = ck_part_begin(ck_attention_blocks(a), part + 1, parts);
    for (int64_t block = ck_part_begin(ck_attention_blocks(a), part, parts); block < end; block++) {
        int64_t head = block / blocks_of_head(a);
        if (head != packed) pack(run, head, scratch);
        packed = head;
        attend_block(run, head, block % blocks_of_head(a) * block_rows(a), scratch);
    }
}

void ck_attend(const ck_attention *a, const float *query, const float *key, const float *value, const float *addend,
    float *result, void *scratch, int parts) {
    run run = {a, query, key, value, addend, result, scratch};
    ck_parallel(parts, attend_part, &run);
}
