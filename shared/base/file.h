/* Small files read whole: configuration, keys and secrets. */
#pragma once
#include <stddef.h>

/* The bytes with a NUL behind them; the caller frees. NULL with errno set: EFBIG over max
 * bytes, EINVAL when it holds a NUL character. */
char *file_read_text(const char *path, size_t max);
/* The same, without the line ends behind the secret. Errors as above. */
char *file_read_secret(const char *path, size_t max);
