/* Why a session ended: rows of close_reasons.def. */
#pragma once

enum close_reason {
#define CLOSE_REASON(id, name, code, when) CLOSE_##id,
#include "pushd/engine/close_reasons.def"
    CLOSE_REASON_COUNT
};

const char *close_reason_name(enum close_reason reason);
int close_reason_code(enum close_reason reason); /* RFC 6455 7.4; 0: close without a close frame */
