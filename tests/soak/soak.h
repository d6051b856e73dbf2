#ifndef TESTS_SOAK_SOAK_H
#define TESTS_SOAK_SOAK_H
/*
 * The soak: a real silangd before scripted targets that change their behaviour all the time, asked
 * for a long while by clients of every kind. What it looks for is what short tests cannot see:
 * memory and descriptors that grow, connections that stay leased, requests that are never answered.
 *
 *   soak_door     a partner behind TLS
 *   soak_world    the programs that run beside us, their files, what the system says of them
 *   soak_faults   what the targets do wrong, and the gateway's configurations
 *   soak_ask      requests, made by chance, and what must come of each
 *   soak_answer   an answer, read
 *   soak_client   asks so many a second and judges what comes
 *   soak_z        clients of the Z39.50 server
 *   soak_quiet    what is left when nobody asks any more
 *   soak          the course of it, and the verdicts
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* Chance, the same again for the same seed. */
struct chance {
	uint64_t state;
};
unsigned chance_below(struct chance *chance, unsigned bound);
bool chance_in(struct chance *chance, unsigned percent);

double clock_seconds(void); /* monotonic */

/* Target number 1 is the steady one, which never fails. The others have ids p2 … p12. */
enum { TARGETS = 12, STEADY_HITS = 17, DEADLINE_MS = 2000, CACHE_MS = 5000, IDLE_MS = 2000 };

enum { LOG_TAIL = 1 << 16 };

/* Seconds for which a look that found the machine too busy holds. */
enum { STARVED_FOR = 8 };

struct world {
	char dir[64];
	const char *build;
	pid_t target, door, gateway;
	int gateway_log; /* its standard error; -1: it has ended */
	char address[64], z_address[64];
	unsigned ports[TARGETS];
	int closed, nameserver; /* a port that nobody listens at, and a name server of ours */
	unsigned closed_port, nameserver_port;
	unsigned door_port; /* TLS before target 2, by a program that ends when `door_input` does */
	int door_input, door_errors;
	FILE *log;	     /* gets its whole log, or NULL */
	char tail[LOG_TAIL]; /* the log's end */
	size_t used;
	char complaints[LOG_TAIL]; /* what sanitizers and assertions said */
	unsigned long reloads, restarts;
	double waited[STARVED_FOR]; /* for a processor, the gateway and the targets together, s */
	unsigned looks;
	struct chance *chance;
};

/* A certificate, and the door that shows it. */
bool door_open(struct world *world);
/* Takes what it complains of, so that it need not wait for us. */
void door_read(struct world *world);
bool door_close(struct world *world); /* whether it ended well */

/* False with the reason on standard error. */
bool world_start(struct world *world, const char *build, struct chance *chance);
void world_read_log(struct world *world);
void world_answer_names(struct world *world); /* when its name server can be read */
void world_target_script(struct world *world, const char *text);
/* The same, and the targets of which it says so lose their connections. */
void world_restart_targets(struct world *world, const char *text);
/* NULL takes the file away, so that the reload is refused. */
void world_reload(struct world *world, const char *configuration);
long world_resident(const struct world *world); /* KiB; -1: not there any more */
long world_descriptors(const struct world *world);
/* Looks after them once a second: how long the gateway and the targets had to wait for a processor.
 */
void world_look(struct world *world);
/* Others have used up the machine of late: that a partner is late tells nothing. */
bool world_is_starved(const struct world *world);
/* Waits so long at most for its end; its wait status, or -1. */
int world_wait(pid_t pid, struct world *world, double seconds);
void world_remove(struct world *world);

/* One fault or a few for one target; `text` is a script for all of them. */
struct faults {
	char rules[TARGETS][256]; /* "" healthy */
	bool muted;		  /* all are silent, the steady one too */
	unsigned restarts;	  /* a bit for each target: those that the next restart is of */
};
/* Some targets are SRU servers. */
bool faults_is_sru(unsigned target);
void faults_restart(struct faults *faults, struct chance *chance);
void faults_change(struct faults *faults, struct chance *chance);
char *faults_script(const struct faults *faults); /* to be freed */
/* A configuration; `variant` 0 is the first one. To be freed. */
char *configuration(const struct world *world, unsigned variant);

/* An answer, whatever form it came in. */
struct answer_holding {
	char partner[32];
	unsigned long position;
};

