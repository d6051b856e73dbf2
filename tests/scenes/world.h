#ifndef TESTS_SCENES_WORLD_H
#define TESTS_SCENES_WORLD_H
/*
 * The real front, search and target floors on the fake loop, with the libraries they ask and the
 * clients that ask them. Everything that goes between them is in the transcript.
 */
#include <stdbool.h>
#include "base/duration.h"
#include "base/log.h"
#include "base/vec.h"
#include "registry/agreement.h"
#include "scenes/setup.h"
#include "scenes/transcript.h"

struct client;
struct gateway;
struct library;
struct loop;

struct world {
	struct transcript transcript;
	struct loop *loop;
	struct log log;
	struct gateway *gateway; /* NULL: not opened yet */
	struct setup setup;
	day_t today; /* 0: by the clock */
	unsigned long seed;
	struct vec libraries, clients;
	bool drained;
	size_t turns; /* taken when somebody last asked */
};

/* `seed`: how bytes are cut; 0 not at all. */
void world_init(struct world *world, unsigned long seed);
/* The library of that id; NULL when there is none. */
struct library *world_library(struct world *world, const char *id);
/* Makes it, or gives it another script; false when that makes no sense (it was said). */
bool world_set_library(struct world *world, const char *id, unsigned number, const char *script);
/* Puts the set-up in force: opens the gateway the first time, reconfigures it later. */
bool world_configure(struct world *world);
void world_drain(struct world *world);
/* Time to go by; until a moment; until something holds (false: it never did). */
void world_wait(struct world *world, msec_t ms);
bool world_wait_for(struct world *world, bool (*condition)(void *arg), void *arg);
msec_t world_now(const struct world *world);
size_t world_turns(const struct world *world); /* of the loop, so far */
/* Lets everything come to rest, takes it down, and fails when something is left. */
void world_close(struct world *world);

#endif
