/*
 * silangd: puts the parts together. Reads its configuration, opens the listeners, runs until it is
 * told to stop, drains.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <libxml/parser.h>

#include "base/log.h"
#include "config.h"
#include "daemon/files.h"
#include "front/gateway.h"
#include "front/heap.h"
#include "front/z_front.h"
#include "loop/http_in.h"
#include "loop/listen_tls.h"
#include "loop/loop.h"
#include "loop/signals.h"
#include "loop/timer.h"
#include "registry/agreement.h"
#include "registry/config.h"

#define TIDY_EVERY 10000 /* milliseconds */

struct options {
	const char *config;
	bool check;
	day_t today;
	enum log_level level;
};

struct daemon {
	struct options options;
	struct log log;
	struct loop *loop;
	struct gateway *gateway;
	struct listen_tls *tls; /* what clients are shown; NULL: nothing */
	struct signals *signals;
	struct timer *drain; /* the longest that draining may take */
	struct timer *tidy;  /* looks after the heap */
};

static void write_line(void *arg, enum log_level level, const char *line)
{
	struct timespec now;
	struct tm tm;
	char stamp[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
	fprintf(stderr, "%s.%03ldZ %s\n", stamp, now.tv_nsec / 1000000, line);
}

static void usage(FILE *out)
{
	fprintf(out, "usage: silangd -c FILE [--today=YYYY-MM-DD] [-v]\n"
		     "       silangd -t -c FILE   only checks FILE; silangd -t FILE does the same\n"
		     "       silangd -V           prints the version\n");
}

/* Returns -1 to go on, else the exit status. */
static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option longs[] = {{"today", required_argument, NULL, 'd'},
	    {"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, {0}};
	int c;

	while ((c = getopt_long(argc, argv, "c:thVv", longs, NULL)) != -1) {
		switch (c) {
		case 'c': options->config = optarg; break;
		case 't': options->check = true; break;
		case 'v': options->level = LOG_DEBUG; break;
		case 'V': printf("silangd %s\n", PACKAGE_VERSION); return 0;
		case 'h': usage(stdout); return 0;
		case 'd':
			if (!day_parse(optarg, &options->today)) {
				fprintf(stderr,
				    "silangd: --today=%s: a day is written YYYY-MM-DD\n", optarg);
				return 2;
			}
			break;
		default: usage(stderr); return 2;
		}
	}
	if (!options->config && optind < argc)
		options->config = argv[optind++];
	if (!options->config || optind < argc) {
		usage(stderr);
		return 2;
	}
	return -1;
}

static struct config *load(const struct options *options)
{
	return config_parse(options->config, files_load, NULL, files_complain, NULL);
}

/* What the configuration says that clients are shown, into `tls` (NULL: nothing); false when there
 * is something wrong with it, which it complains of. */
static bool load_tls(const struct config *config, struct listen_tls **tls)
{
	const struct config_listen_tls *said = &config->listen_tls;
	char why[512], text[640];

	*tls = NULL;
	if (!said->certificate)
		return true;
	*tls = listen_tls_read(said->certificate, said->key, why, sizeof why);
	if (*tls)
		return true;
	snprintf(text, sizeof text,
	    "listen/@tls-certificate: %s; write a certificate and the key that belongs to it, "
	    "without a pass phrase",
	    why);
	files_complain(NULL, said->file, said->line, text);
	return false;
}

/* Thousands of connections need descriptors: take what the system allows us. */
static void raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static void stop(void *arg)
{
	struct daemon *daemon = arg;

	log_line(&daemon->log, LOG_INFO, "stopped", "open=%u", daemon->gateway->open);
	loop_stop(daemon->loop);
}

static void drain(struct daemon *daemon)
{
	msec_t longest = 2 * daemon->gateway->config->search.deadline + 1000;

	if (daemon->gateway->draining) {
		stop(daemon); /* told twice: at once */
		return;
	}
	log_line(&daemon->log, LOG_INFO, "draining", "open=%u", daemon->gateway->open);
	timer_arm(daemon->drain, loop_now(daemon->loop) + longest);
	gateway_drain(daemon->gateway, stop, daemon);
}

static bool same_listener(const struct config_listen *a, const struct config_listen *b)
{
	return a->present == b->present &&
	       (!a->present || (a->port == b->port && strcmp(a->host, b->host) == 0));
}

/* Addresses stay as they were bound: whoever has changed them is to know that it had no effect. */
static void report_listeners(
    const struct daemon *daemon, const struct config *old, const struct config *config)
{
	if (same_listener(&old->sru, &config->sru) && same_listener(&old->z3950, &config->z3950))
		return;
	log_line(&daemon->log, LOG_WARNING, "listen-unchanged",
	    "reason=\"listen has changed in the file; it takes effect when silangd is started "
	    "anew\"");
}

/* Takes over what load_tls has read. */
static void show_tls(struct daemon *daemon, const struct config *config, struct listen_tls *tls)
{
	time_t ends = tls ? (time_t)listen_tls_ends(tls) : 0;
	bool over = tls && ends < time(NULL);
	char day[24];
	struct tm tm;

	listen_tls_unref(daemon->tls);
	daemon->tls = tls;
	gateway_set_tls(daemon->gateway, tls);
	if (!tls)
		return;
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&ends, &tm));
	log_line(&daemon->log, over ? LOG_WARNING : LOG_INFO, "certificate", "file=%s ends=%s%s",
	    config->listen_tls.certificate, day, over ? " reason=\"it is over\"" : "");
}

