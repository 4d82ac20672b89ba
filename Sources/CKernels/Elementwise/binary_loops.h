/* What loops over two operands share: one function, three inner loops. */
#ifndef CKERNELS_BINARY_LOOPS_H
#define CKERNELS_BINARY_LOOPS_H

#include "ckernels_binary.h"
#include "Platform/dispatch.h"
#include <stdint.h>

#define BINARY_PARAMETERS                                                                                           \
    (const void *a_, ptrdiff_t a_step, const void *b_, ptrdiff_t b_step, void *y_, ptrdiff_t n)

#define BINARY_BODY(T, RESULT, HINT, EXPRESSION)                                                                    \
    {                                                                                                               \
        const T *as = a_, *bs = b_;                                                                                 \
        RESULT *y = y_;                                                                                             \
        if (n == 0) return;                                                                                         \
        if (a_step && b_step) {                                                                                     \
            HINT for (ptrdiff_t i = 0; i < n; i++) {                                                                \
                T a = as[i], b = bs[i];                                                                             \
                y[i] = (RESULT)(EXPRESSION);                                                                        \
            }                                                                                                       \
        } else if (b_step) {                                                                                        \
            T a = as[0];                                                                                            \
            HINT for (ptrdiff_t i = 0; i < n; i++) {                                                                \
                T b = bs[i];                                                                                        \
                y[i] = (RESULT)(EXPRESSION);                                                                        \
            }                                                                                                       \
        } else {                                                                                                    \
            T b = bs[0];                                                                                            \
            HINT for (ptrdiff_t i = 0; i < n; i++) {                                                                \
                T a = as[i * a_step];                                                                               \
                y[i] = (RESULT)(EXPRESSION);                                                                        \
            }                                                                                                       \
        }                                                                                                           \
    }

/* A loop that vectorises, and one that does not. */
#define BINARY(NAME, T, RESULT, EXPRESSION)                                                                         \
    CK_TWO_VARIANTS(NAME, BINARY_PARAMETERS, BINARY_BODY(T, RESULT, CK_INDEPENDENT, EXPRESSION))
#define BINARY_SCALAR(NAME, T, RESULT, EXPRESSION)                                                                  \
    static void NAME BINARY_PARAMETERS BINARY_BODY(T, RESULT, , EXPRESSION)

ck_binary_loop ck_find_binary_real(ck_binary function, ck_element type);
ck_binary_loop ck_find_binary_integer(ck_binary function, ck_element type);

#endif
