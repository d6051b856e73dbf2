#ifndef SILANG_FRONT_OP_SEARCH_H
#define SILANG_FRONT_OP_SEARCH_H
/*
 * searchRetrieve: from a decoded request to its answer. Owns the request's arena from here on; ends
 * with exactly one reply, or with none when the client has gone.
 */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct config;
struct diag;
struct gateway;
struct http_exchange;
struct partner;
struct sru_request;

/* `database` is the path's, decoded. `request` lives in `arena`, which is taken over. */
void op_search(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database);

/* For other operations: narrows a database's partners to those that x-partners names. */
bool op_search_narrow(struct arena *arena, const char *names, const struct config *config,
    const struct partner *const **partners, size_t *count, struct diag *diag);
/* False with diagnostic 2 when the hop mark names this gateway. */
bool op_search_via_is_clean(struct gateway *gateway, struct arena *arena,
    const struct sru_request *request, struct diag *diag);

#endif