struct answer {
	const char *wrong; /* it does not read: why */
	bool counted;
	unsigned long hits, next;
	int diagnostics[8];
	unsigned ndiagnostics;
	bool partners;	 /* the element is there */
	char steady[64]; /* the steady partner's status and hits; "" not among them */
	char set[64];
	unsigned records;
	unsigned long first; /* position of the first record */
	bool in_order;	     /* positions follow one another */
	struct answer_holding *holdings;
	size_t nholdings;
};
void answer_read_xml(struct answer *answer, const char *body, size_t length);
void answer_read_json(struct answer *answer, const char *body, size_t length);
void answer_clear(struct answer *answer);

/* What is asked, and what must come. */
/* OTHER: explain and scan. */
enum form { FORM_XML, FORM_JSON, FORM_OTHER, FORM_OBJECT, FORM_TEXT };

/* One that pages through a set of his own. */
struct walker {
	bool busy, by_id;
	char query[64], set[64];
	unsigned long next;
	unsigned pages;
	struct answer_holding *seen;
	size_t nseen;
};

struct ask {
	char path[2048];
	char *body;	  /* of a POST; NULL a GET */
	const char *type; /* of the body */
	const char *method;
	enum form form;
	int status;
	int diagnostics[4]; /* those that may come */
	bool refused;	    /* one of them has to come */
	bool steady;	    /* the steady partner must have answered */
	unsigned long start, maximum;
	unsigned leaves_after; /* ms; 0 stays */
	bool fresh;	       /* on a connection of its own */
	struct walker *walker;
};

enum { WALKERS = 8 };

struct asker {
	struct chance *chance;
	unsigned long questions; /* for new ones */
	struct walker walkers[WALKERS];
};
void asker_make(struct asker *asker, struct ask *ask);
/* NULL, or what is wrong with the answer. `type` is its media type. */
const char *ask_judge(
    struct ask *ask, int status, const char *type, const char *body, size_t length);
/* What is wrong is only that the steady partner was not in time. */
bool ask_is_tardy(const char *wrong);
/* Over, with or without an answer. */
void ask_clear(struct ask *ask);
void asker_clear(struct asker *asker);

/* The clients. */
struct client;

struct client_counts {
	unsigned long asked, answered, left, rude, lost; /* lost: no or no whole answer */
	unsigned long wrong, late, held_back;
	unsigned long excused; /* a steady partner that was late while the machine was too busy */
	unsigned open, most;
	double slowest;	       /* ms */
	char slow[512];	       /* its path */
	char failures[8][512]; /* the first ones in words */
	unsigned nfailures;
};

struct client *client_create(struct world *world, struct chance *chance, double patience);
void client_destroy(struct client *client);
/* Asks what is due at `rate` a second, takes what has come; waits at most so many ms. */
void client_turn(struct client *client, double rate, int wait);
/* Asks this one. */
void client_ask(struct client *client, struct ask *ask);
const struct client_counts *client_counts(const struct client *client);
/* Closes the connections it keeps; none is in use. */
void client_hang_up(struct client *client);
/* GETs a page on a connection of its own; NULL when it cannot be had. To be freed. */
char *client_fetch(struct client *client, const char *path);

/* Clients of the Z39.50 server. */
struct z_clients;

struct z_counts {
	unsigned long asked, answered, failed, excused;
	unsigned open;
	char failures[4][512];
	unsigned nfailures;
};

struct z_clients *z_clients_create(struct world *world, struct chance *chance, double patience);
void z_clients_destroy(struct z_clients *clients);
/* `stopping`: they end what they are at, and go. */
void z_clients_turn(struct z_clients *clients, bool stopping);
const struct z_counts *z_clients_counts(const struct z_clients *clients);

/* What is left when nobody asks any more. */
struct quiet {
	long leased, queued, opening, idle; /* connections to partners */
	long waiting, running, sets, bytes;
	long descriptors;
	double heap; /* bytes allocated; 0 unknown */
};
/* False when there is no status to be had. */
bool quiet_read(struct quiet *quiet, struct client *client, const struct world *world);
/* All is as at the start, the heap apart. */
bool quiet_is(const struct quiet *quiet, const struct quiet *start);
/* Waits for that, so long at most. */
bool quiet_wait(struct quiet *quiet, struct client *client, const struct world *world,
    const struct quiet *start, double seconds);

#endif
