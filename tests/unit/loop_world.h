#ifndef SILANG_TESTS_LOOP_WORLD_H
#define SILANG_TESTS_LOOP_WORLD_H
/*
 * What the contract test needs of the world around a loop, once over real sockets on ports that the
 * kernel chooses (loop_world_real.c), once over the fake loop (loop_world_fake.c).
 *
 * Whatever happens out there stops the loop, so that the test can look: run_until in the test.
 */
#include <stdbool.h>
#include <stddef.h>

struct loop;
struct world;
struct world_client;

struct world *world_create(struct loop *loop);
void world_destroy(struct world *world);
/* Nothing is left open on the loop. */
bool world_is_over(const struct world *world);

enum world_manner {
	PEER_STAYS,
	PEER_CLOSES,
	PEER_RESETS,
	PEER_ECHOES,
	/* The greeting is the answer to each HTTP request (one without a body). */
	PEER_ANSWERS,
	PEER_ANSWERS_AND_CLOSES,
	PEER_ANSWERS_ONCE /* and closes when it is asked once more on that connection */
};

/* A peer at 127.0.0.1 that sends the greeting to each who connects, then does as told. */
unsigned world_serve(struct world *world, const char *greeting, enum world_manner manner);
unsigned world_refusing_port(struct world *world);
/* Bytes that have come to all peers, and connections that the program has closed. */
size_t world_received(const struct world *world);
int world_closed(const struct world *world);
/* The last bytes that have come to a peer, in one piece as they came; NUL-terminated. Connections
 * made to peers so far. */
const char *world_heard(const struct world *world);
int world_connected(const struct world *world);

/* A client of byte streams: connects to 127.0.0.1 and sends the text. */
struct world_stream;
struct world_stream *world_dial(struct world *world, unsigned port, const char *text);
void world_stream_send(struct world_stream *stream, const char *text);
void world_stream_close(struct world_stream *stream);
/* What has come, and whether the program has closed; NUL-terminated. */
const char *world_stream_text(struct world_stream *stream);
bool world_stream_is_closed(const struct world_stream *stream);
void world_stream_free(struct world_stream *stream);

/* An HTTP client; `header` is one more line without its end, or NULL. */
struct world_client *world_request(struct world *world, unsigned port, const char *method,
    const char *target, const char *header, const char *body);
void world_client_leave(struct world_client *client);
bool world_client_is_over(const struct world_client *client);
int world_client_status(const struct world_client *client); /* 0: none */
/* "" when absent. */
const char *world_client_header(struct world_client *client, const char *name);
const char *world_client_body(struct world_client *client);
void world_client_free(struct world_client *client);

void world_signal(struct world *world, int number);

#endif
