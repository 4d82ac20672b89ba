#include "ckernels_sampling.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

/* The two pixels beside a place on one axis and their weights; weights of 0 where it lies off the image. */
typedef struct {
    int64_t low, high;
    float low_weight, high_weight;
} neighbours;

static neighbours around(float place, int64_t extent) {
    if (!(place >= -1 && place <= (float)extent)) return (neighbours){0, 0, 0, 0};
    if (place < 0) place = 0;
    int64_t low = (int64_t)place, high = low + 1;
    if (high >= extent) return (neighbours){extent - 1, extent - 1, 1, 0};
    float share = place - (float)low;
    return (neighbours){low, high, 1 - share, share};
}

/* The extent of a region along one axis, cut into bins with samples in each. */
typedef struct {
    float start, bin;
    int64_t samples;
} span;

/* More samples than this lie closer than any image has pixels. */
enum { MOST_SAMPLES = 1 << 12 };

static span span_of(const ck_regions *r, float from, float to, int64_t bins) {
    float offset = r->half_pixel ? 0.5f : 0.0f, start = from * r->scale - offset;
    float extent = to * r->scale - offset - start;
    if (!r->half_pixel) extent = fmaxf(extent, 1);
    float bin = extent / (float)bins, wanted = r->samples > 0 ? (float)r->samples : ceilf(bin);
    return (span){start, bin, wanted >= 0 ? (int64_t)fminf(wanted, MOST_SAMPLES) : 0};
}

static float place_of(span s, int64_t bin, int64_t sample) {
    return s.start + (float)bin * s.bin + ((float)sample + 0.5f) * s.bin / (float)s.samples;
}

/* So many channels share the reckoning of places, and stay in the nearest cache meanwhile. */
enum { CHANNELS = 32 };

/* Adds one sample of each channel to its value in y, or keeps the greatest number met. */
static void take(const ck_regions *r, const float *image, int64_t channels, neighbours y, neighbours x, float *to) {
    float weights[4] = {y.low_weight * x.low_weight, y.low_weight * x.high_weight, y.high_weight * x.low_weight,
        y.high_weight * x.high_weight};
    int64_t at[4] = {y.low * r->width + x.low, y.low * r->width + x.high, y.high * r->width + x.low,
        y.high * r->width + x.high};
    int64_t plane = r->height * r->width, bins = r->rows * r->columns;
    for (int64_t c = 0; c < channels; c++, image += plane, to += bins) {
        float p[4];
        for (int i = 0; i < 4; i++) p[i] = weights[i] * image[at[i]];
        *to = r->greatest ? fmaxf(*to, fmaxf(fmaxf(p[0], p[1]), fmaxf(p[2], p[3]))) : *to + (p[0] + p[1] + p[2] + p[3]);
    }
}

static void pool(const ck_regions *r, const float *image, int64_t channels, span rows, span columns, int64_t row,
    int64_t column, float *y) {
    int64_t count = rows.samples * columns.samples, bins = r->rows * r->columns;
    for (int64_t c = 0; c < channels; c++) y[c * bins] = r->greatest && count > 0 ? -INFINITY : 0;
    for (int64_t i = 0; i < rows.samples; i++) {
        neighbours above = around(place_of(rows, row, i), r->height);
        for (int64_t j = 0; j < columns.samples; j++)
            take(r, image, channels, above, around(place_of(columns, column, j), r->width), y);
    }
    if (!r->greatest && count > 0)
        for (int64_t c = 0; c < channels; c++) y[c * bins] /= (float)count;
}

void ck_align_region(const ck_regions *r, const float *image, const float *region, float *y) {
    span rows = span_of(r, region[1], region[3], r->rows), columns = span_of(r, region[0], region[2], r->columns);
    for (int64_t first = 0; first < r->channels; first += CHANNELS) {
        int64_t channels = r->channels - first < CHANNELS ? r->channels - first : CHANNELS;
        const float *planes = image + first * r->height * r->width;
        float *bin = y + first * r->rows * r->columns;
        for (int64_t row = 0; row < r->rows; row++)
            for (int64_t column = 0; column < r->columns; column++)
                pool(r, planes, channels, rows, columns, row, column, bin++);
    }
}
