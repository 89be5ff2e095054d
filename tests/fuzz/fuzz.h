/* What a fuzz target offers: to a fuzzer (clang -fsanitize=fuzzer, without replay.c), or to
 * replay.c, which runs it over the files of corpus/<name of the target>/ in the ordinary suite. */
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* The first length bytes in a block of exactly that size, so that a read beyond them is seen.
 * The caller frees. */
char *fuzz_exact(const uint8_t *data, size_t size);
