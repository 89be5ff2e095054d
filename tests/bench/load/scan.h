/* Cuts what a server sent into WebSocket frames, HTTP answers and Engine.IO packets. Pure: the
 * bytes stay the caller's, what comes out are slices of them. An incomplete one is scanned again
 * from its beginning when more has come. */
#ifndef BENCH_LOAD_SCAN_H
#define BENCH_LOAD_SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum scan_result { SCAN_COMPLETE, SCAN_INCOMPLETE, SCAN_MALFORMED };

enum { SCAN_TEXT = 1, SCAN_CLOSE = 8, SCAN_PING = 9, SCAN_PONG = 10 };

struct scanned_frame {
    unsigned opcode;
    char *payload;
    size_t length;
    size_t size; /* with the header */
};

/* Malformed: also what no server here has a reason to send (masked, fragmented, compressed). */
enum scan_result scan_frame(char *bytes, size_t length, struct scanned_frame *frame);

struct scanned_answer {
    int status;
    bool close; /* the server ends the connection after it */
    char *body;
    size_t length;
    size_t size; /* head and body as they were sent */
};

/* HTTP/1.1 with Content-Length or in chunks, which are joined in place once all are there. */
enum scan_result scan_answer(char *bytes, size_t length, struct scanned_answer *answer);

/* The length of the first packet of a polling payload: up to the record separator or the end. */
size_t scan_packet(const char *payload, size_t length);

#endif
