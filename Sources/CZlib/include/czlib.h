/* A face over zlib for Swift: zlib's own set-up calls are macros. */
#ifndef CZLIB_H
#define CZLIB_H

#include <zlib.h>

/* Opens a raw deflate stream (no zlib header), as zip members hold it. Returns a zlib status. */
static inline int czlib_inflate_begin(z_stream *stream) { return inflateInit2(stream, -MAX_WBITS); }

#endif
