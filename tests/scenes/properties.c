/*
 * What must hold whatever libraries, clients and the clock do: `properties [SEED [ROUNDS]]`, TAP.
 * Each round draws a world from its seed and prints that seed when something does not hold.
 *
 *   in time     no answer comes later than its own deadline
 *   frozen      what stood at a position of a result set once stands there for ever
 *   once        all pages of a question joined have each entry once, in whatever sizes they are
 * read order       delays and cuts do not change what is answered, as long as all answer in time
 *   clean       nothing is left when it is over (world_close)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libxml/parser.h>

#include "base/map.h"
#include "fakeloop/fakeloop.h"
#include "scenes/client.h"
#include "scenes/words.h"
#include "scenes/world.h"

#define DEADLINE 1000
#define SEVERAL "water%20or%20fire%20or%20earth%20or%20air%20or%20sea"

static uint64_t dice;

static unsigned roll(unsigned sides)
{
	uint64_t z = dice += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (unsigned)((z ^ (z >> 31)) % sides);
}

static void set_search(struct world *world, const char *attributes)
{
	struct words words;

	words_split(&words, attributes);
	world->setup.search = setup_attributes(&words, 0);
	words_clear(&words);
}

/* ---- libraries ---- */

/* Something a library does in a phase; %u is a delay up to twice the deadline and more. */
static const char *const faults[] = {"silent", "close", "reset", "garbage", "half", "twice",
    "broken", "http", "close after half", "reference wrong", "drip 40 every 37ms",
    "drip 1 every 100ms", "lying +7", "lying -7", "before search", "after present", "as present",
    "as search", "as init", "diagnostic 1 no", "failed", "records -2", "records +2", "records 0",
    "huge", "hits 3", "hits 90", "record 2 surrogate 14 x", "record each nonsense",
    "close after 2 records", "before garbage", "definite", "segments 2", "after close"};

static void put_fault(FILE *out)
{
	static const char *const phases[] = {"connect", "init", "search", "present", "any"};
	unsigned phase = roll(5);

	if (roll(3) == 0)
		fprintf(out, "connection %u%s ", 1 + roll(3), roll(2) ? "+" : "");
	if (!phase) {
		static const char *const at_door[] = {
		    "refuse", "silent", "close", "reset", "garbage", "http"};

		fprintf(out, "connect %s\n", at_door[roll(6)]);
		return;
	}
	fprintf(out, "%s ", phases[phase]);
	if (phase != 4 && roll(2))
		fprintf(out, "#%u%s ", 1 + roll(3), roll(2) ? "+" : "");
	fprintf(out, "%s\n", faults[roll(sizeof faults / sizeof *faults)]);
}

/* A catalogue that is really searched, so that second questions bring something: words of all
 * degrees of rarity, some of them not in titles. */
static void put_shelf(FILE *out, unsigned records)
{
	static const char *const words[] = {"water", "fire", "earth", "air", "sea"};

	fprintf(out, "shelf %u\n", records ? records : 1);
	for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
		if (roll(2))
			fprintf(out, "word %s every %u\n", words[i], 1 + roll(9));
		if (roll(2))
			fprintf(out, "word %s at %u%s\n", words[i], 1 + roll(60),
			    roll(3) ? "" : " noted");
	}
}

static char *make_script(bool faulty, unsigned works, unsigned hits, unsigned slowest)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	if (roll(3) == 0)
		put_shelf(out, hits);
	else
		fprintf(out, "hits %u\n", hits);
	if (works)
		fprintf(out, "works %u\n", works);
	if (roll(4) == 0)
		fputs("named no\n", out);
	if (roll(3) == 0)
		fputs("counts yes\n", out);
	if (slowest) {
		fprintf(out, "connect delay %ums\n", roll(slowest));
		fprintf(out, "init delay %ums\n", roll(slowest));
		fprintf(out, "search delay %ums\n", roll(slowest));
		fprintf(out, "present delay %ums\n", roll(slowest));
	}
	for (unsigned i = faulty ? roll(4) : 0; i > 0; i--)
		put_fault(out);
	fclose(out);
	return text;
}

static void add_library(struct world *world, unsigned number, const char *script)
{
	char id[16], attributes[128];
	struct setup_partner *partner;

	snprintf(id, sizeof id, "p%u", number);
	partner = setup_partner(&world->setup, id);
	snprintf(attributes, sizeof attributes, " connections=\"%u\" chunk=\"%u\" piggyback=\"%s\"",
	    1 + roll(4), 1 + roll(20), roll(3) ? "yes" : "no");
	free(partner->target);
	partner->target = strdup(attributes);
	world_set_library(world, id, number, script);
}

static void add_libraries(struct world *world, unsigned count, bool faulty, unsigned slowest)
{
	unsigned works = roll(2) ? 0 : 20 + roll(100);

	for (unsigned i = 1; i <= count; i++) {
		char *script = make_script(faulty, works, roll(60), slowest);

		transcript_addf(&world->transcript, "p%u: %s", i, script);
		add_library(world, i, script);
		free(script);
	}
}

