/* Cells of recurrent networks: one step of one sequence. */
#ifndef CKERNELS_RECURRENT_H
#define CKERNELS_RECURRENT_H

#include "ckernels_unary.h"
#include <stdbool.h>

/* An activation: a loop over float32 and its parameters. */
typedef struct {
    ck_unary_loop loop;
    double p, q;
} ck_activation;

/* What all steps of a cell have in common. `clip` bounds what goes into an activation; infinite: no bound. */
typedef struct {
    ptrdiff_t hidden;
    float clip;
    ck_activation f, g, h;
} ck_cell;

/* In all steps `x` is what the input brings to each gate, `r` what the state brings, which is overwritten; gates lie
   one after the other, `hidden` numbers each. O(hidden). */

/* Gates i, o, f, c. `peepholes` are those of i, o, f; null: none. `couples`: f is 1 - i. Replaces `memory`
   and `state`. */
void ck_lstm_step(const ck_cell *cell, const float *x, float *r, const float *peepholes, bool couples, float *memory,
                  float *state);

/* Gates z, r, h: computes the first two in `r`, which need not hold the third. */
void ck_gru_gates(const ck_cell *cell, const float *x, float *r);

/* The state times gate r, which comes second in `r`. */
void ck_gru_reset(const ck_cell *cell, const float *r, const float *state, float *reset);

/* The rest of the step. `candidate` is what the state brings to gate h, overwritten; gate r is applied to it where
   `resets`. Replaces `state`. */
void ck_gru_finish(const ck_cell *cell, const float *x, const float *r, bool resets, float *candidate, float *state);

/* One gate, which becomes `state`. */
void ck_rnn_step(const ck_cell *cell, const float *x, float *r, float *state);

#endif
