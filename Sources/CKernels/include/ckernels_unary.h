/* Functions of one variable, element by element. */
#ifndef CKERNELS_UNARY_H
#define CKERNELS_UNARY_H

#include "ckernels_element.h"
#include <stddef.h>

/* The functions; p and q are a loop's two parameters. Those up to CK_RELU are there for integers too. */
typedef enum {
    CK_ABS,
    CK_NEGATE,
    CK_SIGN, /* -1, 0 or 1; NaN stays NaN */
    CK_RELU,
    CK_FLOOR,
    CK_CEIL,
    CK_ROUND, /* half to even */
    CK_SQRT,
    CK_RECIPROCAL,
    CK_EXP,
    CK_LOG,
    CK_SIN,
    CK_COS,
    CK_TAN,
    CK_ASIN,
    CK_ACOS,
    CK_ATAN,
    CK_SINH,
    CK_COSH,
    CK_TANH,
    CK_ASINH,
    CK_ACOSH,
    CK_ATANH,
    CK_ERF,
    CK_SIGMOID,
    CK_HARD_SIGMOID, /* p x + q, within 0...1 */
    CK_HARD_SWISH, /* x times hard sigmoid */
    CK_SWISH, /* x times sigmoid of p x */
    CK_SOFTPLUS,
    CK_SOFTSIGN,
    CK_MISH,
    CK_GELU, /* by the error function */
    CK_GELU_TANH, /* by its approximation */
    CK_LEAKY_RELU, /* p x below 0 */
    CK_THRESHOLDED_RELU, /* x above p, else 0 */
    CK_ELU, /* q (e^x - 1) below 0, p x above */
    CK_CELU, /* p (e^(x / p) - 1) below 0 */
    CK_SHRINK, /* x + q below -p, x - q above p, else 0 */
    CK_IS_NAN, /* to bool */
    CK_IS_INF, /* to bool; p: whether -inf counts, q: whether inf does */
    CK_NOT, /* bool to bool */
    CK_BITWISE_NOT /* integers */
} ck_unary;

/* y[i] = f(x[i]); y may be x where both have elements of one width. */
typedef void (*ck_unary_loop)(const void *x, void *y, ptrdiff_t n, double p, double q);

/* The loop for elements of a type; null where there is none. */
ck_unary_loop ck_find_unary(ck_unary function, ck_element type);

#endif
