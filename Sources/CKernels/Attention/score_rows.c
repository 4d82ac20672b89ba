#include "score_rows.h"
#include "Elementwise/elementary.h"
#include "Platform/lanes.h"
#include <string.h>

/* How many rows go through a step before the next one, so that none waits for the one before it. */
enum { TOGETHER = 6 };

typedef float eight __attribute__((ext_vector_type(8)));
typedef float four __attribute__((ext_vector_type(4)));

/* x = score * scale + addend, and -infinity behind the last. */
CK_BODY shift(const ck_score_rows *s, const float *addend, float *x) {
    float scale = s->scale;
    if (addend && s->addend_column == 1)
        CK_INDEPENDENT for (int64_t i = 0; i < s->count; i++) x[i] = x[i] * scale + addend[i];
    else if (addend)
        for (int64_t i = 0; i < s->count; i++) x[i] = x[i] * scale + addend[i * s->addend_column];
    else
        CK_INDEPENDENT for (int64_t i = 0; i < s->step; i++) x[i] *= scale;
    for (int64_t i = s->count; i < s->step; i++) x[i] = -INFINITY;
}

CK_BODY find_greatest(const float *x, int64_t count, float *greatest) {
    ck_lanes_of_float most = x[0], next;
    for (int64_t i = 0; i < count; i += CK_SIDE_BY_SIDE) {
        memcpy(&next, x + i, sizeof next);
        most = next > most ? next : most;
    }
    eight half = most.lo > most.hi ? most.lo : most.hi;
    four quarter = half.lo > half.hi ? half.lo : half.hi;
    float even = quarter.x > quarter.z ? quarter.x : quarter.z, odd = quarter.y > quarter.w ? quarter.y : quarter.w;
    *greatest = even > odd ? even : odd;
}

CK_BODY add_up(const float *x, int64_t count, float *sum) {
    ck_lanes_of_float lanes = 0, next;
    for (int64_t i = 0; i < count; i += CK_SIDE_BY_SIDE) {
        memcpy(&next, x + i, sizeof next);
        lanes += next;
    }
    eight half = lanes.lo + lanes.hi;
    four quarter = half.lo + half.hi;
    *sum = (quarter.x + quarter.z) + (quarter.y + quarter.w);
}

CK_BODY ck_exponentiate_body(const ck_score_rows *s, float *scores, float *factors) {
    float greatest[TOGETHER], sum[TOGETHER];
    for (int64_t first = 0, count; first < s->rows; first += count, scores += count * s->step) {
        count = s->rows - first < TOGETHER ? s->rows - first : TOGETHER;
        for (int64_t r = 0; r < count; r++)
            shift(s, s->addend ? s->addend + (first + r) * s->addend_row : 0, scores + r * s->step);
        for (int64_t r = 0; r < count; r++) find_greatest(scores + r * s->step, s->step, &greatest[r]);
        for (int64_t r = 0; r < count; r++) {
            float *x = scores + r * s->step, most = greatest[r];
            CK_INDEPENDENT_CHAINS for (int64_t i = 0; i < s->step; i++) x[i] = exp_of_negative_float(x[i] - most);
        }
        for (int64_t r = 0; r < count; r++) add_up(scores + r * s->step, s->step, &sum[r]);
        for (int64_t r = 0; r < count; r++) factors[first + r] = 1 / sum[r];
    }
}

CK_DISPATCH(void, ck_exponentiate, (const ck_score_rows *rows, float *scores, float *factors), (rows, scores, factors))