static void reload(struct daemon *daemon)
{
	struct config *config = load(&daemon->options);
	struct listen_tls *tls = NULL;

	if (!config || !load_tls(config, &tls)) {
		config_unref(config);
		log_line(&daemon->log, LOG_ERROR, "reload-refused",
		    "file=%s reason=\"the errors are above; the old configuration stays in force\"",
		    daemon->options.config);
		return;
	}
	report_listeners(daemon, daemon->gateway->config, config);
	gateway_reconfigure(daemon->gateway, config);
	show_tls(daemon, config, tls);
	log_line(&daemon->log, LOG_INFO, "reloaded", "file=%s partners=%zu generation=%lu",
	    daemon->options.config, config->npartners, daemon->gateway->generation);
	config_unref(config);
}

static void on_signal(void *arg, int number)
{
	if (number == SIGHUP)
		reload(arg);
	else
		drain(arg);
}

static void tidy(void *arg)
{
	struct daemon *daemon = arg;

	heap_give_back();
	timer_arm(daemon->tidy, loop_now(daemon->loop) + TIDY_EVERY);
}

static void log_start(const struct daemon *daemon, const struct config *config)
{
	char day[11];

	if (daemon->options.today)
		log_line(&daemon->log, LOG_INFO, "today", "day=%s",
		    day_print(daemon->options.today, day));
	log_line(&daemon->log, LOG_INFO, "configured", "file=%s partners=%zu groups=%zu gateway=%s",
	    config->file, config->npartners, config->ngroups, daemon->gateway->id);
}

static void log_ready(const struct daemon *daemon)
{
	const struct gateway *gateway = daemon->gateway;
	char sru[80] = "", z3950[80] = "";

	if (gateway->http)
		snprintf(sru, sizeof sru, "sru=%s", http_in_address(gateway->http));
	if (gateway->z3950)
		snprintf(z3950, sizeof z3950, "z3950=%s", z_front_address(gateway->z3950));
	log_line(&daemon->log, LOG_INFO, "ready", "%s%s%s", sru, *sru && *z3950 ? " " : "", z3950);
}

static int serve(struct daemon *daemon, struct config *config, struct listen_tls *tls)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	char why[256];
	int status = 0;

	raise_limits();
	daemon->loop = loop_create(&daemon->log);
	daemon->gateway = gateway_create(daemon->loop, &daemon->log, config, daemon->options.today);
	daemon->drain = timer_create_on(daemon->loop, stop, daemon);
	daemon->tidy = timer_create_on(daemon->loop, tidy, daemon);
	tidy(daemon);
	daemon->signals = signals_watch(daemon->loop, numbers, 3, on_signal, daemon);
	log_start(daemon, config);
	if (gateway_listen(daemon->gateway, why, sizeof why)) {
		show_tls(daemon, config, tls);
		log_ready(daemon);
		loop_run(daemon->loop);
	} else {
		log_line(&daemon->log, LOG_ERROR, "cannot-listen", "reason=\"%s\"", why);
		status = 1;
	}
	signals_unwatch(daemon->signals);
	timer_destroy(daemon->tidy);
	timer_destroy(daemon->drain);
	gateway_destroy(daemon->gateway);
	listen_tls_unref(daemon->tls);
	loop_destroy(daemon->loop);
	return status;
}

int main(int argc, char **argv)
{
	struct daemon daemon = {.options = {.level = LOG_INFO}};
	struct listen_tls *tls = NULL;
	struct config *config;
	int status = read_options(argc, argv, &daemon.options);

	if (status >= 0)
		return status;
	heap_set_up();
	xmlInitParser();
	config = load(&daemon.options);
	if (!config || !load_tls(config, &tls)) {
		config_unref(config);
		return 1;
	}
	status = 0;
	if (daemon.options.check) {
		listen_tls_unref(tls);
		printf("%s: in order: %zu partners, %zu groups\n", config->file, config->npartners,
		    config->ngroups);
		config_unref(config);
	} else {
		daemon.log = (struct log){write_line, NULL, daemon.options.level};
		status = serve(&daemon, config, tls);
		config_unref(config);
	}
	xmlCleanupParser();
	return status;
}
