#pragma once
// Input is not written to: without this zlib asks for a pointer to mutable bytes.
#define ZLIB_CONST
#include <zlib.h>