/* ---- in time, frozen, clean ---- */

/* What was served at a position of a set: `SET POSITION` to its control number. */
static bool check_frozen(struct world *world, struct map *served, const struct client *client)
{
	const char *id = client_text(client, "resultSetId");
	char key[128];

	for (size_t i = 0; id && i < client->served.count; i++) {
		const struct served *entry = client->served.items[i];
		const char *before;

		snprintf(key, sizeof key, "%s %lu", id, entry->position);
		before = map_find(served, key);
		if (before && strcmp(before, entry->lead))
			return transcript_fail(&world->transcript,
			    "%s: at %lu stands %s, it was %s", client->name, entry->position,
			    entry->lead, before);
		if (!before)
			map_put(served, key, entry->lead);
	}
	return true;
}

static bool check_time(struct world *world, const struct client *client, msec_t allowed)
{
	msec_t took = fakerequest_time(client->request);

	return took <= allowed ||
	       transcript_fail(&world->transcript, "%s: answered after %lld ms of %lld",
		   client->name, (long long)took, (long long)allowed);
}

struct visitor {
	struct client *client;
	msec_t allowed;
};

static struct visitor send_client(struct world *world, unsigned number)
{
	static const char *const queries[] = {
	    "water", "fire", "dc.title%3Dearth", "air%20and%20sea", SEVERAL};
	char name[16], form[256], deadline[32] = "";
	struct visitor visitor = {NULL, DEADLINE};

	if (roll(3) == 0) {
		visitor.allowed = 1 + roll(2 * DEADLINE);
		snprintf(
		    deadline, sizeof deadline, "&x-deadline=%lldms", (long long)visitor.allowed);
		if (visitor.allowed > DEADLINE)
			visitor.allowed = DEADLINE;
	}
	snprintf(name, sizeof name, "c%u", number);
	snprintf(form, sizeof form,
	    "query=%s&startRecord=%u&maximumRecords=%u%s%s&httpAccept=application%%2Fjson",
	    queries[roll(5)], roll(2) ? 1 : 1 + roll(60), roll(25), deadline,
	    roll(6) ? "" : "&x-dedup=off");
	visitor.client = client_ask(world, name, "GET", roll(6) ? "/sru" : "/sru/p1", form);
	return visitor;
}

static void change_world(struct world *world, unsigned libraries)
{
	char id[16], *script = make_script(roll(2), 0, roll(60), roll(2) ? 300 : 0);
	unsigned number = 1 + roll(libraries);

	snprintf(id, sizeof id, "p%u", number);
	if (number > 1 && roll(4) == 0) {
		setup_drop(&world->setup, id);
		world_configure(world);
	} else if (roll(2)) {
		add_library(world, number, script);
		setup_partner(&world->setup, id)->enabled = roll(4) != 0;
		world_configure(world);
	} else {
		world_set_library(world, id, number, script);
	}
	free(script);
}

static bool finish_visits(struct world *world, const struct visitor *visitors, unsigned count)
{
	struct map *served = map_create();
	bool ok = true;

	for (unsigned i = 0; ok && i < count; i++) {
		ok = client_finish(visitors[i].client) &&
		     check_time(world, visitors[i].client, visitors[i].allowed) &&
		     check_frozen(world, served, visitors[i].client);
	}
	map_destroy(served);
	return ok;
}

static void play_soup(struct world *world)
{
	enum { VISITS = 40 };
	struct visitor visitors[VISITS];
	unsigned libraries = 1 + roll(6);
	char attributes[128];

	snprintf(attributes, sizeof attributes, "deadline=%dms window=%u retry=%ums cache=%us %s",
	    DEADLINE, 1 + roll(30), roll(5000), roll(20), roll(3) ? "" : "soft=300ms");
	set_search(world, attributes);
	if (roll(2) && asprintf(&world->setup.limits, " sets=\"%u\"", 1 + roll(6)) < 0)
		abort();
	add_libraries(world, libraries, true, roll(2) ? 700 : 0);
	if (!world_configure(world))
		return;
	for (unsigned i = 0; i < VISITS; i++) {
		visitors[i] = send_client(world, i);
		if (roll(8) == 0)
			fakerequest_abandon(visitors[i].client->request, roll(DEADLINE));
		if (roll(6) == 0)
			change_world(world, libraries);
		if (roll(2))
			world_wait(world, roll(4) ? roll(400) : roll(4000));
	}
	finish_visits(world, visitors, VISITS);
}

/* ---- once ---- */

static void play_paging(struct world *world)
{
	char attributes[64];
	static const char *const forms[] = {"query=water&httpAccept=application%2Fjson",
	    "query=" SEVERAL "&httpAccept=application%2Fjson",
	    "query=" SEVERAL "&httpAccept=application%2Fjson&x-dedup=off"};
	const char *form = forms[roll(3)];
	struct client *first, *other;

	snprintf(attributes, sizeof attributes, "window=%u page=1000", 1 + roll(40));
	set_search(world, attributes);
	add_libraries(world, 1 + roll(5), false, roll(2) ? 200 : 0);
	if (!world_configure(world))
		return;
	first = client_read_all(world, "first", "/sru", form, 1 + roll(30), roll(2));
	other = client_read_all(world, "other", "/sru", form, 1 + roll(200), roll(2));
	if (!client_same(first, other))
		transcript_fail(&world->transcript, "two sizes of page gave two lists");
	if ((size_t)json_integer_value(json_object_get(other->answer, "numberOfRecords")) !=
	    other->served.count)
		transcript_fail(&world->transcript, "%zu entries were served, not numberOfRecords",
		    other->served.count);
}

