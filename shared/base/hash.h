/* uthash with memory that never fails; by itself it ends the program without a word. */
#ifndef SHARED_BASE_HASH_H
#define SHARED_BASE_HASH_H

#include "shared/base/memory.h"

#define uthash_malloc(size) memory_allocate(size)
#include <uthash.h>

#endif
