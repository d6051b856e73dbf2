#ifndef SILANG_FRONT_ADDRESS_H
#define SILANG_FRONT_ADDRESS_H
/* Where a client reaches us, and the addresses it is given to follow. */
#include <stdbool.h>

struct arena;
struct gateway;
struct http_exchange;
struct sru_request;

struct address {
	const char *host;
	unsigned port;
	bool secure; /* https */
};

/* As the client knows us: from its Host header, else as bound. */
void address_find(const struct gateway *gateway, const struct http_exchange *exchange,
    struct arena *arena, struct address *out);

/* The beginning of the address of a search like `request` of that database, but with another query:
 * all its parameters that do not belong to its own, and "query=" at the end. */
const char *address_of_search(struct arena *arena, const struct address *address,
    const char *database, const struct sru_request *request);
/* That and a query; NULL when it is longer than addresses may be everywhere. */
const char *address_with_query(struct arena *arena, const char *search, const char *query);

#endif
