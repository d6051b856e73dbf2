/*
 * bare_client PORTS-FILE ROUNDS CONCURRENCY PIGGYBACK SEED: the floor that a gateway is measured
 * against. In each round it makes the Z39.50 exchanges of one federated search, to every target at
 * once, over connections that are open already, and decodes each message; it does nothing with what
 * it decoded. Prints one line:
 *
 *   rounds=200 records=3200 seconds=2.0 p50=100.2 p99=101.0 cpu_ms_a_round=0.41
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include <yaz/pquery.h>

#include "base/log.h"
#include "loop/link.h"
#include "loop/loop.h"
#include "protocol/zclient.h"

struct round;

/* One connection to one target; it belongs to a lane, and a lane makes one round after the other.
 */
struct exchange {
	struct lane *lane;
	struct link *link;
	struct zclient *client;
};

struct lane {
	struct bare *bare;
	struct exchange *exchanges;
	unsigned ready, answered;
	double begun;
};

struct bare {
	struct loop *loop;
	unsigned *ports, nports;
	struct lane *lanes;
	unsigned nlanes, lanes_ready;
	unsigned long rounds, begun, done, records;
	unsigned piggyback, seed;
	double *ms, start, cpu;
	ODR odr;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static double cpu(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000 +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1000;
}

static void flush(struct exchange *exchange)
{
	size_t length;
	const void *bytes = zclient_output(exchange->client, &length);

	link_write(exchange->link, bytes, length);
	zclient_sent(exchange->client, length);
}

static void begin(struct lane *lane)
{
	struct bare *bare = lane->bare;
	const char *database = "Default";
	char pqf[128];

	if (bare->begun >= bare->rounds)
		return;
	/* The same query as the gateway sends for sru_load's. */
	snprintf(pqf, sizeof pqf,
	    "@attr 1=4 @attr 2=3 @attr 3=3 @attr 4=2 @attr 5=100 @attr 6=1 w%ux%lu", bare->seed,
	    bare->begun++);
	odr_reset(bare->odr);

	YAZ_PQF_Parser parser = yaz_pqf_create();
	Z_RPNQuery *query = yaz_pqf_parse(parser, bare->odr, pqf);

	yaz_pqf_destroy(parser);
	lane->answered = 0;
	lane->begun = now();
	for (unsigned i = 0; i < bare->nports; i++) {
		zclient_search(lane->exchanges[i].client, &(struct zclient_search){
							      .set = "s0",
							      .databases = &database,
							      .ndatabases = 1,
							      .query = query,
							      .element_set = "F",
							      .piggyback = bare->piggyback,
							  });
		flush(&lane->exchanges[i]);
	}
}

static void answered(struct lane *lane)
{
	struct bare *bare = lane->bare;

	if (++lane->answered < bare->nports)
		return;
	bare->ms[bare->done++] = now() - lane->begun;
	if (bare->done == bare->rounds)
		loop_stop(bare->loop);
	else
		begin(lane);
}

static void on_ready(struct lane *lane)
{
	struct bare *bare = lane->bare;

	if (++lane->ready < bare->nports || ++bare->lanes_ready < bare->nlanes)
		return;
	bare->start = now();
	bare->cpu = cpu();
	for (unsigned i = 0; i < bare->nlanes; i++)
		begin(&bare->lanes[i]);
}

static void on_event(struct exchange *exchange, const struct zclient_event *event)
{
	switch (event->type) {
	case ZCLIENT_INIT_OK: on_ready(exchange->lane); return;
	case ZCLIENT_SEARCH:
		exchange->lane->bare->records += event->reply.nrecords;
		answered(exchange->lane);
		return;
	default: fprintf(stderr, "bare_client: %s\n", event->detail); exit(1);
	}
}

static void on_link(void *arg, struct link *link, enum link_event event)
{
	struct exchange *exchange = arg;
	const struct zclient_event *news;
	const uint8_t *bytes;
	size_t length;

	switch (event) {
	case LINK_CONNECTED:
		zclient_init(exchange->client);
		flush(exchange);
		return;
	case LINK_DATA:
		bytes = link_peek(link, &length);
		zclient_feed(exchange->client, bytes, length);
		link_consume(link, length);
		while ((news = zclient_next(exchange->client)))
			on_event(exchange, news);
		return;
	case LINK_DRAINED: return;
	default: fprintf(stderr, "bare_client: %s\n", link_failure_text(link)); exit(1);
	}
}

static void read_ports(struct bare *bare, const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned port;

	bare->ports = calloc(100000, sizeof *bare->ports);
	while (file && bare->nports < 100000 && fscanf(file, "%u", &port) == 1)
		bare->ports[bare->nports++] = port;
	if (!file || !bare->nports) {
		fprintf(stderr, "bare_client: no ports in %s\n", path);
		exit(2);
	}
	fclose(file);
}

static void open_lane(struct bare *bare, struct lane *lane)
{
	lane->bare = bare;
	lane->exchanges = calloc(bare->nports, sizeof *lane->exchanges);
	for (unsigned i = 0; i < bare->nports; i++) {
		struct exchange *exchange = &lane->exchanges[i];

		exchange->lane = lane;
		exchange->client = zclient_create(&(struct zclient_options){
		    .message_max = 16u << 20, .implementation_name = "bare"});
		exchange->link =
		    link_connect(bare->loop, "127.0.0.1", bare->ports[i], NULL, on_link, exchange);
	}
}

static int by_size(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return d < 0 ? -1 : d > 0;
}

int main(int argc, char **argv)
{
	struct log log = {0};
	struct bare bare = {0};

	if (argc != 6) {
		fprintf(
		    stderr, "usage: bare_client PORTS-FILE ROUNDS CONCURRENCY PIGGYBACK SEED\n");
		return 2;
	}
	read_ports(&bare, argv[1]);
	bare.rounds = strtoul(argv[2], NULL, 10);
	bare.nlanes = (unsigned)strtoul(argv[3], NULL, 10);
	bare.piggyback = (unsigned)strtoul(argv[4], NULL, 10);
	bare.seed = (unsigned)strtoul(argv[5], NULL, 10);
	bare.ms = calloc(bare.rounds + 1, sizeof *bare.ms);
	bare.lanes = calloc(bare.nlanes, sizeof *bare.lanes);
	bare.odr = odr_createmem(ODR_ENCODE);
	bare.loop = loop_create(&log);
	for (unsigned i = 0; i < bare.nlanes; i++)
		open_lane(&bare, &bare.lanes[i]);
	loop_run(bare.loop);

	double used = cpu() - bare.cpu, seconds = (now() - bare.start) / 1000;

	qsort(bare.ms, bare.done, sizeof *bare.ms, by_size);
	printf("rounds=%lu records=%lu seconds=%.3f p50=%.2f p99=%.2f cpu_ms_a_round=%.4f\n",
	    bare.done, bare.records, seconds, bare.ms[bare.done / 2], bare.ms[bare.done * 99 / 100],
	    used / (double)bare.done);
	return 0;
}
