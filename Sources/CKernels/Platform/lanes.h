/* Sixteen numbers side by side, as many on every processor, so that sums of them do not depend on it: inside CKernels
   only. */
#ifndef CK_LANES_H
#define CK_LANES_H

typedef float ck_lanes_of_float __attribute__((ext_vector_type(16)));
typedef double ck_lanes_of_double __attribute__((ext_vector_type(16)));

enum { CK_SIDE_BY_SIDE = 16 };

static inline __attribute__((always_inline)) double ck_total(const ck_lanes_of_double *lanes) {
    double __attribute__((ext_vector_type(8))) half = lanes->lo + lanes->hi;
    double __attribute__((ext_vector_type(4))) quarter = half.lo + half.hi;
    return (quarter.x + quarter.z) + (quarter.y + quarter.w);
}

#endif
