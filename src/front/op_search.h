#ifndef SILANG_FRONT_OP_SEARCH_H
#define SILANG_FRONT_OP_SEARCH_H
/*
 * searchRetrieve: from a decoded request to its answer. Owns the request's arena from here on; ends
 * with exactly one reply, or with none when the client has gone.
 */

struct arena;
struct gateway;
struct http_exchange;
struct sru_request;

/* `database` is the path's, decoded. `request` lives in `arena`, which is taken over. */
void op_search(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database);

#endif
