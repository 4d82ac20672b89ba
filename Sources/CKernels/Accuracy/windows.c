#include "ckernels_windows.h"
#include "Platform/dispatch.h"
#include "Platform/lanes.h"
#include "Platform/least.h"
#include <stdbool.h>
#include <string.h>

/* With three spatial axes, of extent 1 in front where there are fewer. */
typedef struct {
    int64_t extent[3], kernel[3], stride[3], dilation[3], pad[3], output[3];
} spatial;

static spatial in_three(const ck_windows *w) {
    spatial s = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}};
    for (int a = 0; a < w->spatial; a++) {
        int axis = 3 - w->spatial + a;
        s.extent[axis] = w->extent[a], s.kernel[axis] = w->kernel[a], s.stride[axis] = w->stride[a];
        s.dilation[axis] = w->dilation[a], s.pad[axis] = w->pad[a], s.output[axis] = w->output[a];
    }
    return s;
}

void ck_gather_windows(const ck_windows *w, const float *data, const int64_t *positions, int64_t count, float *rows) {
    spatial s = in_three(w);
    int64_t plane = ck_product(s.extent);
    for (int64_t p = 0; p < count; p++) {
        int64_t z = positions[p] / (s.output[1] * s.output[2]) * s.stride[0] - s.pad[0];
        int64_t y = positions[p] / s.output[2] % s.output[1] * s.stride[1] - s.pad[1];
        int64_t x = positions[p] % s.output[2] * s.stride[2] - s.pad[2];
        for (int64_t c = 0; c < w->channels; c++)
            for (int64_t i = 0; i < s.kernel[0]; i++)
                for (int64_t j = 0; j < s.kernel[1]; j++) {
                    int64_t d = z + i * s.dilation[0], h = y + j * s.dilation[1];
                    bool inside = d >= 0 && d < s.extent[0] && h >= 0 && h < s.extent[1];
                    const float *line = data + (inside ? c * plane + (d * s.extent[1] + h) * s.extent[2] : 0);
                    for (int64_t k = 0; k < s.kernel[2]; k++, rows++) {
                        int64_t v = x + k * s.dilation[2];
                        *rows = inside && v >= 0 && v < s.extent[2] ? line[v] : 0;
                    }
                }
    }
}

/* Numbers at even distances on three axes. */
typedef struct {
    const float *first;
    int64_t count[3], step[3];
} places;

/* Where a tap of the window meets one channel's data. */
static places met_by(const spatial *s, const int64_t tap[3], const float *data) {
    places met = {.first = data, .step = {s->extent[1] * s->extent[2], s->extent[2], 1}};
    for (int a = 0; a < 3; a++) {
        int64_t offset = tap[a] * s->dilation[a] - s->pad[a], begin = 0, end = s->output[a];
        if (offset < 0) begin = (-offset + s->stride[a] - 1) / s->stride[a];
        if (offset + (end - 1) * s->stride[a] >= s->extent[a])
            end = offset < s->extent[a] ? (s->extent[a] - 1 - offset) / s->stride[a] + 1 : 0;
        met.count[a] = end > begin ? end - begin : 0;
        met.first += (begin * s->stride[a] + offset) * met.step[a];
        met.step[a] *= s->stride[a];
    }
    /* Lines without a gap between are one line. */
    for (int a = 1; a >= 0; a--)
        if (met.step[2] == 1 && met.step[a] == met.count[2]) met.count[2] *= met.count[a], met.count[a] = 1;
    return met;
}

CK_BODY add_places_body(const places *p, double *sum) {
    ck_lanes_of_double lanes = 0;
    double rest[4] = {0, 0, 0, 0};
    for (int64_t z = 0; z < p->count[0]; z++)
        for (int64_t y = 0; y < p->count[1]; y++) {
            const float *x = p->first + z * p->step[0] + y * p->step[1];
            int64_t n = 0, step = p->step[2];
            for (; step == 1 && n + CK_SIDE_BY_SIDE <= p->count[2]; n += CK_SIDE_BY_SIDE) {
                ck_lanes_of_float next;
                memcpy(&next, x + n, sizeof next);
                lanes += __builtin_convertvector(next, ck_lanes_of_double);
            }
            for (; n + 4 <= p->count[2]; n += 4)
                for (int l = 0; l < 4; l++) rest[l] += x[(n + l) * step];
            for (; n < p->count[2]; n++) rest[0] += x[n * step];
        }
    *sum += ck_total(&lanes) + ((rest[0] + rest[2]) + (rest[1] + rest[3]));
}

CK_DISPATCH(static void, add_places, (const places *p, double *sum), (p, sum))

void ck_add_window_sums(const ck_windows *w, const float *data, double *sums) {
    spatial s = in_three(w);
    int64_t plane = ck_product(s.extent), tap[3];
    for (int64_t c = 0; c < w->channels; c++)
        for (tap[0] = 0; tap[0] < s.kernel[0]; tap[0]++)
            for (tap[1] = 0; tap[1] < s.kernel[1]; tap[1]++)
                for (tap[2] = 0; tap[2] < s.kernel[2]; tap[2]++, sums++) {
                    places met = met_by(&s, tap, data + c * plane);
                    add_places(&met, sums);
                }
}
