#include "registry/partner.h"

#include <string.h>

#include <arpa/inet.h>

#include "base/arena.h"
#include "base/text.h"

#define HOST_MAX 253 /* RFC 1035 2.3.4, without the root's dot */

struct scheme {
	const char *prefix;
	enum partner_protocol protocol;
	bool tls;
	unsigned port; /* 0: has to be written */
};

static const struct scheme schemes[] = {
    {"z3950://", PARTNER_Z3950, false, 210},
    {"z3950s://", PARTNER_Z3950, true, 0},
    {"http://", PARTNER_SRU, false, 80},
    {"https://", PARTNER_SRU, true, 443},
};

static const struct scheme *scheme_find(const char *url)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (strncmp(url, schemes[i].prefix, strlen(schemes[i].prefix)) == 0)
			return &schemes[i];
	return NULL;
}

static bool is_host_name(const char *host)
{
	size_t length = strlen(host);

	if (!length || length > HOST_MAX || *host == '.' || strstr(host, ".."))
		return false;
	for (; *host; host++) {
		char c = *host;

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '.' || c == '_'))
			return false;
	}
	return true;
}

/* All digits and dots: an address, or nothing. */
static bool is_bad_address(const char *host)
{
	unsigned char address[4];

	return !host[strspn(host, "0123456789.")] && inet_pton(AF_INET, host, address) != 1;
}

static const char *port_parse(const char *text, unsigned *out)
{
	uint64_t port;

	if (!text_parse_number(text, 65535, &port) || !port)
		return "has a bad port; write a number from 1 to 65535 after the colon";
	*out = (unsigned)port;
	return NULL;
}

/* `authority` is host, host:port, [address] or [address]:port. */
static const char *authority_parse(
    struct arena *arena, const char *authority, struct partner_target *out)
{
	unsigned char address[16];
	const char *colon, *close;

	if (*authority == '[') {
		close = strchr(authority, ']');
		if (!close || (close[1] && close[1] != ':'))
			return "has a bad host; an IPv6 address stands in brackets: [::1] or "
			       "[::1]:210";
		out->host = arena_strndup(arena, authority + 1, (size_t)(close - authority - 1));
		if (inet_pton(AF_INET6, out->host, address) != 1)
			return "has no IPv6 address between the brackets; write such as [::1]:210";
		return close[1] ? port_parse(close + 2, &out->port) : NULL;
	}
	colon = strchr(authority, ':');
	if (colon && strchr(colon + 1, ':'))
		return "has a bad host; an IPv6 address stands in brackets: [::1] or [::1]:210";
	out->host = arena_strndup(
	    arena, authority, colon ? (size_t)(colon - authority) : strlen(authority));
	if (!*out->host)
		return "has no host; write SCHEME://host:port/database";
	if (!is_host_name(out->host) || is_bad_address(out->host))
		return "has a bad host; write a name of letters, digits, - and dots (an "
		       "international one in its xn-- form) or a numeric address";
	return colon ? port_parse(colon + 1, &out->port) : NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A Z39.50 database's name; %XX are bytes of it (RFC 2056). */
static const char *database_parse(struct arena *arena, const char *path, struct partner_target *out)
{
	char *name = arena_alloc(arena, strlen(path) + 1), *end = name;

	if (path[strcspn(path, "/?#;")])
		return "has more than a database after the host; write z3950://host:port/database "
		       "(a slash within its name as %2F)";
	for (const char *p = path; *p; p++) {
		*end = *p;
		if (*p == '%') {
			if (!p[1] || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0)
				return "has a bad %; two hexadecimal digits follow it, %25 is the "
				       "sign itself";
			*end = (char)(hex_digit(p[1]) << 4 | hex_digit(p[2]));
			p += 2;
		}
		if ((unsigned char)*end < 0x20 || *end == 0x7F)
			return "has a control character in the database's name";
		end++;
	}
	if (end == name)
		return "has no database; write z3950://host:port/database";
	if (!text_is_utf8(name, (size_t)(end - name)))
		return "has a database's name that is not UTF-8";
	out->database = name;
	return NULL;
}

static const char *path_parse(struct arena *arena, const char *path, struct partner_target *out)
{
	if (strchr(path, '#'))
		return "has a #; an SRU base URL ends before it";
	out->database = arena_printf(arena, "%s%s", *path == '/' ? "" : "/", path);
	return NULL;
}

const char *partner_url_parse(struct arena *arena, const char *url, struct partner_target *out)
{
	const struct scheme *scheme = scheme_find(url);
	const char *rest, *slash, *wrong;

	if (!scheme)
		return "is not z3950://host/database, z3950s://host:port/database, http://… or "
		       "https://…";
	for (const char *p = url; *p; p++)
		if ((unsigned char)*p <= 0x20 || *p == 0x7F || *p == '"' || *p == '<' || *p == '>')
			return "has a blank or another character that a URL cannot have; write it "
			       "as %20 and so on";
	out->url = arena_strdup(arena, url);
	out->protocol = scheme->protocol;
	out->tls = scheme->tls;
	out->port = scheme->port;
	rest = url + strlen(scheme->prefix);
	slash = rest + strcspn(rest, "/?#");
	if (memchr(rest, '@', (size_t)(slash - rest)))
		return "holds a user name or a password; write them as user and password-file";
	wrong = authority_parse(arena, arena_strndup(arena, rest, (size_t)(slash - rest)), out);
	if (wrong)
		return wrong;
	if (!out->port)
		return "has no port, and Z39.50 over TLS has no usual one; write "
		       "z3950s://host:port/database";
	if (out->protocol == PARTNER_SRU)
		return path_parse(arena, slash, out);
	if (*slash == '?' || *slash == '#')
		return "has no database; write z3950://host:port/database";
	return database_parse(arena, *slash ? slash + 1 : slash, out);
}

unsigned long long partner_hash(unsigned long long hash, const void *data, size_t length)
{
	const unsigned char *p = data;

	if (!hash)
		hash = 0xCBF29CE484222325ULL;
	for (; length; p++, length--)
		hash = (hash ^ *p) * 0x100000001B3ULL;
	return hash;
}

/* Absent and empty differ, and no two neighbours run into each other. */
static unsigned long long hash_text(unsigned long long hash, const char *text)
{
	hash = partner_hash(hash, text ? "+" : "-", 1);
	return text ? partner_hash(hash, text, strlen(text) + 1) : hash;
}

unsigned long long partner_fingerprint(const struct partner *partner, unsigned long long profile)
{
	const struct partner_target *t = &partner->target;
	const long long numbers[] = {partner->enabled, partner->agreement.present,
	    partner->agreement.begins, partner->agreement.ends, partner->agreement.services,
	    t->protocol, t->tls, t->port, t->syntax, t->encoding, t->sru, t->open_auth,
	    t->connections, t->searches, t->queue, t->searches_per_minute, t->breaker, t->back_off,
	    t->back_off_most, t->chunk, t->idle, t->priority, t->ranks, t->piggyback, t->named_sets,
	    (long long)profile};
	const char *const texts[] = {partner->id, partner->isil, t->url, t->host, t->database,
	    t->schema, t->user, t->password, t->group, t->tls_ca_file, t->tls_certificate,
	    t->tls_key};
	unsigned long long hash = partner_hash(0, numbers, sizeof numbers);

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		hash = hash_text(hash, texts[i]);
	return hash;
}
