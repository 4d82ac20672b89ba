#include "ckernels_copy.h"
#include <string.h>

typedef struct {
    uint64_t low, high;
} word16;

/* Elements one by one along one axis; the source stride may be 0. */
#define DEFINE_LINE(T)                                                                                              \
    static void line_##T(const char *s, char *t, ck_axis a) {                                                       \
        for (ptrdiff_t i = 0; i < a.extent; i++) {                                                                  \
            T v;                                                                                                    \
            memcpy(&v, s + i * a.source, sizeof v);                                                                 \
            memcpy(t + i * a.target, &v, sizeof v);                                                                 \
        }                                                                                                           \
    }
DEFINE_LINE(uint8_t)
DEFINE_LINE(uint16_t)
DEFINE_LINE(uint32_t)
DEFINE_LINE(uint64_t)
DEFINE_LINE(word16)

static void line(const char *s, char *t, ck_axis a, int width) {
    if (a.target == width && a.source == width) {
        memcpy(t, s, (size_t)(a.extent * width));
        return;
    }
    if (a.target == width && a.source == 0) {
        ck_fill(t, (size_t)(a.extent * width), s, width);
        return;
    }
    switch (width) {
    case 1: line_uint8_t(s, t, a); break;
    case 2: line_uint16_t(s, t, a); break;
    case 4: line_uint32_t(s, t, a); break;
    case 8: line_uint64_t(s, t, a); break;
    default: line_word16(s, t, a); break;
    }
}

static bool is_transposition(const ck_axis *axes, int rank, int width) {
    return rank == 2 && axes[1].target == width && axes[0].source == width && axes[1].source > width;
}

static void walk(const char *s, char *t, const ck_axis *axes, int rank, int width) {
    if (is_transposition(axes, rank, width)) {
        bool is_dense = axes[0].target == axes[1].extent * width;
        if (is_dense && ck_interleave(s, axes[1].source, t, axes[1].extent, axes[0].extent, width)) return;
        ck_transpose(s, axes[1].source, t, axes[0].target, axes[1].extent, axes[0].extent, width);
    } else if (rank <= 1) {
        line(s, t, rank == 1 ? axes[0] : (ck_axis){1, width, width}, width);
    } else {
        for (ptrdiff_t i = 0; i < axes[0].extent; i++)
            walk(s + i * axes[0].source, t + i * axes[0].target, axes + 1, rank - 1, width);
    }
}

void ck_copy_strided(const void *source, void *target, const ck_axis *axes, int rank, int width) {
    walk(source, target, axes, rank, width);
}

void ck_fill(void *target, size_t bytes, const void *value, int width) {
    bool is_one_byte = true;
    for (int i = 1; i < width; i++) is_one_byte &= ((const char *)value)[i] == ((const char *)value)[0];
    if (is_one_byte) {
        memset(target, *(const unsigned char *)value, bytes);
        return;
    }
    size_t done = bytes < (size_t)width ? bytes : (size_t)width;
    memcpy(target, value, done);
    for (size_t next = done; done < bytes; done += next) {
        next = done < bytes - done ? done : bytes - done;
        if (next > 4096) next = 4096;
        memcpy((char *)target + done, target, next);
    }
}

/* One run of the last axis, whose elements lie side by side in the target. */
static void copy_run(const char *s, char *t, ck_run run, const ck_run_axis *axis) {
    s += run.source * axis->source;
    if (run.step == 1 && axis->source == axis->target) {
        memcpy(t, s, (size_t)(run.count * axis->target));
        return;
    }
    for (ptrdiff_t i = 0; i < run.count; i++)
        memcpy(t + i * axis->target, s + i * run.step * axis->source, (size_t)axis->target);
}

void ck_copy_runs(const void *source, void *target, const ck_run_axis *axes, int rank, const ck_run *runs,
                  const void *fill, int width) {
    char *t = target;
    for (ptrdiff_t r = 0; r < axes->run_count; r++) {
        ck_run run = runs[axes->first_run + r];
        if (run.source < 0) {
            ck_fill(t, (size_t)(run.count * axes->target), fill, width);
        } else if (rank == 1) {
            copy_run(source, t, run, axes);
        } else {
            const char *s = (const char *)source + run.source * axes->source;
            for (ptrdiff_t i = 0; i < run.count; i++)
                ck_copy_runs(s + i * run.step * axes->source, t + i * axes->target, axes + 1, rank - 1, runs, fill,
                             width);
        }
        t += run.count * axes->target;
    }
}
