#include "registry/config_option.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/config.h"
#include "registry/config_read.h"

#define SECOND 1000
#define HOUR (INT64_C(3600) * SECOND)
#define LONGEST (31 * 24 * HOUR) /* what duration_parse takes */
#define KIB INT64_C(1024)
#define TIB (KIB * KIB * KIB * KIB)

static const struct config_element elements[] = {
    {"silang", "", CONFIG_PARTS, true, false, "the root of a configuration"},
    {"listen", "silang", CONFIG_EMPTY, true, false, "where clients are accepted"},
    {"search", "silang", CONFIG_EMPTY, false, false, "how a search goes"},
    {"limits", "silang", CONFIG_EMPTY, false, false, "what the gateway bears at most"},
    {"resolve", "silang", CONFIG_EMPTY, false, false, "how host names are looked up"},
    {"partners", "silang partners", CONFIG_PARTS, false, true,
	"holds partners and groups together, mostly as the root of a file that is included"},
    {"partner", "silang partners", CONFIG_PARTS, false, true, "one co-operating library"},
    {"group", "silang partners", CONFIG_EMPTY, false, true,
	"partners that can be searched as one database"},
    {"name", "partner", CONFIG_TEXTUAL, true, false, "the library's name"},
    {"place", "partner", CONFIG_TEXTUAL, false, false, "the town it is in"},
    {"isil", "partner", CONFIG_TEXTUAL, false, false,
	"its International Standard Identifier for Libraries (ISO 15511), without blanks"},
    {"agreement", "partner", CONFIG_PARTS, false, false,
	"the co-operation agreement with it; without one, it is searched and its state is undated"},
    {"service", "agreement", CONFIG_TEXTUAL, false, true,
	"what may be asked of it: search, loan, photocopy, document-delivery, reference, "
	"reading-room, copy-cataloguing, exchange or acquisition; it is searched only if search "
	"is listed"},
    {"target", "partner", CONFIG_EMPTY, true, false, "the server that is searched"},
    {"link", "partner", CONFIG_EMPTY, false, true, "an address to send users to"},
};

#define SEARCH(field) offsetof(struct config_search, field)
#define LIMITS(field) offsetof(struct config_limits, field)
#define TARGET(field) offsetof(struct partner_target, field)

