/*
 * soak [BUILD-FOLDER]: runs the soak described in soak.h, and says in TAP what it found.
 *
 *   SOAK_SECONDS   how long (3600)
 *   SOAK_RATE      requests a second (50)
 *   SOAK_SEED      the same faults and questions again; otherwise the clock's, and printed
 *   SOAK_LOG       a file that gets silangd's whole log
 *   SOAK_PATIENCE  seconds beyond the deadline after which a request counts as unanswered (20):
 *                  generous, for a machine that has other things to do
 */
#include "tests/soak/soak.h"

#include <libxml/parser.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#ifdef __has_feature
#define SANITIZED __has_feature(address_sanitizer)
#elif defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define TIDY_SECONDS 10 /* how often silangd gives memory back */

/* What may come to be allocated for good: for partners and names not seen before. */
#define HEAP_SLACK (128 * 1024)

struct sample {
	long resident, descriptors;
};

struct soak {
	struct chance chance, order; /* of the faults; of the questions */
	struct world world;
	struct faults faults;
	struct client *client;
	struct z_clients *z_clients;
	double seconds, rate, patience;
	struct sample *samples;
	size_t nsamples, room;
	struct quiet start, early; /* before the first request; after the first part */
	unsigned long shown;	   /* failures that were printed */
	double passed;
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

static void restart_targets(struct soak *soak)
{
	char *text;

	faults_restart(&soak->faults, &soak->chance);
	text = faults_script(&soak->faults);
	world_restart_targets(&soak->world, text);
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
	       "lost %lu, excused %lu, slowest %.0f ms; %ld KiB, %ld descriptors\n",
	    passed, counts->asked, counts->answered, counts->left, counts->open, counts->wrong,
	    counts->late, counts->lost, counts->excused, counts->slowest, last->resident,
	    last->descriptors);
	fflush(stdout);
}

static bool alive(const struct soak *soak)
{
	return soak->world.gateway_log >= 0;
}

static void load(struct soak *soak, double seconds)
{
	double begin = clock_seconds(), now = begin;
	double fault = now, sample = now, again = now + 5, report = now + 30, restart = now + 7;

	while (now < begin + seconds && alive(soak)) {
		client_turn(soak->client, soak->rate, 10);
		z_clients_turn(soak->z_clients, false);
		now = clock_seconds();
		if (now >= fault) {
			change_faults(soak);
			fault = now + 0.5 + chance_below(&soak->chance, 1500) / 1000.0;
		}
		if (now >= again) {
			reload(soak);
			again = now + 3 + chance_below(&soak->chance, 10);
		}
		if (now >= restart) {
			restart_targets(soak);
			restart = now + 3 + chance_below(&soak->chance, 20);
		}
		if (now >= sample) {
			take_sample(soak);
			world_look(&soak->world);
			sample += 1;
		}
		if (now >= report) {
			report_progress(soak, soak->passed + now - begin);
			report = now + 60;
		}
	}
	/* Those who still wait get their answers. */
	while (alive(soak) &&
	       (client_counts(soak->client)->open || z_clients_counts(soak->z_clients)->open)) {
		client_turn(soak->client, 0, 10);
		z_clients_turn(soak->z_clients, true);
	}
	soak->passed += clock_seconds() - begin;
	report_progress(soak, soak->passed);
}

static void show_failures(struct soak *soak)
{
	const struct client_counts *counts = client_counts(soak->client);

	while (soak->shown < counts->nfailures)
		remark("a failure", counts->failures[soak->shown++]);
}

static void judge_load(struct soak *soak)
{
	const struct z_counts *z = z_clients_counts(soak->z_clients);
	const struct client_counts *counts = client_counts(soak->client);

	verdict(soak, alive(soak), "silangd runs to the end");
	verdict(soak, counts->answered > soak->seconds * soak->rate / 2 && !counts->held_back,
	    "%lu requests at %.0f a second, at most %u open; %lu left, %lu broke off, %lu reloads, "
	    "%lu "
	    "restarts of partners",
	    counts->asked, soak->rate, counts->most, counts->left, counts->rude,
	    soak->world.reloads, soak->world.restarts);
	verdict(soak, !counts->late && !counts->lost,
	    "every request is answered within the deadline (%lu not in time, %lu lost; slowest "
	    "%.0f ms)",
	    counts->late, counts->lost, counts->slowest);
	verdict(
	    soak, !counts->wrong, "every answer is what it has to be (%lu are not)", counts->wrong);
	/* Where that was rare. */
	verdict(soak, counts->excused < counts->answered / 10,
	    "the machine had room (%lu answers, %lu over Z39.50, were late while it had none)",
	    counts->excused, z->excused);
	show_failures(soak);
	verdict(soak, z->answered && !z->failed,
	    "every Z39.50 request is answered as it has to be (%lu asked, %lu answered, %lu not)",
	    z->asked, z->answered, z->failed);
	for (unsigned i = 0; i < z->nfailures; i++)
		remark("a failure", z->failures[i]);
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
	/* A short run is still filling the allocator's corners; the heap (below) is exact. */
	verdict(soak, last <= second * (soak->seconds < 900 ? 2 : 1.1) + 4096,
	    "resident memory is flat: %.1f MiB in the second quarter, %.1f MiB in the last",
	    second / 1024, last / 1024);
	quarters(soak, offsetof(struct sample, descriptors), &second, &last);
	verdict(soak, last <= second * 1.5 + 100,
	    "descriptors do not grow: %.0f in the second quarter, %.0f in the last", second, last);
}

