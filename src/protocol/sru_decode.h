#ifndef SILANG_PROTOCOL_SRU_DECODE_H
#define SILANG_PROTOCOL_SRU_DECODE_H
/* What a request means once its parameters lie side by side, however they came. */
#include <stddef.h>
#include "protocol/sru.h"

struct sru_pair;

/* As sru_decode. */
bool sru_decode_pairs(struct arena *arena, const struct sru_pair *pairs, size_t npairs,
    const char *accept, struct sru_request *out, struct diag *diag);

#endif