static const struct config_option options[] = {
    {"listen", "sru", CONFIG_LISTEN, .offset = offsetof(struct config, sru),
	.help = "address and port of SRU and of the search page; port 0 lets the kernel choose"},
    {"listen", "z3950", CONFIG_LISTEN, .offset = offsetof(struct config, z3950),
	.help = "address and port of the Z39.50 server"},
    {"listen", "tls-certificate", CONFIG_PEM,
	.offset = offsetof(struct config, listen_tls.certificate),
	.help = "path of the file (PEM) with the certificate shown to clients, and its chain; with "
		"it, every listener speaks TLS"},
    {"listen", "tls-key", CONFIG_PEM, .offset = offsetof(struct config, listen_tls.key),
	.help = "path of the file (PEM) with that certificate's key; left out, it is in the same "
		"file"},

    {"search", "deadline", CONFIG_DURATION, false, "5s", 1, HOUR, NULL, SEARCH(deadline),
	"the longest a client waits for partners"},
    {"search", "soft", CONFIG_SOFT, false, "off", 1, HOUR, NULL, SEARCH(soft),
	"an answer may leave after this time, when the partners that set the pace have answered; "
	"auto learns it"},
    {"search", "window", CONFIG_NUMBER, false, "50", 1, 10000, NULL, SEARCH(window),
	"records fetched from each partner for the first merge"},
    {"search", "cache", CONFIG_DURATION, false, "10m", 0, LONGEST, NULL, SEARCH(cache),
	"how long a merged result set lives after its last use"},
    {"search", "max-age", CONFIG_DURATION, false, "1h", 0, LONGEST, NULL, SEARCH(max_age),
	"how long a result set lives in all"},
    {"search", "page", CONFIG_NUMBER, false, "100", 1, 10000, NULL, SEARCH(page),
	"the most records a page holds"},
    {"search", "depth", CONFIG_NUMBER, false, "10000", 1, 1000000, NULL, SEARCH(depth),
	"the highest position served"},
    {"search", "retry", CONFIG_DURATION, false, "30s", 0, LONGEST, NULL, SEARCH(retry),
	"after this time a result set that lacks a partner for an outage is made anew"},
    {"search", "partial", CONFIG_WORD, false, "quiet", .words = "quiet diagnostic",
	.offset = SEARCH(partial),
	.help = "whether an answer that lacks a partner carries diagnostic 59"},
    {"search", "on-expiry", CONFIG_WORD, false, "exclude", .words = "exclude warn",
	.offset = SEARCH(on_expiry),
	.help = "a partner whose agreement is over is left out, or searched and marked"},

    {"limits", "connections", CONFIG_NUMBER, false, "4096", 1, 1000000, NULL, LIMITS(connections),
	"client connections in all"},
    {"limits", "connections-per-address", CONFIG_NUMBER, false, "1024", 1, 1000000, NULL,
	LIMITS(connections_per_address),
	"client connections from one address (loopback counts only in all)"},
    {"limits", "header-time", CONFIG_DURATION, false, "10s", 1, HOUR, NULL, LIMITS(header_time),
	"how long a client may take to send a request's head"},
    {"limits", "body-time", CONFIG_DURATION, false, "30s", 1, HOUR, NULL, LIMITS(body_time),
	"how long a client may take to send a request's body"},
    {"limits", "z3950-idle", CONFIG_DURATION, false, "15m", 1, LONGEST, NULL, LIMITS(z3950_idle),
	"an association that asks nothing for so long is closed"},
    {"limits", "sets", CONFIG_NUMBER, false, "10000", 1, 10000000, NULL, LIMITS(sets),
	"result sets kept"},
    {"limits", "cache-bytes", CONFIG_BYTES, false, "512MiB", 64 * KIB, TIB, NULL,
	LIMITS(cache_bytes), "memory of all result sets, and of what partners are sending"},
    {"limits", "search-bytes", CONFIG_BYTES, false, "64MiB", 64 * KIB, TIB, NULL,
	LIMITS(search_bytes), "memory of one search"},

    {"resolve", "nameserver", CONFIG_NAMESERVER, true,
	.offset = offsetof(struct config, nameserver),
	.help = "address and port (53) of the name server asked instead of the system's"},

    {"partner", "id", CONFIG_ID, true, .offset = offsetof(struct partner, id),
	.help = "its name in addresses, requests and answers; unique among partners and groups"},
    {"partner", "enabled", CONFIG_FLAG, false, "yes", .words = "no yes",
	.offset = offsetof(struct partner, enabled), .help = "no: listed, never asked"},

    {"agreement", "begins", CONFIG_DAY, .offset = offsetof(struct agreement, begins),
	.help = "the first day in force"},
    {"agreement", "ends", CONFIG_DAY, .offset = offsetof(struct agreement, ends),
	.help = "the last day in force"},

    {"target", "url", CONFIG_TARGET_URL, true, .offset = 0,
	.help = "z3950://host[:210]/database, z3950s://host:port/database (TLS), or the http:// or "
		"https:// address of an SRU server"},
    {"target", "syntax", CONFIG_WORD, false, "usmarc", .words = "usmarc unimarc xml opac",
	.offset = TARGET(syntax), .help = "the record syntax asked for"},
    {"target", "encoding", CONFIG_WORD, false, "auto",
	.words = "auto utf-8 marc-8 iso-8859-1 iso5426", .offset = TARGET(encoding),
	.help = "the records' character encoding; auto: the record decides"},
    {"target", "version", CONFIG_WORD, false, "auto", .words = "auto 1.1 1.2 2.0",
	.offset = TARGET(sru),
	.help =
	    "the version of SRU that is spoken with an SRU server; auto: 1.2, or what it answers "
	    "in"},
    {"target", "schema", CONFIG_TEXT, .offset = TARGET(schema),
	.help =
	    "the record schema asked of an SRU server, by its name there; left out, the best it "
	    "has of marcxml, mods and dc"},
    {"target", "profile", CONFIG_PROFILE, false, "bath", .offset = TARGET(profile),
	.help = "what it understands of a query: a built-in profile's name, or the path of a file "
		"in the form of YAZ's pqf.properties"},
    {"target", "user", CONFIG_TEXT, .offset = TARGET(user),
	.help = "the user name it wants; with password-file"},
    {"target", "password-file", CONFIG_FILE, .offset = TARGET(password),
	.help = "path of the file that holds the password"},
    {"target", "group", CONFIG_TEXT, .offset = TARGET(group),
	.help = "the user group it wants (Z39.50 idPass groupId); with user"},
    {"target", "authentication", CONFIG_FLAG, false, "idpass", .words = "idpass open",
	.offset = TARGET(open_auth),
	.help = "how user and password are sent in Z39.50: as idPass or as one open string"},
    {"target", "tls-ca-file", CONFIG_PEM, .offset = TARGET(tls_ca_file),
	.help = "path of the file (PEM) with the authorities that may have signed its certificate; "
		"left out, the system's"},
    {"target", "tls-certificate", CONFIG_PEM, .offset = TARGET(tls_certificate),
	.help = "path of the file (PEM) with the certificate shown to it, and its chain"},
    {"target", "tls-key", CONFIG_PEM, .offset = TARGET(tls_key),
	.help =
	    "path of the file (PEM) with that certificate's key; left out, it is in the same file"},
    {"target", "connections", CONFIG_NUMBER, false, "4", 1, 1000, NULL, TARGET(connections),
	"connections to it at once, at most"},
    {"target", "searches", CONFIG_NUMBER, false, "0", 0, 1000, NULL, TARGET(searches),
	"searches that it works at at once, at most; further ones wait in the queue; 0: as many as "
	"there are connections"},
    {"target", "queue", CONFIG_NUMBER, false, "1000", 0, 100000, NULL, TARGET(queue),
	"searches that wait for a connection, at most; further ones pass it by"},
    {"target", "searches-per-minute", CONFIG_NUMBER, false, "0", 0, 100000, NULL,
	TARGET(searches_per_minute),
	"searches within a minute, at most; further ones pass it by; 0: any number"},
    {"target", "breaker", CONFIG_NUMBER, false, "5", 0, 1000, NULL, TARGET(breaker),
	"after so many failures in a row it is left alone for a while; 0: never"},
    {"target", "back-off", CONFIG_DURATION, false, "1s", 1, LONGEST, NULL, TARGET(back_off),
	"how long it is left alone at first; twice as long each time it has not come back"},
    {"target", "back-off-most", CONFIG_DURATION, false, "2m", 1, LONGEST, NULL,
	TARGET(back_off_most), "how long it is left alone at most before it is tried again"},
    {"target", "chunk", CONFIG_NUMBER, false, "50", 1, 10000, NULL, TARGET(chunk),
	"records asked for in one request, at most"},
    {"target", "idle", CONFIG_DURATION, false, "60s", 0, LONGEST, NULL, TARGET(idle),
	"an unused connection to it is closed after this time"},
    {"target", "priority", CONFIG_NUMBER, false, "100", 0, 1000000, NULL, TARGET(priority),
	"of equal records that of the partner with the lowest number represents them"},
    {"target", "ranks", CONFIG_FLAG, false, "no", .words = "no yes", .offset = TARGET(ranks),
	.help = "it orders its results by relevance of itself"},
    {"target", "piggyback", CONFIG_FLAG, false, "yes", .words = "no yes",
	.offset = TARGET(piggyback),
	.help = "the first records are asked for together with the search"},
    {"target", "named-sets", CONFIG_FLAG, false, "yes", .words = "no yes",
	.offset = TARGET(named_sets), .help = "named result sets are used where it has them"},

    {"link", "rel", CONFIG_ID, true, .offset = offsetof(struct partner_link, rel),
	.help = "what the link is for, such as opac"},
    {"link", "href", CONFIG_LINK, true, .offset = offsetof(struct partner_link, href),
	.help = "an http:, https: or mailto: address; {id} stands for the record's number there"},

    {"group", "id", CONFIG_ID, true, .offset = offsetof(struct config_group_draft, id),
	.help = "its name in addresses and requests; unique among partners and groups"},
    {"group", "name", CONFIG_TEXT, .offset = offsetof(struct config_group_draft, name),
	.help = "its name for people; left out, its id"},
    {"group", "members", CONFIG_IDS, true, .offset = offsetof(struct config_group_draft, members),
	.help = "ids of partners, between blanks"},
};

