#include "matrix_rows.h"
#include <string.h>

void ck_window_begins(const ck_windows *w, int64_t first, int64_t count, const uint8_t **begins) {
    const ck_convolution *c = w->c;
    const ck_byte_view *v = w->v;
    int64_t step = c->stride[2] * v->channels, extent = c->destination[2];
    for (int64_t n = 0, length; n < count; n += length) {
        int64_t line = (first + n) / extent, x = (first + n) % extent;
        int64_t z = line / c->destination[1] * c->stride[0], y = line % c->destination[1] * c->stride[1];
        const uint8_t *at = w->image + (z * v->extents[1] + y) * v->extents[2] * v->channels + x * step;
        length = extent - x < count - n ? extent - x : count - n;
        for (int64_t i = 0; i < length; i++) begins[n + i] = at + i * step;
    }
}

/* Gathered rows are an odd number of lines apart, so that they do not meet in the same places of a cache. */
static int64_t gathered_step(const ck_byte_view *v) {
    return (ck_ceiling(v->quads * 4, CK_LINE_BYTES) | 1) * CK_LINE_BYTES;
}

size_t ck_gathered_bytes(const ck_byte_view *v, int64_t count) {
    if (v->rows_are != CK_ROWS_ANYWHERE) return 0;
    return ck_aligned(count * v->height * gathered_step(v) + CK_LINE_BYTES);
}

#if defined(__x86_64__)
#include "byte_vectors.h"

/* Copies segment after segment of rows. Where what lies behind a segment may be read, it is written too, and the next
   segment over it. */
VNNI static void copy_row(const ck_windows *w, const uint8_t *from, uint8_t *to) {
    int64_t segments = w->v->segments, length = w->v->length;
    if (w->v->direct) {
        for (int64_t s = 0; s < segments; s++, to += length)
            for (int64_t i = 0; i < length; i += 64) {
                __mmask64 mask = first_bytes(length - i);
                _mm512_mask_storeu_epi8(to + i, mask, _mm512_maskz_loadu_epi8(mask, from + w->segments[s] + i));
            }
    } else if (length <= 32) {
        for (int64_t s = 0; s < segments; s++, to += length)
            _mm256_storeu_si256((void *)to, _mm256_loadu_si256((const void *)(from + w->segments[s])));
    } else {
        for (int64_t s = 0; s < segments; s++, to += length)
            for (int64_t i = 0; i < length; i += 64)
                _mm512_storeu_si512(to + i, _mm512_loadu_si512(from + w->segments[s] + i));
    }
}
#else
static void copy_row(const ck_windows *w, const uint8_t *from, uint8_t *to) { (void)w, (void)from, (void)to; }
#endif

/* What lies behind a row is multiplied by zeros. */
static void gather(const ck_windows *w, int64_t first, uint8_t *to) {
    const uint8_t *begins[CK_TILE_HEIGHT];
    ck_window_begins(w, first, w->v->height, begins);
    for (int64_t r = 0; r < w->v->height; r++) copy_row(w, begins[r], to + r * gathered_step(w->v));
}

void ck_group_rows(const ck_windows *w, int64_t first, int64_t count, ck_row_group *groups, uint8_t *gathered) {
    const ck_byte_view *v = w->v;
    for (int64_t g = first; g < first + count; g++, groups++) {
        int64_t within = g % v->line_groups * v->height, last = v->line - v->height;
        groups->done = within < last ? 0 : (int)(within - last);
        groups->row = g / v->line_groups * v->line + within - groups->done;
        if (v->rows_are == CK_ROWS_ANYWHERE) {
            gather(w, groups->row, gathered);
            groups->begin = gathered, groups->step = gathered_step(v);
            gathered += v->height * gathered_step(v);
        } else {
            ck_window_begins(w, groups->row, 1, &groups->begin);
            groups->step = (v->rows_are == CK_ROWS_IN_A_ROW ? 1 : w->c->stride[2]) * v->channels;
        }
    }
}
