#ifndef CONNXCHECKER_H
#define CONNXCHECKER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What the ONNX project's own library, libonnx, answered.
typedef enum {
    /// For a check: the model is valid. For the rest: `data` is the new model.
    CONNX_DONE,
    /// libonnx refuses the model; `data` says why.
    CONNX_REFUSED,
    /// libonnx crashed or was stopped; `data` says how.
    CONNX_FAILED,
} connx_status;

/// An answer; `data` is `size` bytes, freed by `connx_free`.
typedef struct {
    connx_status status;
    uint8_t *data;
    size_t size;
} connx_answer;

/// The newest version of the ONNX operator set that libonnx knows.
int connx_highest_opset(void);

/// The newest version of the file format that libonnx knows.
int connx_highest_ir_version(void);

// Each of these takes a serialized model of less than 2 GiB, with all its data in it. libonnx runs in a process of its
// own, so that no model can bring down the caller.

/// Checks a model against the rules of the format and of its operators' schemas.
connx_answer connx_check(const uint8_t *model, size_t size);

/// Gives the model with the types and shapes of its inner values.
connx_answer connx_infer_shapes(const uint8_t *model, size_t size);

/// Gives the model with its operators rewritten for `opset` of the ONNX domain.
connx_answer connx_convert_opset(const uint8_t *model, size_t size, int opset);

void connx_free(connx_answer answer);

#ifdef __cplusplus
}
#endif

#endif