const struct config_option *config_options(size_t *count)
{
	*count = sizeof options / sizeof *options;
	return options;
}

const struct config_element *config_elements(size_t *count)
{
	*count = sizeof elements / sizeof *elements;
	return elements;
}

const struct config_element *config_element_find(const char *name)
{
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		if (strcmp(elements[i].name, name) == 0)
			return &elements[i];
	return NULL;
}

const struct config_option *config_option_find(const char *element, const char *name)
{
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (strcmp(options[i].element, element) == 0 && strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

bool config_words_have(const char *words, const char *name)
{
	size_t length = strlen(name);

	for (const char *p = words; *p; p += strspn(p, " ")) {
		size_t word = strcspn(p, " ");

		if (word == length && memcmp(p, name, length) == 0)
			return true;
		p += word;
	}
	return false;
}

size_t config_allowed(const char *element, bool attributes, const char *names[], size_t most)
{
	size_t count = 0;

	for (size_t i = 0; attributes && i < sizeof options / sizeof *options; i++)
		if (count < most && strcmp(options[i].element, element) == 0)
			names[count++] = options[i].name;
	for (size_t i = 0; !attributes && i < sizeof elements / sizeof *elements; i++)
		if (count < most && config_words_have(elements[i].parents, element))
			names[count++] = elements[i].name;
	return count;
}

static char *bytes_print(int64_t bytes, char out[32])
{
	static const char *const units[] = {"", "KiB", "MiB", "GiB"};
	size_t unit = 0;

	for (; unit < 3 && bytes && bytes % 1024 == 0; unit++)
		bytes /= 1024;
	snprintf(out, 32, "%" PRId64 "%s", bytes, units[unit]);
	return out;
}

/* "a, b or c" of the words. */
static char *words_print(const char *words, char *out, size_t size)
{
	size_t used = 0;

	for (const char *p = words, *next; *p && used < size; p = next) {
		size_t length = strcspn(p, " ");

		next = p + length + strspn(p + length, " ");
		used += (size_t)snprintf(out + used, size - used, "%s%.*s",
		    p == words ? ""
		    : *next    ? ", "
			       : " or ",
		    (int)length, p);
	}
	return out;
}

char *config_option_kind(const struct config_option *o, char *out, size_t size)
{
	char least[32], most[32];

	switch (o->type) {
	case CONFIG_TEXT: snprintf(out, size, "text"); break;
	case CONFIG_ID:
		snprintf(out, size, "an id: a letter, then letters, digits, - and _");
		break;
	case CONFIG_IDS: snprintf(out, size, "ids, between blanks"); break;
	case CONFIG_NUMBER:
		snprintf(
		    out, size, "a whole number from %" PRId64 " to %" PRId64, o->least, o->most);
		break;
	case CONFIG_BYTES:
		snprintf(out, size, "a size from %s to %s", bytes_print(o->least, least),
		    bytes_print(o->most, most));
		break;
	case CONFIG_DURATION:
	case CONFIG_SOFT:
		snprintf(out, size, "%sa duration from %s to %s",
		    o->type == CONFIG_SOFT ? "off, auto or " : "", duration_print(o->least, least),
		    duration_print(o->most, most));
		break;
	case CONFIG_WORD:
	case CONFIG_FLAG: words_print(o->words, out, size); break;
	case CONFIG_DAY: snprintf(out, size, "a day of the calendar"); break;
	case CONFIG_LISTEN:
		snprintf(out, size, "a numeric address and a port from 0 to 65535");
		break;
	case CONFIG_NAMESERVER:
		snprintf(out, size, "a numeric address, with a port from 1 to 65535 or without");
		break;
	case CONFIG_TARGET_URL: snprintf(out, size, "a target's URL"); break;
	case CONFIG_LINK: snprintf(out, size, "the address of a page or a mailbox"); break;
	case CONFIG_PEM:
	case CONFIG_FILE: snprintf(out, size, "a file's path"); break;
	case CONFIG_PROFILE:
		snprintf(out, size, "a built-in profile's name or a file's path");
		break;
	}
	return out;
}
