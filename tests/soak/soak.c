/*
 * soak [BUILD-FOLDER]: runs the soak described in soak.h, and says in TAP what it found.
 *
 *   SOAK_SECONDS   how long (3600)
 *   SOAK_RATE      requests a second (50)
 *   SOAK_SEED      the same faults and questions again; otherwise the clock's, and printed
 *   SOAK_PATIENCE  seconds beyond the deadline after which a request counts as unanswered (20):
 *                  generous, for a machine that has other things to do
 */
#include "tests/soak/soak.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

struct sample {
	long resident, descriptors;
};

struct soak {
	struct chance chance, order; /* of the faults; of the questions */
	struct world world;
	struct faults faults;
	struct client *client;
	double seconds, rate, patience;
	struct sample *samples;
	size_t nsamples, room;
	long descriptors, bytes; /* before the first request */
	unsigned tests, failed;
};

static void verdict(struct soak *soak, bool good, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void verdict(struct soak *soak, bool good, const char *format, ...)
{
	va_list args;

	printf("%s %u - ", good ? "ok" : "not ok", ++soak->tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	soak->failed += !good;
}

static void remark(const char *title, const char *text)
{
	printf("# %s\n", title);
	for (const char *at = text; *at;) {
		size_t length = strcspn(at, "\n");

		printf("#   %.*s\n", (int)length, at);
		at += length + (at[length] == '\n');
	}
	fflush(stdout);
}

static double setting(const char *name, double otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtod(text, NULL) : otherwise;
}

/* The load. */

static void take_sample(struct soak *soak)
{
	if (soak->nsamples == soak->room) {
		soak->room = soak->room ? 2 * soak->room : 256;
		soak->samples = realloc(soak->samples, soak->room * sizeof *soak->samples);
		if (!soak->samples)
			abort();
	}
	soak->samples[soak->nsamples++] =
	    (struct sample){world_resident(&soak->world), world_descriptors(&soak->world)};
}

static void change_faults(struct soak *soak)
{
	char *text;

	faults_change(&soak->faults, &soak->chance);
	text = faults_script(&soak->faults);
	world_target_script(&soak->world, text);
	free(text);
}

static void reload(struct soak *soak)
{
	char *text = NULL;

	if (!chance_in(&soak->chance, 20))
		text = configuration(&soak->world, chance_below(&soak->chance, 16));
	world_reload(&soak->world, text);
	free(text);
}

static void report_progress(const struct soak *soak, double passed)
{
	const struct client_counts *counts = client_counts(soak->client);
	const struct sample *last = &soak->samples[soak->nsamples - 1];

	printf("# %5.0f s: asked %lu, answered %lu, left %lu, open %u, wrong %lu, late %lu, "
	       "lost %lu, slowest %.0f ms; %ld KiB, %ld descriptors\n",
	    passed, counts->asked, counts->answered, counts->left, counts->open, counts->wrong,
	    counts->late, counts->lost, counts->slowest, last->resident, last->descriptors);
	fflush(stdout);
}

static bool alive(const struct soak *soak)
{
	return soak->world.gateway_log >= 0;
}

static void load(struct soak *soak)
{
	double begin = clock_seconds(), now = begin;
	double fault = now, sample = now, again = now + 5, report = now + 30;

	soak->client = client_create(&soak->world, &soak->order, soak->patience);
	while (now < begin + soak->seconds && alive(soak)) {
		client_turn(soak->client, soak->rate, 10);
		now = clock_seconds();
		if (now >= fault) {
			change_faults(soak);
			fault = now + 0.5 + chance_below(&soak->chance, 1500) / 1000.0;
		}
		if (now >= again) {
			reload(soak);
			again = now + 3 + chance_below(&soak->chance, 10);
		}
		if (now >= sample) {
			take_sample(soak);
			sample += 1;
		}
		if (now >= report) {
			report_progress(soak, now - begin);
			report = now + 60;
		}
	}
	/* Those who still wait get their answers. */
	while (client_counts(soak->client)->open && alive(soak))
		client_turn(soak->client, 0, 10);
	report_progress(soak, clock_seconds() - begin);
}

static void judge_load(struct soak *soak)
{
	const struct client_counts *counts = client_counts(soak->client);

	verdict(soak, alive(soak), "silangd runs to the end");
	verdict(soak, counts->answered > soak->seconds * soak->rate / 2 && !counts->held_back,
	    "%lu requests at %.0f a second, at most %u open; %lu left, %lu broke off, %lu reloads",
	    counts->asked, soak->rate, counts->most, counts->left, counts->rude,
	    soak->world.reloads);
	verdict(soak, !counts->late && !counts->lost,
	    "every request is answered within the deadline (%lu not in time, %lu lost; slowest "
	    "%.0f ms)",
	    counts->late, counts->lost, counts->slowest);
	verdict(
	    soak, !counts->wrong, "every answer is what it has to be (%lu are not)", counts->wrong);
	for (unsigned i = 0; i < counts->nfailures; i++)
		remark("a failure", counts->failures[i]);
}

/* Growth. */

/* Means over the second and the last quarter: by then caches and pools have filled up. */
static void quarters(const struct soak *soak, size_t offset, double *second, double *last)
{
	size_t quarter = soak->nsamples / 4;
	double sums[4] = {0};

	for (size_t i = 0; i < 4 * quarter; i++) {
		const char *at = (const char *)&soak->samples[i];

		sums[i / quarter] += (double)*(const long *)(at + offset);
	}
	*second = quarter ? sums[1] / (double)quarter : NAN;
	*last = quarter ? sums[3] / (double)quarter : NAN;
}

static void judge_growth(struct soak *soak)
{
	double second, last;

	quarters(soak, offsetof(struct sample, resident), &second, &last);
	/* A shorter run is still filling the allocator's corners. */
	verdict(soak, last <= second * (soak->seconds < 900 ? 1.15 : 1.05) + 4096,
	    "resident memory is flat: %.1f MiB in the second quarter, %.1f MiB in the last",
	    second / 1024, last / 1024);
	quarters(soak, offsetof(struct sample, descriptors), &second, &last);
	verdict(soak, last <= second * 1.25 + 20,
	    "descriptors do not grow: %.0f in the second quarter, %.0f in the last", second, last);
}

/* Quiet. */

static json_t *status(struct soak *soak)
{
	char *body = client_fetch(soak->client, "/status");
	json_t *root = body ? json_loads(body, 0, NULL) : NULL;

	free(body);
	return root;
}

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

struct quiet {
	long leased, queued, opening, idle, waiting, running, sets, bytes, descriptors;
};

static bool read_quiet(struct soak *soak, struct quiet *quiet)
{
	json_t *root = status(soak);

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
	    .descriptors = world_descriptors(&soak->world),
	};
	json_decref(root);
	return true;
}

static bool is_quiet(const struct soak *soak, const struct quiet *quiet)
{
	return !quiet->leased && !quiet->queued && !quiet->opening && !quiet->idle &&
	       !quiet->waiting && !quiet->running && !quiet->sets && quiet->bytes <= soak->bytes &&
	       quiet->descriptors <= soak->descriptors;
}

/* Once nobody asks any more, searches end by twice the deadline, sets by the cache's time, and
 * connections by theirs; whatever the partners do. */
static void judge_quiet(struct soak *soak)
{
	double limit = (2 * DEADLINE_MS + CACHE_MS + IDLE_MS) / 1000.0 + 2 * soak->patience;
	double begin = clock_seconds();
	struct quiet quiet = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
	bool had;

	client_destroy(soak->client);
	soak->client = client_create(&soak->world, &soak->order, soak->patience);
	do {
		client_turn(soak->client, 0, 200);
		had = read_quiet(soak, &quiet);
	} while (had && !is_quiet(soak, &quiet) && clock_seconds() < begin + limit);
	printf("# quiet after %.1f s\n", clock_seconds() - begin);
	verdict(soak, had && !quiet.leased && !quiet.queued && !quiet.opening && !quiet.idle,
	    "no connection is left leased (%ld), queued for (%ld), opening (%ld) or idle (%ld)",
	    quiet.leased, quiet.queued, quiet.opening, quiet.idle);
	verdict(soak, had && !quiet.waiting && !quiet.running && !quiet.sets,
	    "no request waits (%ld), no search (%ld) and no set (%ld) is left", quiet.waiting,
	    quiet.running, quiet.sets);
	verdict(soak, had && quiet.bytes <= soak->bytes,
	    "what sets held is given back (%ld bytes, %ld before)", quiet.bytes, soak->bytes);
	verdict(soak, had && quiet.descriptors <= soak->descriptors,
	    "descriptors are as many as at the start (%ld, %ld then)", quiet.descriptors,
	    soak->descriptors);
}

/* The end. */

static void ask_once(struct soak *soak, unsigned number)
{
	struct ask ask = {.method = "GET",
	    .status = 200,
	    .start = 1,
	    .maximum = 10,
	    .diagnostics = {2},
	    .fresh = true};

	snprintf(ask.path, sizeof ask.path, "/sru/union?query=last%u", number);
	client_ask(soak->client, &ask);
}

/* Asks until somebody waits: the targets fall silent when they have read their script. */
static long wait_for_waiting(struct soak *soak)
{
	unsigned asked = 0;
	long waiting = 0;

	for (int round = 0; round < 20 && waiting < 20; round++) {
		for (int i = 0; i < 20; i++)
			ask_once(soak, asked++);
		for (int i = 0; i < 10 && waiting < 20; i++) {
			json_t *root;

			client_turn(soak->client, 0, 10);
			root = status(soak);
			waiting = search_count(root, "waiting");
			json_decref(root);
		}
	}
	return waiting;
}

static void judge_end(struct soak *soak)
{
	struct world *world = &soak->world;
	double begin;
	long waiting = 0;
	char *text;
	int ended;

	soak->faults.muted = true;
	text = faults_script(&soak->faults);
	world_target_script(world, text);
	free(text);
	if (alive(soak))
		waiting = wait_for_waiting(soak);
	begin = clock_seconds();
	kill(world->gateway, SIGTERM);
	while (client_counts(soak->client)->open)
		client_turn(soak->client, 0, 10);

	const struct client_counts *counts = client_counts(soak->client);

	verdict(soak, waiting > 0 && !counts->late && !counts->lost && !counts->wrong,
	    "told to stop, it answers those who wait (%ld waited)", waiting);
	for (unsigned i = 0; i < counts->nfailures; i++)
		remark("a failure", counts->failures[i]);
	ended = world_wait(world->gateway, world, 60 + soak->patience);
	verdict(soak, ended == 0, "silangd ends with status 0 (%s %d, %.1f s)",
	    WIFSIGNALED(ended) ? "signal" : "status",
	    WIFSIGNALED(ended) ? WTERMSIG(ended) : WEXITSTATUS(ended), clock_seconds() - begin);
	verdict(soak, !*world->complaints, "sanitizers and assertions say nothing");
	if (*world->complaints)
		remark("they say", world->complaints);
	world->gateway = 0;
	kill(world->target, SIGTERM);
	verdict(soak, world_wait(world->target, world, 60) == 0, "the targets end well, too");
}

static void begin(struct soak *soak)
{
	const char *options = getenv("ASAN_OPTIONS");
	char text[512];
	uint64_t seed = (uint64_t)setting("SOAK_SEED", (double)(time(NULL) % 1000000));

	soak->seconds = setting("SOAK_SECONDS", 3600);
	soak->rate = setting("SOAK_RATE", 50);
	soak->patience = setting("SOAK_PATIENCE", 20);
	soak->chance.state = seed * 2654435761u + 88172645463325252ull;
	soak->order.state = soak->chance.state ^ 0x9E3779B97F4A7C15ull;
	/* What is freed would otherwise be held back, up to 256 MB of it, and look like growth. */
	snprintf(
	    text, sizeof text, "detect_leaks=1:quarantine_size_mb=8:%s", options ? options : "");
	setenv("ASAN_OPTIONS", text, 1);
	printf("# SOAK_SEED=%llu SOAK_SECONDS=%.0f SOAK_RATE=%.0f\n", (unsigned long long)seed,
	    soak->seconds, soak->rate);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct soak soak = {0};
	json_t *root;

	signal(SIGPIPE, SIG_IGN);
	xmlInitParser();
	begin(&soak);
	if (!world_start(&soak.world, argc > 1 ? argv[1] : ".", &soak.chance)) {
		printf("Bail out! the programs do not start\n");
		world_remove(&soak.world);
		return 1;
	}
	soak.descriptors = world_descriptors(&soak.world);
	soak.client = client_create(&soak.world, &soak.order, soak.patience);
	root = status(&soak);
	soak.bytes = search_count(root, "bytes");
	json_decref(root);
	client_destroy(soak.client);
	load(&soak);
	judge_load(&soak);
	judge_growth(&soak);
	judge_quiet(&soak);
	judge_end(&soak);
	if (soak.failed)
		remark("the end of silangd's log",
		    soak.world.tail + (soak.world.used > 4000 ? soak.world.used - 4000 : 0));
	client_destroy(soak.client);
	world_remove(&soak.world);
	free(soak.samples);
	xmlCleanupParser();
	printf("1..%u\n", soak.tests);
	return soak.failed != 0;
}
