/* The judge of what inflates. */
#include <zlib.h>
