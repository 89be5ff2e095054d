/* HTTP/1.1 requests (RFC 9110, RFC 9112), read strictly: one spelling of everything, so that no two
 * parsers in a row can disagree about where a request ends. Pure: the caller's bytes, slices into
 * them, no allocation, no clock.
 *
 * Accepted: `METHOD SP /target SP HTTP/1.0|1.1 CRLF`, field lines ending in CRLF, one empty line
 * before the request. Refused: a bare CR or LF, folded lines, space before a colon, a target not in
 * origin form, Content-Length with Transfer-Encoding, either of them twice, any coding but
 * `chunked`, a missing or second Host, control characters. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP1_HEAD_MAX = 16384, HTTP1_TARGET_MAX = 4096, HTTP1_FIELDS_MAX = 64 };

enum http1_result { HTTP1_INCOMPLETE, HTTP1_COMPLETE, HTTP1_REFUSED };

struct http1_slice {
    const char *bytes;
    size_t length;
};

struct http1_field {
    struct http1_slice name, value; /* value without the white space around it */
};

struct http1_head {
    int refused_status; /* of the answer, after HTTP1_REFUSED */
    size_t length;      /* bytes of the head with its empty line, after HTTP1_COMPLETE */
    struct http1_slice method, target;
    unsigned minor_version;
    bool keep_alive, upgrade_websocket, expect_continue, chunked;
    uint64_t content_length; /* 0 when chunked or absent */
    size_t field_count;
    struct http1_field fields[HTTP1_FIELDS_MAX];
};

/* Looks for the end of a head that may still be arriving, and refuses what can no longer become
 * one. scanned (0 at first) is kept by the caller, so that each byte is looked at once. */
enum http1_result http1_scan(const char *bytes, size_t length, size_t *scanned,
                             int *refused_status);
/* Reads a head that http1_scan found complete. */
enum http1_result http1_parse(const char *bytes, size_t length, struct http1_head *head);

bool http1_name_is(struct http1_slice name, const char *text);   /* without regard to case */
bool http1_list_has(struct http1_slice list, const char *token); /* comma-separated, any case */

/* Decodes %XX (and, in a query, `+`) into result, which has room for slice.length + 1 bytes. False
 * for a broken escape, a NUL, or bytes that are not UTF-8. */
bool http1_decode(struct http1_slice slice, bool plus_is_space, char *result);
/* Finds the first parameter of that (decoded) name in a raw query. */
bool http1_query_find(const char *query, const char *name, struct http1_slice *value);
/* Every name and value of it decodes. */
bool http1_query_valid(struct http1_slice query);

/* A chunked body (RFC 9112 7.1). Extensions and trailer fields are skipped, within bounds. */
struct http1_chunked {
    unsigned state;
    unsigned digits, skipped;
    uint64_t remaining;
};

void http1_chunked_init(struct http1_chunked *chunked);
/* Consumes up to length bytes (used) and gives at most one run of data; call again while bytes are
 * left and the result is HTTP1_INCOMPLETE. */
enum http1_result http1_chunked_read(struct http1_chunked *chunked, const char *bytes,
                                     size_t length, size_t *used, struct http1_slice *data);
