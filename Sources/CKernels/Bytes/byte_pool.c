#include "ckernels_byte_pool.h"
#include "Spatial/window.h"

/* Every sum is taken in the order of the window: row after row, from its first tap to its last. */
static void add_window_row(const ck_window *w, const float *reals, const uint8_t *source, int64_t image, int64_t z,
    int64_t y, float *row) {
    ck_range zs = ck_taps(w, 0, z, 0, w->source[0]), ys = ck_taps(w, 1, y, 0, w->source[1]), live = ck_live_taps(w);
    for (int64_t tz = zs.begin; tz < zs.end; tz++)
        for (int64_t ty = ys.begin; ty < ys.end; ty++) {
            int64_t iz = z * w->stride[0] - w->pad_begin[0] + tz * w->dilation[0];
            int64_t iy = y * w->stride[1] - w->pad_begin[1] + ty * w->dilation[1];
            const uint8_t *line = source + ((image * w->source[0] + iz) * w->source[1] + iy) * w->source[2] * w->channels;
            for (int64_t tx = live.begin; tx < live.end; tx++) {
                ck_range xs = ck_windows_of_tap(w, tx);
                for (int64_t x = xs.begin; x < xs.end; x++) {
                    int64_t ix = x * w->stride[2] - w->pad_begin[2] + tx * w->dilation[2];
                    for (int64_t c = 0; c < w->channels; c++)
                        row[x * w->channels + c] += reals[line[ix * w->channels + c]];
                }
            }
        }
}

/* Positions that the window at `position` counts along `axis`: its whole extent where padding counts. */
static int64_t counted(const ck_window *w, int axis, int64_t position, bool padding) {
    if (padding) return w->kernel[axis];
    ck_range taps = ck_taps(w, axis, position, 0, w->source[axis]);
    return taps.end - taps.begin;
}

static inline uint8_t quantized(float mean, const ck_byte_average *a) {
    float steps = mean / a->scale_y + (float)a->zero_y;
    float low = a->is_signed ? -128 : 0, high = a->is_signed ? 127 : 255;
    steps = steps > low ? steps : low;
    steps = steps < high ? steps : high;
    union {
        float f;
        int32_t i;
    } bits = {steps + 0x1.8p23f};
    return (uint8_t)(bits.i - 0x4b400000);
}

void ck_byte_average_pool(
    const ck_window *w, const ck_byte_average *average, const uint8_t *source, uint8_t *target, float *row) {
    bool padding = average->count_padding;
    int64_t length = w->destination[2] * w->channels;
    for (int64_t image = 0; image < w->images; image++)
        for (int64_t z = 0; z < w->destination[0]; z++)
            for (int64_t y = 0; y < w->destination[1]; y++) {
                for (int64_t i = 0; i < length; i++) row[i] = 0;
                add_window_row(w, average->reals, source, image, z, y, row);
                int64_t around = counted(w, 0, z, padding) * counted(w, 1, y, padding);
                for (int64_t x = 0; x < w->destination[2]; x++) {
                    int64_t count = around * counted(w, 2, x, padding);
                    for (int64_t c = 0; c < w->channels; c++, target++) {
                        float sum = row[x * w->channels + c];
                        *target = quantized(count ? sum / (float)count : sum, average);
                    }
                }
            }
}

#define BYTE_SUMS(suffix, T)                                                                                          \
    CK_BODY byte_sums_##suffix##_body(                                                                                \
        int64_t images, int64_t positions, int64_t channels, int32_t zero, const T *source, int32_t *restrict sums) { \
        for (int64_t image = 0; image < images; image++, sums += channels) {                                          \
            for (int64_t c = 0; c < channels; c++) sums[c] = (int32_t)((uint32_t)-zero * (uint32_t)positions);        \
            if (channels == 1) {                                                                                      \
                uint32_t sum = 0;                                                                                     \
                for (int64_t i = 0; i < positions; i++) sum += (uint32_t)*source++;                                   \
                sums[0] = (int32_t)((uint32_t)sums[0] + sum);                                                         \
                continue;                                                                                             \
            }                                                                                                         \
            int64_t i = 0;                                                                                            \
            for (; i + 4 <= positions; i += 4, source += 4 * channels)                                                \
                for (int64_t c = 0; c < channels; c++) {                                                              \
                    const T *at = source + c;                                                                         \
                    int32_t four = at[0] + at[channels] + at[2 * channels] + at[3 * channels];                        \
                    sums[c] = (int32_t)((uint32_t)sums[c] + (uint32_t)four);                                          \
                }                                                                                                     \
            for (; i < positions; i++, source += channels)                                                            \
                for (int64_t c = 0; c < channels; c++) sums[c] = (int32_t)((uint32_t)sums[c] + (uint32_t)source[c]);  \
        }                                                                                                             \
    }                                                                                                                 \
    CK_DISPATCH(static void, byte_sums_##suffix,                                                                      \
        (int64_t images, int64_t positions, int64_t channels, int32_t zero, const T *source, int32_t *sums),          \
        (images, positions, channels, zero, source, sums))

BYTE_SUMS(u8, uint8_t)
BYTE_SUMS(s8, int8_t)

void ck_byte_sums(int64_t images, int64_t positions, int64_t channels, bool is_signed, int32_t zero,
    const uint8_t *source, int32_t *sums) {
    if (is_signed)
        byte_sums_s8(images, positions, channels, zero, (const int8_t *)source, sums);
    else
        byte_sums_u8(images, positions, channels, zero, source, sums);
}