/* ---- order ---- */

/* The same libraries, once at once and once with delays and cuts, are read by two clients of two
 * worlds; `kept` carries the first's list over. */
static void play_order(struct world *world, unsigned round, char **kept)
{
	uint64_t before = dice;
	unsigned works, count;
	bool several; /* words, and second questions */
	char *list;
	size_t size;
	FILE *out;
	struct client *client;

	works = roll(2) ? 0 : 20 + roll(60);
	count = 1 + roll(6);
	several = roll(2);
	set_search(world, several ? "deadline=1h window=6" : "deadline=1h window=20");
	for (unsigned i = 1; i <= count; i++) {
		unsigned hits = roll(40);
		char script[1024], *catalogue = NULL;
		size_t room;
		FILE *shelf = open_memstream(&catalogue, &room);

		if (!shelf)
			abort();
		if (several)
			put_shelf(shelf, hits);
		fclose(shelf);

		/* The second world draws its delays from elsewhere. */
		uint64_t here = dice;

		dice += round;
		snprintf(script, sizeof script,
		    "%shits %u\n%s %u\nconnect delay %ums\nsearch delay %ums\npresent delay "
		    "%ums\n%s",
		    catalogue, hits, works ? "works" : "# no", works, round ? roll(500) : 0,
		    round ? roll(500) : 0, round ? roll(300) : 0,
		    round && roll(2) ? "any drip 700 every 1ms\n" : "");
		add_library(world, i, script);
		free(catalogue);
		dice = here;
	}
	if (!world_configure(world))
		return;
	client = client_read_all(world, "reader", "/sru",
	    several ? "query=" SEVERAL "&httpAccept=application%2Fjson"
		    : "query=water&httpAccept=application%2Fjson",
	    several ? 10 : 1000, false);
	out = open_memstream(&list, &size);
	if (!out)
		abort();
	for (size_t i = 0; i < client->served.count; i++) {
		const struct served *entry = client->served.items[i];

		fprintf(out, "%s%s\n", entry->lead, entry->holdings);
	}
	fclose(out);
	if (*kept && strcmp(*kept, list))
		transcript_fail(&world->transcript, "delays changed the list from\n%s", *kept);
	free(*kept);
	*kept = list;
	dice = before;
}

/* ---- rounds ---- */

static bool run_world(uint64_t seed, unsigned long cuts, unsigned round, char **kept,
    void (*play)(struct world *world, unsigned round, char **kept))
{
	struct world world;
	bool ok;

	dice = seed;
	world_init(&world, cuts);
	play(&world, round, kept);
	world_close(&world);
	ok = !world.transcript.fault;
	if (!ok) {
		printf("# seed %llu, bytes cut by %lu: %s\n", (unsigned long long)seed, cuts,
		    world.transcript.fault);
		transcript_print(&world.transcript);
	}
	transcript_clear(&world.transcript);
	return ok;
}

static void soup(struct world *world, unsigned round, char **kept)
{
	play_soup(world);
}

static void paging(struct world *world, unsigned round, char **kept)
{
	play_paging(world);
}

static bool run_once(uint64_t seed, void (*play)(struct world *, unsigned, char **))
{
	char *kept = NULL;
	bool ok;

	if (play != play_order)
		return run_world(seed, seed % 3, 0, &kept, play);
	ok = run_world(seed, 0, 0, &kept, play) && run_world(seed, 0, 1, &kept, play) &&
	     run_world(seed, seed, 2, &kept, play);
	free(kept);
	return ok;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*play)(struct world *world, unsigned round, char **kept);
		unsigned share; /* of the rounds, per cent */
	} properties[] = {{"in time, frozen, clean: whatever libraries and clients do", soup, 100},
	    {"all pages joined have each entry once", paging, 50},
	    {"delays and cuts do not change the answer", play_order, 50}};
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 20240701;
	unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 60, failed = 0;

	setenv("TZ", "UTC", 1);
	tzset();
	xmlInitParser();
	printf("1..%zu\n# seed %llu, %u rounds\n", sizeof properties / sizeof *properties,
	    (unsigned long long)seed, rounds);
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
		bool ok = true;

		for (unsigned n = 0; ok && n < rounds * properties[i].share / 100 + 1; n++)
			ok = run_once(seed + n, properties[i].play);
		printf("%s %zu - %s\n", ok ? "ok" : "not ok", i + 1, properties[i].name);
		fflush(stdout);
		failed += !ok;
	}
	xmlCleanupParser();
	return failed ? 1 : 0;
}
