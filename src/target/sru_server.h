#ifndef SILANG_TARGET_SRU_SERVER_H
#define SILANG_TARGET_SRU_SERVER_H
/* What has become known of one SRU server; the connections of a pool share it. */
#include <stdbool.h>
#include "query/ask.h"

struct arena;
struct partner_target;
struct profile;
struct sru_client;

/* How many requests may wait for a server to say what it has: it may never answer that, and yet
 * answer searches. */
#define SRU_SERVER_WAITING_MAX 2

struct sru_server {
	struct sru_client *client;
	bool explained;	  /* or it was answered that it does not */
	unsigned waiting; /* requests that do, or did in vain */
};

/* NULL when the target is none. */
struct sru_server *sru_server_create(const struct partner_target *target);
void sru_server_destroy(struct sru_server *server); /* NULL is allowed */
/* For the words of a question, or of a scan. */
struct ask_server sru_server_describe(
    const struct sru_server *server, const struct profile *profile, struct arena *arena, bool scan);

#endif
