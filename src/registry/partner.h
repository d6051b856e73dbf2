#ifndef SILANG_REGISTRY_PARTNER_H
#define SILANG_REGISTRY_PARTNER_H
/* One co-operating library: who it is, its agreement, how it is reached. Immutable. */
#include <stdbool.h>
#include <stddef.h>
#include "base/duration.h"
#include "registry/agreement.h"

struct arena;
struct profile;

enum partner_protocol { PARTNER_Z3950, PARTNER_SRU };
enum partner_syntax { PARTNER_USMARC, PARTNER_UNIMARC, PARTNER_XML, PARTNER_OPAC };
enum partner_sru { PARTNER_SRU_AUTO, PARTNER_SRU_1_1, PARTNER_SRU_1_2, PARTNER_SRU_2_0 };
enum partner_encoding {
	PARTNER_ENC_AUTO,
	PARTNER_ENC_UTF8,
	PARTNER_ENC_MARC8,
	PARTNER_ENC_LATIN1,
	PARTNER_ENC_ISO5426
};

struct partner_target {
	const char *url; /* as written */
	enum partner_protocol protocol;
	bool tls;
	const char *host; /* name or numeric address, no brackets */
	unsigned port;
	const char *database; /* Z39.50 database, or the SRU path */
	enum partner_syntax syntax;
	enum partner_encoding encoding;
	enum partner_sru sru; /* version spoken with an SRU server */
	const char *schema;   /* asked of an SRU server; NULL: negotiated */
	const struct profile *profile;
	const char *user, *password, *group; /* password read from password-file */
	/* Paths of PEM files, NULL when not given. */
	const char *tls_ca_file, *tls_certificate, *tls_key;
	bool open_auth;			/* authentication="open" */
	unsigned connections;		/* at most this many at once: 4 */
	unsigned searches;		/* at work at once: 0, any number */
	unsigned queue;			/* waiting for a connection: 1000 */
	unsigned searches_per_minute;	/* 0: any number */
	unsigned breaker;		/* failures in a row that open it: 5; 0: never */
	msec_t back_off, back_off_most; /* first and longest pause: 1s, 2m */
	unsigned chunk;			/* most records asked for in one Present: 50 */
	msec_t idle;			/* an idle connection is closed after: 60s */
	unsigned priority;		/* of its records as representative, lower first: 100 */
	bool ranks;			/* orders by relevance of itself */
	bool piggyback;			/* asks for records with the search: yes */
	bool named_sets;		/* uses named result sets where the target has them: yes */
};

struct partner_link {
	const char *rel, *href;
};

struct partner {
	const char *id;			 /* as written */
	unsigned number;		 /* place in the configuration, from 0 */
	const char *name, *place, *isil; /* NULL when absent */
	bool enabled;
	struct agreement agreement;
	struct partner_target target;
	const struct partner_link *links;
	size_t nlinks;
	/* Equal for two configurations when nothing that a search depends on changed. */
	unsigned long long fingerprint;
};

/* Takes a target's address apart into url, protocol, tls, host, port and database. Returns NULL, or
 * what is wrong with it ("has no database; write …"). */
const char *partner_url_parse(struct arena *arena, const char *url, struct partner_target *out);
/* What partner->fingerprint is to be; `profile` is a hash of its profile's text. */
unsigned long long partner_fingerprint(const struct partner *partner, unsigned long long profile);
/* FNV-1a over `length` bytes, going on from `hash` (0 to begin). */
unsigned long long partner_hash(unsigned long long hash, const void *data, size_t length);

#endif
