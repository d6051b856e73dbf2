#ifndef SILANG_CLI_CLIENT_H
#define SILANG_CLI_CLIENT_H
/*
 * Puts a search to a gateway: builds the request, asks over HTTP, reads the answer. Asks in SRU 2.0
 * and, where a server does not know that, in 1.2.
 */
#include <stdbool.h>
#include <stddef.h>

struct answer;
struct arena;
struct http;

struct client_question {
	const char *query;
	const char *partners; /* NULL all */
	const char *schema;   /* NULL: the answer is to be JSON */
	unsigned long start, count;
};

struct client {
	struct http *http;
	const char *url;
	bool old; /* the server speaks 1.2 at best */
	char why[1024];
};

/* The parameters of a request, percent-encoded, joined by '&'. */
const char *client_parameters(
    struct arena *arena, const struct client_question *question, bool old);
/* `url` without its fragment, with `parameters` behind those that it has. */
const char *client_join(struct arena *arena, const char *url, const char *parameters);

/* Asks. *body is the answer as it came, valid until the next question. False: client->why. */
bool client_ask(struct client *client, struct arena *arena, const struct client_question *question,
    struct answer *answer, const char **body, size_t *length);

#endif
