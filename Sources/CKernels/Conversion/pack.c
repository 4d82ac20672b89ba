#include "ckernels_cast.h"

void ck_unpack(const void *source, int bits, bool is_signed, size_t first, size_t n, uint8_t *target) {
    const uint8_t *bytes = source;
    size_t per_byte = 8 / (size_t)bits;
    unsigned mask = (1u << bits) - 1, sign = is_signed ? 1u << (bits - 1) : 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = first + i;
        unsigned value = bytes[at / per_byte] >> (at % per_byte * (size_t)bits) & mask;
        target[i] = (uint8_t)((value ^ sign) - sign);
    }
}

void ck_pack(const uint8_t *source, size_t n, int bits, void *target, size_t first) {
    uint8_t *bytes = target;
    size_t per_byte = 8 / (size_t)bits;
    unsigned mask = (1u << bits) - 1;
    for (size_t i = 0; i < n; i++) {
        size_t at = first + i, shift = at % per_byte * (size_t)bits;
        unsigned kept = shift ? bytes[at / per_byte] & ~(mask << shift) : 0;
        bytes[at / per_byte] = (uint8_t)(kept | (source[i] & mask) << shift);
    }
}
