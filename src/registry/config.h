#ifndef SILANG_REGISTRY_CONFIG_H
#define SILANG_REGISTRY_CONFIG_H
/*
 * The configuration: one XML document (namespace urn:silang:config:1, XInclude allowed), read into
 * immutable values. Counted: whoever keeps one across loop turns holds a reference, so a reload
 * never changes what a running search looks at.
 *
 * Reads no files itself: documents come from the loader it is given (daemon and cli open files).
 * Every error of a file is reported as FILE:LINE: message, and says what would be right.
 */
#include <stdbool.h>
#include <stddef.h>
#include "base/duration.h"
#include "registry/partner.h"
#include "registry/group.h"

struct config;
struct arena;

/* Loads the document or text at `path` (already resolved against the including file): fills
 * *text (malloc'ed, the caller frees) and *length; false with a reason in `why` otherwise. */
typedef bool (*config_load_fn)(
    void *arg, const char *path, char **text, size_t *length, char *why, size_t size);
typedef void (*config_complain_fn)(void *arg, const char *file, int line, const char *message);

struct config_listen {
	bool present;
	char host[64]; /* numeric address, no brackets */
	unsigned port; /* 0: the kernel chooses */
};

/* What both listeners show to their clients; `certificate` NULL: they speak plainly. */
struct config_listen_tls {
	const char *certificate, *key; /* paths; key NULL: in the same file */
	const char *file; /* where it is said, for complaints about what the files hold */
	int line;
};

enum config_on_expiry { EXPIRY_EXCLUDE, EXPIRY_WARN };
enum config_partial { PARTIAL_QUIET, PARTIAL_DIAGNOSTIC };

struct config_search {
	msec_t deadline, cache, max_age, retry;
	msec_t soft; /* 0: off; -1: auto */
	unsigned window, page, depth;
	enum config_on_expiry on_expiry;
	enum config_partial partial;
};

struct config_limits {
	unsigned connections, connections_per_address; /* 4096, 1024 */
	msec_t header_time, body_time;		       /* a whole request's head, body: 10s, 30s */
	msec_t z3950_idle;			       /* of an association: 15m */
	unsigned sets;				       /* result sets kept: 10000 */
	size_t cache_bytes;			       /* of all result sets: 512 MiB */
	size_t search_bytes;			       /* of one search: 64 MiB */
};

/* An id and whose it is: one of the two is set. */
struct config_entry {
	const char *key; /* lower-cased */
	const struct partner *partner;
	const struct group *group;
};

struct config {
	unsigned refs;		  /* config_ref / config_unref only */
	unsigned long generation; /* set by the daemon: 1, 2, … over reloads */
	const char *file;
	struct config_listen sru, z3950;
	struct config_listen_tls listen_tls;
	struct config_search search;
	struct config_limits limits;
	const char *nameserver;		       /* "127.0.0.1:5353" or NULL */
	const struct partner *const *partners; /* file order */
	size_t npartners;
	const struct group *const *groups;
	size_t ngroups;
	const struct config_entry *index; /* of all ids, sorted; for config_partner and its like */
	size_t nindex;
	struct arena *arena; /* holds all of it */
};

/* Parses and checks the whole document; NULL when there was any error (all were reported, in
 * reading order; line 1 stands for a file as a whole). */
struct config *config_parse(const char *file, config_load_fn load, void *load_arg,
    config_complain_fn complain, void *complain_arg);
struct config *config_ref(struct config *config);
void config_unref(struct config *config);

const struct partner *config_partner(
    const struct config *config, const char *id); /* case ignored */
const struct group *config_group(const struct config *config, const char *id);
/* The partners a database names, in configuration order: "union" or "Default" all, a group's or a
 * partner's id. False when there is none of that name. *single: the database is one partner. */
bool config_database(const struct config *config, struct arena *arena, const char *name,
    const struct partner *const **partners, size_t *count, bool *single);

#endif
