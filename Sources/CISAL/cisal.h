/* Inflating and checksums by ISA-L: streams of deflate in a third of zlib's time, CRC-32 in a tenth. */
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
