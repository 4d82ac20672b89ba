#ifndef CKERNELS_ELEMENT_H
#define CKERNELS_ELEMENT_H

/* Element types, with the numbers of ONNX's TensorProto.DataType. */
typedef enum {
    CK_FLOAT32 = 1,
    CK_UINT8,
    CK_INT8,
    CK_UINT16,
    CK_INT16,
    CK_INT32,
    CK_INT64,
    CK_BOOL = 9,
    CK_FLOAT16,
    CK_FLOAT64,
    CK_UINT32,
    CK_UINT64,
    CK_BFLOAT16 = 16,
    CK_FLOAT8E4M3FN,
    CK_FLOAT8E4M3FNUZ,
    CK_FLOAT8E5M2,
    CK_FLOAT8E5M2FNUZ,
    CK_UINT4,
    CK_INT4,
    CK_FLOAT4E2M1,
    CK_FLOAT8E8M0,
    CK_UINT2,
    CK_INT2
} ck_element;

#endif