/* Within two rounds of tidying; but AddressSanitizer keeps what is freed. */
static void judge_resident(struct soak *soak)
{
	const long most = 64 * 1024;
	double until = clock_seconds() + 2 * TIDY_SECONDS;
	long resident;

	if (SANITIZED)
		return;
	do {
		client_turn(soak->client, 0, 200);
		resident = world_resident(&soak->world);
	} while (resident > most && clock_seconds() < until);
	verdict(soak, resident > 0 && resident <= most,
	    "memory goes back to the system: %ld KiB resident when quiet", resident);
}

/* Once nobody asks any more, searches end by twice the deadline, sets by the cache's time, and
 * connections by theirs. What fell silent before stays so; but no more new faults, or breakers
 * would be probing all the time. */
static bool become_quiet(struct soak *soak, struct quiet *quiet)
{
	char *text;
	double limit = (2 * DEADLINE_MS + CACHE_MS + IDLE_MS) / 1000.0 + 2 * soak->patience;
	double begin = clock_seconds();
	bool had;

	memset(&soak->faults, 0, sizeof soak->faults);
	text = faults_script(&soak->faults);
	world_target_script(&soak->world, text);
	free(text);
	had = quiet_wait(quiet, soak->client, &soak->world, &soak->start, limit);

	printf("# quiet after %.1f s, %.0f KiB allocated, %ld KiB resident\n",
	    clock_seconds() - begin, quiet->heap / 1024, world_resident(&soak->world));
	return had;
}

static void judge_quiet(struct soak *soak)
{
	const struct quiet *early = &soak->early, *start = &soak->start;
	struct quiet quiet = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
	bool had = become_quiet(soak, &quiet);

	verdict(soak, had && !quiet.leased && !quiet.queued && !quiet.opening && !quiet.idle,
	    "no connection is left leased (%ld), queued for (%ld), opening (%ld) or idle (%ld)",
	    quiet.leased, quiet.queued, quiet.opening, quiet.idle);
	verdict(soak, had && !quiet.waiting && !quiet.running && !quiet.sets,
	    "no request waits (%ld), no search (%ld) and no set (%ld) is left", quiet.waiting,
	    quiet.running, quiet.sets);
	verdict(soak, had && quiet.bytes <= start->bytes,
	    "what sets held is given back (%ld bytes, %ld before)", quiet.bytes, start->bytes);
	verdict(soak, had && quiet.descriptors <= start->descriptors,
	    "descriptors are as many as at the start (%ld, %ld then)", quiet.descriptors,
	    start->descriptors);
	verdict(soak, had && quiet.heap <= early->heap + HEAP_SLACK,
	    "no memory is kept: %.0f KiB allocated, %.0f KiB when it was quiet before",
	    quiet.heap / 1024, early->heap / 1024);
	judge_resident(soak);
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
			struct quiet quiet = {0};

			client_turn(soak->client, 0, 10);
			quiet_read(&quiet, soak->client, &soak->world);
			waiting = quiet.waiting;
		}
	}
	return waiting;
}

static void judge_end(struct soak *soak)
{
	struct world *world = &soak->world;
	double begin;
	const struct client_counts *counts = client_counts(soak->client);
	unsigned long failed = counts->late + counts->lost + counts->wrong;
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

	verdict(soak, waiting > 0 && counts->late + counts->lost + counts->wrong == failed,
	    "told to stop, it answers those who wait (%ld waited)", waiting);
	show_failures(soak);
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
	verdict(soak, door_close(world), "and so does the TLS door");
}

static void begin(struct soak *soak)
{
	const char *options = getenv("ASAN_OPTIONS");
	char text[512];
	const char *log = getenv("SOAK_LOG");
	uint64_t seed = (uint64_t)setting("SOAK_SEED", (double)(time(NULL) % 1000000));

	if (log && *log)
		soak->world.log = fopen(log, "we");
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
	long descriptors;

	signal(SIGPIPE, SIG_IGN);
	xmlInitParser();
	begin(&soak);
	if (!world_start(&soak.world, argc > 1 ? argv[1] : ".", &soak.chance)) {
		printf("Bail out! the programs do not start\n");
		world_remove(&soak.world);
		return 1;
	}
	descriptors = world_descriptors(&soak.world);
	soak.client = client_create(&soak.world, &soak.order, soak.patience);
	soak.z_clients = z_clients_create(&soak.world, &soak.order, soak.patience);
	quiet_read(&soak.start, soak.client, &soak.world);
	soak.start.descriptors = descriptors;
	load(&soak, soak.seconds / 4);
	become_quiet(&soak, &soak.early);
	load(&soak, soak.seconds * 3 / 4);
	judge_load(&soak);
	judge_growth(&soak);
	judge_quiet(&soak);
	judge_end(&soak);
	if (soak.failed)
		remark("the end of silangd's log",
		    soak.world.tail + (soak.world.used > 4000 ? soak.world.used - 4000 : 0));
	z_clients_destroy(soak.z_clients);
	client_destroy(soak.client);
	world_remove(&soak.world);
	if (soak.world.log)
		fclose(soak.world.log);
	free(soak.samples);
	xmlCleanupParser();
	printf("1..%u\n", soak.tests);
	return soak.failed != 0;
}
