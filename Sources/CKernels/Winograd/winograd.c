#include "winograd.h"
#include "Platform/tasks.h"
#include "Products/float_panel.h"

/* Bytes of transformed values and sums that stay near while weights pass, and fewest and most tiles of a block. */
enum { NEAR_BYTES = 1 << 19, LEAST_BLOCK = 28, MOST_BLOCK = 112 };

/* Values and sums of tiles are so many apart: a cache keeps those of several only where that is no power of two. */
static int64_t values_step(const ck_convolution *c) { return c->source_channels + CK_SIDE_BY_SIDE; }
static int64_t sums_step(const ck_convolution *c) { return c->destination_channels + CK_SIDE_BY_SIDE; }

static int64_t tiles_down(const ck_convolution *c) { return ck_ceiling(c->destination[1], CK_TILE); }
static int64_t tiles_across(const ck_convolution *c) { return ck_ceiling(c->destination[2], CK_TILE); }
static int64_t tiles_of(const ck_convolution *c) { return c->batch * tiles_down(c) * tiles_across(c); }

/* Most tiles of a block. */
static int64_t block_of(const ck_convolution *c) {
    int64_t near = NEAR_BYTES / (CK_SPANS * (values_step(c) + sums_step(c)) * (int64_t)sizeof(float));
    return ck_min64(tiles_of(c), ck_max64(LEAST_BLOCK, ck_min64(near, MOST_BLOCK)));
}

static int64_t values_count(const ck_convolution *c) { return CK_SPANS * block_of(c) * values_step(c); }
static int64_t sums_count(const ck_convolution *c) { return CK_SPANS * block_of(c) * sums_step(c); }

static bool is_served(const ck_convolution *c) {
    if (ck_active_isa() < CK_AVX2 || c->groups != 1 || c->source[0] != 1 || c->kernel[0] != 1 || c->pad_begin[0] != 0)
        return false;
    for (int i = 1; i < 3; i++)
        if (c->kernel[i] != CK_TAPS || c->stride[i] != 1 || c->dilation[i] != 1) return false;
    return c->source_is_channels_last && c->destination_is_channels_last &&
        c->source_channels % CK_SIDE_BY_SIDE == 0 && c->destination_channels % CK_SIDE_BY_SIDE == 0;
}

/* How many products with each weight must be saved for four times the weights, so many bytes, to be worth reading and,
   where they are many, keeping. */
static int64_t least_saved(size_t bytes, bool may_grow) {
    if (bytes <= 4 << 20) return 400;
    return bytes > 64 << 20 ? INT64_MAX : may_grow ? 1000 : 2000;
}

bool ck_takes_winograd(const ck_convolution *c, bool weights_may_grow) {
    if (!is_served(c)) return false;
    int64_t plain = c->batch * c->destination[1] * c->destination[2] * CK_TAPS * CK_TAPS;
    return plain - tiles_of(c) * CK_SPANS >= least_saved(ck_winograd_weights_bytes(c), weights_may_grow);
}

size_t ck_winograd_scratch_bytes(const ck_convolution *c, int parts) {
    return (size_t)(c->source_channels + parts * (values_count(c) + sums_count(c))) * sizeof(float);
}

typedef struct {
    const ck_convolution *c;
    const float *source, *packed, *bias;
    const ck_float_tail *tail;
    float *destination, *zeros, *scratch;
    /* Of tiles. */
    ck_float_grid grid;
    ck_tasks tasks;
} run;

/* The products and results of a block of tiles for some channels. */
static void multiply(
    const run *r, const ck_tiles *tiles, int64_t begin, int64_t end, const float *values, float *sums) {
    const ck_convolution *c = r->c;
    int64_t depth = c->source_channels, columns = ck_min64(end, c->destination_channels) - begin;
    ck_float_panel panel = {.rows = tiles->count, .depth = depth, .source_step = values_step(c),
        .target_step = sums_step(c)};
    for (int s = 0; s < CK_SPANS; s++)
        for (int64_t column = 0; column < columns; column += CK_FLOAT_PANEL) {
            panel.columns = ck_min64(CK_FLOAT_PANEL, columns - column);
            panel.source = values + s * tiles->count * panel.source_step;
            panel.weights = r->packed + (s * c->destination_channels + begin + column) * depth;
            panel.target = sums + s * tiles->count * panel.target_step + column;
            ck_run_float_panel(&panel);
        }
    ck_transform_sums(tiles, sums, sums_step(c), columns, r->bias, r->tail, begin, r->destination);
}

static void run_tasks(void *context, int part, int parts) {
    (void)parts;
    run *r = context;
    const ck_convolution *c = r->c;
    ck_float_grid grid = r->grid;
    float *values = r->scratch + part * (values_count(c) + sums_count(c)), *sums = values + values_count(c);
    ck_tiles tiles = {.convolution = c, .down = tiles_down(c), .across = tiles_across(c)};
    int64_t held = -1, panels = ck_float_panels(c->destination_channels), count = tiles_of(c);
    for (int64_t task; (task = ck_next_task(&r->tasks, part)) >= 0;) {
        int64_t block = task / grid.divisions, division = task % grid.divisions;
        if (block != held) {
            held = block;
            tiles.first = count * block / grid.blocks, tiles.count = count * (block + 1) / grid.blocks - tiles.first;
            ck_transform_values(&tiles, r->source, r->zeros, values_step(c), values);
        }
        multiply(r, &tiles, panels * division / grid.divisions * CK_FLOAT_PANEL,
            panels * (division + 1) / grid.divisions * CK_FLOAT_PANEL, values, sums);
    }
}

void ck_winograd_convolve(const ck_convolution *c, const float *source, const float *packed, const float *bias,
    const ck_float_tail *tail, float *destination, void *scratch, int parts) {
    run r = {.c = c, .source = source, .packed = packed, .bias = bias, .tail = tail, .destination = destination,
        .zeros = scratch, .scratch = (float *)scratch + c->source_channels};
    int64_t count = tiles_of(c), blocks = ck_ceiling(count, block_of(c));
    r.grid = ck_divide_floats(blocks, count * 2 / LEAST_BLOCK, c->destination_channels, parts);
    memset(r.zeros, 0, (size_t)c->source_channels * sizeof *r.zeros);
    ck_begin_tasks(&r.tasks, r.grid.blocks * r.grid.divisions, parts);
    ck_parallel(parts, run_tasks, &r);
}
