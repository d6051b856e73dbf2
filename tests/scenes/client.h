#ifndef TESTS_SCENES_CLIENT_H
#define TESTS_SCENES_CLIENT_H
/*
 * One request of a scene and its answer, or all pages of one question read in a row. Answers in
 * JSON are taken apart; what stands on a page is known by its representative's control number.
 */
#include <jansson.h>
#include <stdbool.h>
#include "base/duration.h"
#include "base/vec.h"

struct fakerequest;
struct world;

/* An entry as served. */
struct served {
	unsigned long position;
	char *lead; /* "ugm-000001": the record's control number; "surrogate" without a record */
	char *holdings; /* " ugm:1 uin:3", in their order */
};

struct client {
	struct world *world;
	char *name;
	struct fakerequest *request;
	json_t *answer;	   /* NULL: not JSON, or none yet */
	struct vec served; /* of struct served */
	bool looked_at;	   /* its answer was awaited */
	unsigned pages;	   /* that were read */
};

struct client *client_find(struct world *world, const char *name);
/* Sends `method` to `path` with the parameters; both in full, undecoded. */
struct client *client_ask(
    struct world *world, const char *name, const char *method, const char *path, const char *form);
void client_leave(struct client *client);
/* Waits for the end and takes the answer apart; false when it is none (it was said). */
bool client_finish(struct client *client);
void client_destroy(struct client *client);

/* Reads pages of `size` from 1 to the end. `parameters` is the encoded form without startRecord and
 * maximumRecords; `by_id`: from the second page on the set is asked for by its id. */
struct client *client_read_all(struct world *world, const char *name, const char *path,
    const char *parameters, unsigned size, bool by_id);

/* Both served the same entries at the same positions. */
bool client_same(const struct client *a, const struct client *b);
const char *client_text(const struct client *client, const char *member); /* of the answer; NULL */

#endif
