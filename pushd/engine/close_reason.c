#include "pushd/engine/close_reason.h"

#include <assert.h>

static const struct {
    const char *name;
    int code;
} reasons[] = {
#define CLOSE_REASON(id, name, code, when) [CLOSE_##id] = {name, code},
#include "pushd/engine/close_reasons.def"
};

const char *close_reason_name(enum close_reason reason)
{
    assert(reason < CLOSE_REASON_COUNT);
    return reasons[reason].name;
}

int close_reason_code(enum close_reason reason)
{
    assert(reason < CLOSE_REASON_COUNT);
    return reasons[reason].code;
}
