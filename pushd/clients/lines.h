/* Texts that wait to be written to the database: a buffer in which each ends with '\n', a byte that
 * JSON and identifiers do not contain. */
#ifndef PUSHD_LINES_H
#define PUSHD_LINES_H

#include "shared/base/buffer.h"

/* Moves the first `most` lines to the end of another buffer. */
void lines_move(struct buffer *to, struct buffer *from, size_t most);

/* Appends all lines, separated by commas, without their ends. */
void lines_join(struct buffer *to, const struct buffer *lines);

#endif
