/* What the gateway says of itself when nobody asks it anything any more. */
#include "tests/soak/soak.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static long search_count(json_t *root, const char *name)
{
	json_t *value = json_object_get(json_object_get(root, "searches"), name);

	return value ? (long)json_integer_value(value) : -1;
}

/* Connections of all partners in that state. */
static long connection_count(json_t *root, const char *state)
{
	long sum = 0;
	size_t i;
	json_t *partner;

	json_array_foreach(json_object_get(root, "partners"), i, partner)
	{
		json_t *connections = json_object_get(partner, "connections");

		sum += (long)json_integer_value(json_object_get(connections, state));
	}
	return sum;
}

static double read_heap(struct client *client)
{
	static const char name[] = "\nsilang_heap_bytes ";
	char *text = client_fetch(client, "/metrics");
	const char *at = text ? strstr(text, name) : NULL;
	double bytes = at ? strtod(at + sizeof name - 1, NULL) : 0;

	free(text);
	return bytes;
}

bool quiet_read(struct quiet *quiet, struct client *client, const struct world *world)
{
	char *body = client_fetch(client, "/status");
	json_t *root = body ? json_loads(body, 0, NULL) : NULL;

	free(body);
	if (!root)
		return false;
	*quiet = (struct quiet){
	    .leased = connection_count(root, "leased"),
	    .queued = connection_count(root, "queued"),
	    .opening = connection_count(root, "opening"),
	    .idle = connection_count(root, "idle"),
	    .waiting = search_count(root, "waiting"),
	    .running = search_count(root, "running"),
	    .sets = search_count(root, "sets"),
	    .bytes = search_count(root, "bytes"),
	    .descriptors = world_descriptors(world),
	    .heap = read_heap(client),
	};
	json_decref(root);
	return true;
}

bool quiet_is(const struct quiet *quiet, const struct quiet *start)
{
	return !quiet->leased && !quiet->queued && !quiet->opening && !quiet->idle &&
	       !quiet->waiting && !quiet->running && !quiet->sets && quiet->bytes <= start->bytes &&
	       quiet->descriptors <= start->descriptors;
}

bool quiet_wait(struct quiet *quiet, struct client *client, const struct world *world,
    const struct quiet *start, double seconds)
{
	double until = clock_seconds() + seconds;
	bool had;

	client_hang_up(client);
	do {
		client_turn(client, 0, 200);
		had = quiet_read(quiet, client, world);
	} while (had && !quiet_is(quiet, start) && clock_seconds() < until);
	return had;
}
