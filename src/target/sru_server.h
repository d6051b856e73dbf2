#ifndef SILANG_TARGET_SRU_SERVER_H
#define SILANG_TARGET_SRU_SERVER_H
/* What is known of one SRU server is kept by a client (protocol/sru_client.h) that all connections
 * of its pool share: how it begins, and what it means for the words of a question. */
#include <stdbool.h>
#include "query/ask.h"

struct arena;
struct partner_target;
struct profile;
struct sru_client;

/* NULL when the target is none. */
struct sru_client *sru_server_create(const struct partner_target *target);
/* For the words of a question, or of a scan. */
struct ask_server sru_server_describe(
    const struct sru_client *client, const struct profile *profile, struct arena *arena, bool scan);

#endif
