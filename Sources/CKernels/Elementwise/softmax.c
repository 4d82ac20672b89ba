#include "elementary.h"

#define REAL float
#define NAME(f) f##_of_float
#define EXP exp_of_negative_float
#define EXP_HINT CK_INDEPENDENT
#include "softmax_real.h"

#define REAL double
#define NAME(f) f##_of_double
#define EXP exp
#define EXP_HINT
#include "softmax_real.h"

ck_softmax_loop ck_find_softmax(ck_softmax_kind kind, ck_element type) {
    switch (type) {
    case CK_FLOAT32: return find_of_float(kind);
    case CK_FLOAT64: return find_of_double(kind);
    default: return 0;
    }
}
