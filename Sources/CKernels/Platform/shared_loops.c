#include "ckernels_shared_loops.h"
#include "ckernels_parallel.h"
#include "ckernels_quantize.h"

/* Elements below which another thread costs more time than it saves. */
enum { LEAST_ELEMENTS = 6144, STEP = 64 };

static int parts_of(ptrdiff_t elements, ptrdiff_t pieces) {
    ptrdiff_t parts = elements / LEAST_ELEMENTS, threads = ck_threads();
    if (parts > threads) parts = threads;
    if (parts > pieces) parts = pieces;
    return parts < 1 ? 1 : (int)parts;
}

/* The elements of a part, cut at multiples of STEP. */
typedef struct {
    ptrdiff_t begin, count;
} span;

static span span_of(ptrdiff_t count, int part, int parts) {
    ptrdiff_t steps = count / STEP, begin = ck_part_begin(steps, part, parts) * STEP;
    ptrdiff_t end = part == parts - 1 ? count : ck_part_begin(steps, part + 1, parts) * STEP;
    return (span){begin, end - begin};
}

typedef struct {
    ck_unary_loop loop;
    const char *x;
    char *y;
    ptrdiff_t count;
    int x_width, y_width;
    double p, q;
} unary;

static void run_unary(void *context, int part, int parts) {
    const unary *u = context;
    span s = span_of(u->count, part, parts);
    u->loop(u->x + s.begin * u->x_width, u->y + s.begin * u->y_width, (size_t)s.count, u->p, u->q);
}

void ck_share_unary(ck_unary_loop loop, const void *x, int x_width, void *y, int y_width, ptrdiff_t count, double p,
    double q) {
    unary u = {loop, x, y, count, x_width, y_width, p, q};
    ck_parallel(parts_of(count, count / STEP), run_unary, &u);
}

typedef struct {
    const float *x;
    float scale;
    int32_t zero;
    void *q;
    size_t first;
    ptrdiff_t count;
    ck_element type;
} quantization;

static void run_quantize(void *context, int part, int parts) {
    const quantization *j = context;
    span s = span_of(j->count, part, parts);
    ck_quantize(j->x + s.begin, (size_t)s.count, j->scale, j->zero, j->q, j->first + (size_t)s.begin, j->type);
}

void ck_share_quantize(const float *x, ptrdiff_t count, float scale, int32_t zero, void *q, size_t first,
    ck_element type) {
    quantization j = {x, scale, zero, q, first, count, type};
    /* Where parts would share a byte there is but one. */
    ck_parallel(first % STEP == 0 ? parts_of(count, count / STEP) : 1, run_quantize, &j);
}

typedef struct {
    ck_softmax_loop loop;
    const char *x;
    char *y;
    ptrdiff_t rows, length;
    int width;
} softmax;

static void run_softmax(void *context, int part, int parts) {
    const softmax *s = context;
    ptrdiff_t begin = ck_part_begin(s->rows, part, parts), end = ck_part_begin(s->rows, part + 1, parts);
    ptrdiff_t offset = begin * s->length * s->width;
    _Alignas(16) char scratch[CK_SOFTMAX_SCRATCH];
    s->loop(s->x + offset, end - begin, s->length, 1, s->y + offset, scratch);
}

void ck_share_softmax(ck_softmax_loop loop, const void *x, ptrdiff_t rows, ptrdiff_t length, int width, void *y) {
    softmax s = {loop, x, y, rows, length, width};
    ck_parallel(parts_of(rows * length, rows), run_softmax, &s);
}

typedef struct {
    ck_row_loop loop;
    const char *x;
    const void *scale, *bias;
    char *y, *mean, *inverse;
    ptrdiff_t rows, length;
    ck_row_rules rules;
    int width;
} rows;

static void run_rows(void *context, int part, int parts) {
    const rows *r = context;
    ptrdiff_t begin = ck_part_begin(r->rows, part, parts), end = ck_part_begin(r->rows, part + 1, parts);
    ptrdiff_t offset = begin * r->length * r->width;
    r->loop(r->x + offset, end - begin, r->length, r->rules, r->scale, r->bias, r->y + offset,
        r->mean ? r->mean + begin * r->width : 0, r->inverse ? r->inverse + begin * r->width : 0);
}

void ck_share_rows(ck_row_loop loop, const void *x, ptrdiff_t count, ptrdiff_t length, ck_row_rules rules, int width,
    const void *scale, const void *bias, void *y, void *mean, void *inverse) {
    rows r = {loop, x, scale, bias, y, mean, inverse, count, length, rules, width};
    ck_parallel(parts_of(count * length, count), run_rows, &r);
}

enum { MOST_AXES = 8 };

typedef struct {
    const char *source;
    char *target;
    const ck_axis *axes;
    int rank, width;
} copy;

static void run_copy(void *context, int part, int parts) {
    const copy *c = context;
    ck_axis axes[MOST_AXES];
    for (int i = 0; i < c->rank; i++) axes[i] = c->axes[i];
    ptrdiff_t begin = ck_part_begin(axes[0].extent, part, parts);
    axes[0].extent = ck_part_begin(axes[0].extent, part + 1, parts) - begin;
    ck_copy_strided(
        c->source + begin * axes[0].source, c->target + begin * axes[0].target, axes, c->rank, c->width);
}

void ck_share_copy(const void *source, void *target, const ck_axis *axes, int rank, int width) {
    ptrdiff_t elements = 1;
    for (int i = 0; i < rank; i++) elements *= axes[i].extent;
    if (rank < 1 || rank > MOST_AXES) {
        ck_copy_strided(source, target, axes, rank, width);
        return;
    }
    copy c = {source, target, axes, rank, width};
    ck_parallel(parts_of(elements, axes[0].extent), run_copy, &c);
}
