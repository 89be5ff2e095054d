/* What a request must say to become a WebSocket; nothing of a library is asked. */
#include <string.h>

#include "pushd/engine/ws_transport.h"
#include "pushd/net/http.h"
#include "pushd/protocol/base64.h"
#include "shared/base/buffer.h"

enum { KEY_LENGTH = 24, KEY_BYTES = 16 };

int ws_upgrade_status(const struct http_request *request)
{
    const char *version = http_header(request, "sec-websocket-version");
    const char *key = http_header(request, "sec-websocket-key");
    struct buffer bytes;
    bool valid;

    if (!http_wants_upgrade(request) || strcmp(request->method, "GET") != 0 ||
        request->body_length > 0)
        return 400;
    if (!version || strcmp(version, "13") != 0)
        return 426;
    if (!key || strlen(key) != KEY_LENGTH)
        return 400;
    buffer_init(&bytes);
    valid = base64_decode(key, KEY_LENGTH, &bytes) && bytes.length == KEY_BYTES;
    buffer_deinit(&bytes);
    return valid ? 0 : 400;
}
