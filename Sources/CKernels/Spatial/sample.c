#include "ckernels_sampling.h"
#include "Platform/least.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

enum { MOST_TAPS = 4 };

/* The pixels that one place reads along one axis; -1 for one that counts as zero. */
typedef struct {
    int count;
    int64_t at[MOST_TAPS];
    float weight[MOST_TAPS];
} taps;

/* `x` mirrored at both ends until it lies between them. */
static float reflected(float x, float low, float high) {
    float range = high - low;
    if (!(range > 0)) return low;
    float beyond = x < low ? low - x : x > high ? x - high : 0;
    if (beyond == 0) return x;
    float turns = floorf(beyond / range), rest = beyond - turns * range;
    bool even = fmodf(turns, 2) == 0;
    return (x < low) == even ? low + rest : high - rest;
}

static int64_t pixel(const ck_sampling *s, int64_t at, int64_t extent) {
    if (at >= 0 && at < extent) return at;
    if (s->outside == CK_OUTSIDE_ZEROS) return -1;
    if (s->outside == CK_OUTSIDE_BORDER) return at < 0 ? 0 : extent - 1;
    float margin = s->align_corners ? 0 : 0.5f;
    float inside = reflected((float)at, -margin, (float)extent - 1 + margin);
    return (int64_t)fminf(fmaxf(inside, 0), (float)(extent - 1));
}

/* Keys' cubic convolution with a = -0.75. */
static void cubic_weights(float t, float *w) {
    const float a = -0.75f;
    w[0] = ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a;
    w[1] = ((a + 2) * t - (a + 3)) * t * t + 1;
    w[2] = ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1;
    w[3] = ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a;
}

static taps taps_at(const ck_sampling *s, float place, int64_t extent) {
    float last = (float)(extent - 1);
    float x = s->align_corners ? (place + 1) / 2 * last : ((place + 1) * (float)extent - 1) / 2;
    if (s->mode == CK_SAMPLE_NEAREST) x = nearbyintf(x);
    float margin = s->align_corners ? 0 : 0.5f;
    if (s->mode != CK_SAMPLE_CUBIC && (x < -margin || x > last + margin)) {
        if (s->outside == CK_OUTSIDE_BORDER) x = fminf(fmaxf(x, 0), last);
        if (s->outside == CK_OUTSIDE_REFLECTION) x = reflected(x, -margin, last + margin);
    }
    /* A place that is no number or far away reads what lies outside. */
    if (!(fabsf(x) < 1e9f)) x = -1e9f;
    taps t = {1, {0}, {1}};
    float below = s->mode == CK_SAMPLE_NEAREST ? nearbyintf(x) : floorf(x);
    int64_t first = (int64_t)below;
    if (s->mode == CK_SAMPLE_LINEAR) {
        t.count = 2;
        t.weight[0] = 1 - (x - below);
        t.weight[1] = x - below;
    } else if (s->mode == CK_SAMPLE_CUBIC) {
        t.count = 4;
        first--;
        cubic_weights(x - below, t.weight);
    }
    for (int i = 0; i < t.count; i++) t.at[i] = pixel(s, first + i, extent);
    return t;
}

static float value_at(const ck_sampling *s, const float *pixels, const taps *axis) {
    float sum = 0;
    for (int i = 0; i < axis[0].count; i++)
        for (int j = 0; j < axis[1].count; j++)
            for (int k = 0; k < axis[2].count; k++) {
                int64_t z = axis[0].at[i], y = axis[1].at[j], x = axis[2].at[k];
                if (z < 0 || y < 0 || x < 0) continue;
                float weight = axis[0].weight[i] * axis[1].weight[j] * axis[2].weight[k];
                sum += weight * pixels[(z * s->source[1] + y) * s->source[2] + x];
            }
    return sum;
}

void ck_sample_grid(const ck_sampling *s, const float *image, const float *places, int64_t count, float *y) {
    int64_t plane = ck_product(s->source);
    for (int64_t i = 0; i < count; i++, places += s->axes) {
        taps axis[3] = {{1, {0}, {1}}, {1, {0}, {1}}, {1, {0}, {1}}};
        for (int a = 0; a < s->axes; a++) axis[2 - a] = taps_at(s, places[a], s->source[2 - a]);
        for (int64_t c = 0; c < s->channels; c++) y[c * count + i] = value_at(s, image + c * plane, axis);
    }
}
