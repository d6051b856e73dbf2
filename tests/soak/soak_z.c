/* Clients of the Z39.50 server: associations that search, page, delete and go, politely or not. */
#include "tests/soak/soak.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <yaz/pquery.h>

#include "protocol/zclient.h"

enum { ASSOCIATIONS = 6, SETS = 3 };

enum z_state { Z_AWAY, Z_THINKING, Z_WAITING, Z_CLOSING };

struct z_association {
	struct z_clients *clients;
	enum z_state state;
	int fd;
	struct zclient *zclient;
	double since, until; /* of the request; of the thinking, or of being away */
	unsigned requests;   /* still to come */
	bool steady;	     /* the search under way must be answered */
	unsigned set, start, count;
	unsigned long hits[SETS]; /* of the sets it has */
	char doing[160];
};

struct z_clients {
	struct world *world;
	struct chance *chance;
	double patience;
	unsigned long questions;
	struct z_association associations[ASSOCIATIONS];
	struct z_counts counts;
};

static const char *const set_names[SETS] = {"default", "a", "b"};

struct z_clients *z_clients_create(struct world *world, struct chance *chance, double patience)
{
	struct z_clients *clients = calloc(1, sizeof *clients);

	if (!clients)
		abort();
	clients->world = world;
	clients->chance = chance;
	clients->patience = patience;
	for (int i = 0; i < ASSOCIATIONS; i++)
		clients->associations[i] = (struct z_association){.clients = clients, .fd = -1};
	return clients;
}

const struct z_counts *z_clients_counts(const struct z_clients *clients)
{
	return &clients->counts;
}

static void go_away(struct z_association *a)
{
	if (a->fd >= 0)
		close(a->fd);
	zclient_destroy(a->zclient);
	a->zclient = NULL;
	a->fd = -1;
	a->state = Z_AWAY;
	a->until = clock_seconds() + chance_below(a->clients->chance, 500) / 1000.0;
	a->clients->counts.open--;
}

static void fail(struct z_association *a, const char *why)
{
	struct z_counts *counts = &a->clients->counts;

	counts->failed++;
	if (counts->nfailures < 4)
		snprintf(counts->failures[counts->nfailures++], sizeof counts->failures[0],
		    "Z39.50: %.150s: %s (%.0f ms)", why, a->doing,
		    (clock_seconds() - a->since) * 1000);
	go_away(a);
}

static void flush(struct z_association *a)
{
	size_t length;
	const void *bytes = zclient_output(a->zclient, &length);

	/* Requests are small: the socket takes them whole, or is broken, which reading tells. */
	if (length)
		send(a->fd, bytes, length, MSG_NOSIGNAL);
	zclient_sent(a->zclient, length);
}

static void wait_for_reply(struct z_association *a)
{
	a->state = Z_WAITING;
	a->since = clock_seconds();
	a->clients->counts.asked++;
	flush(a);
}

static void arrive(struct z_association *a)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const char *port = strrchr(a->clients->world->z_address, ':');

	a->clients->counts.open++;
	snprintf(a->doing, sizeof a->doing, "init");
	a->since = clock_seconds();
	memset(a->hits, 0, sizeof a->hits);
	a->requests = 1 + chance_below(a->clients->chance, 12);
	a->zclient = zclient_create(&(struct zclient_options){.message_max = 64 << 20,
	    .utf8_negotiation = chance_in(a->clients->chance, 50),
	    .implementation_name = "soak"});
	a->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address.sin_port = htons((uint16_t)(port ? atoi(port + 1) : 0));
	if (connect(a->fd, (struct sockaddr *)&address, sizeof address) != 0) {
		fail(a, "no connection");
		return;
	}
	zclient_init(a->zclient);
	wait_for_reply(a);
}

static void search(struct z_association *a)
{
	static const char *const databases[] = {"union", "some", "Default", "steady", "p4", "p7"};
	struct chance *chance = a->clients->chance;
	unsigned which = chance_below(chance, 6);
	unsigned long word =
	    chance_in(chance, 60) ? 1000 + a->clients->questions++ : chance_below(chance, 20);
	ODR odr = odr_createmem(ODR_ENCODE);
	YAZ_PQF_Parser parser = yaz_pqf_create();
	char pqf[128];

	a->set = chance_below(chance, SETS);
	a->steady = which < 4;
	snprintf(pqf, sizeof pqf, "@attr 1=4 z%lu", word);
	snprintf(a->doing, sizeof a->doing, "search %s %s in %s", databases[which], pqf,
	    set_names[a->set]);
	zclient_search(
	    a->zclient, &(struct zclient_search){
			    .set = set_names[a->set],
			    .databases = &databases[which],
			    .ndatabases = 1,
			    .query = yaz_pqf_parse(parser, odr, pqf),
			    .syntax = chance_in(chance, 80) ? ZSYNTAX_USMARC : ZSYNTAX_XML,
			    .element_set = "F",
			    .piggyback = chance_in(chance, 50) ? chance_below(chance, 10) : 0,
			});
	yaz_pqf_destroy(parser);
	odr_destroy(odr);
	wait_for_reply(a);
}

static void present(struct z_association *a)
{
	struct chance *chance = a->clients->chance;

	a->set = chance_below(chance, SETS);
	if (!a->hits[a->set]) {
		search(a);
		return;
	}
	a->start = 1 + chance_below(chance, a->hits[a->set] < 60 ? (unsigned)a->hits[a->set] : 60);
	a->count = 1 + chance_below(chance, 20);
	if (a->count > a->hits[a->set] - a->start + 1)
		a->count = (unsigned)(a->hits[a->set] - a->start + 1);
	snprintf(a->doing, sizeof a->doing, "present %s %u + %u of %lu", set_names[a->set],
	    a->start, a->count, a->hits[a->set]);
	zclient_present(a->zclient, &(struct zclient_present){
					.set = set_names[a->set],
					.start = a->start,
					.count = a->count,
					.syntax = ZSYNTAX_USMARC,
					.element_set = "F",
				    });
	wait_for_reply(a);
}

static void delete_set(struct z_association *a)
{
	a->set = chance_below(a->clients->chance, SETS);
	a->hits[a->set] = 0;
	snprintf(a->doing, sizeof a->doing, "delete %s", set_names[a->set]);
	zclient_delete_set(a->zclient, set_names[a->set]);
	wait_for_reply(a);
}

static void say_goodbye(struct z_association *a)
{
	snprintf(a->doing, sizeof a->doing, "close");
	a->since = clock_seconds();
	zclient_close(a->zclient);
	flush(a);
	a->state = Z_CLOSING;
}

static void go_on(struct z_association *a, bool stopping)
{
	unsigned lot = chance_below(a->clients->chance, 100);

	if (stopping || !a->requests) {
		if (stopping || chance_in(a->clients->chance, 60))
			say_goodbye(a);
		else
			go_away(a);
		return;
	}
	a->requests--;
	if (lot < 45)
		search(a);
	else if (lot < 95)
		present(a);
	else
		delete_set(a);
}

static void think(struct z_association *a)
{
	a->state = Z_THINKING;
	a->until = clock_seconds() + chance_below(a->clients->chance, 400) / 1000.0;
}

static const char *judge_present(const struct z_association *a, const struct zclient_event *event)
{
	static char text[200];

	/* Positions may stay open at a deadline, and entries may prove fewer than counted. */
	if (event->reply.diagnostic.present && event->reply.diagnostic.code != 13 &&
	    event->reply.diagnostic.code != 2 && event->reply.diagnostic.code != 14) {
		snprintf(text, sizeof text, "diagnostic %d %.100s", event->reply.diagnostic.code,
		    event->reply.diagnostic.addinfo);
		return text;
	}
	if (event->reply.nrecords > a->count)
		return "more records than asked";
	for (size_t i = 0; i < event->reply.nrecords; i++)
		if (!event->reply.records[i].bytes && !event->reply.records[i].diagnostic.present)
			return "neither a record nor a diagnostic";
	return NULL;
}

/* False when the association is over. */
static bool take(struct z_association *a, const struct zclient_event *event)
{
	const char *wrong = NULL;
	char text[200];

	switch (event->type) {
	case ZCLIENT_SEARCH:
		a->hits[a->set] = event->reply.ok ? event->reply.hits : 0;
		snprintf(text, sizeof text, "refused: %d %.100s", event->reply.diagnostic.code,
		    event->reply.diagnostic.addinfo);
		if (!a->steady || (event->reply.ok && event->reply.hits))
			break;
		if (world_is_starved(a->clients->world))
			a->clients->counts.excused++;
		else
			wrong = text;
		break;
	case ZCLIENT_PRESENT: wrong = judge_present(a, event); break;
	case ZCLIENT_INIT_OK:
	case ZCLIENT_SCAN:
	case ZCLIENT_DELETED: break;
	case ZCLIENT_CLOSED:
		if (a->state == Z_CLOSING) {
			go_away(a);
			return false;
		}
		wrong = "closed";
		break;
	case ZCLIENT_INIT_REJECTED: wrong = "init rejected"; break;
	case ZCLIENT_PROTOCOL_ERROR:
	case ZCLIENT_TOO_LARGE:
		snprintf(text, sizeof text, "%.180s", event->detail);
		wrong = text;
		break;
	}
	if (wrong) {
		fail(a, wrong);
		return false;
	}
	a->clients->counts.answered++;
	if (a->state == Z_WAITING)
		think(a);
	return true;
}

static void read_replies(struct z_association *a)
{
	const struct zclient_event *event;
	char bytes[16384];
	ssize_t got;

	while (a->fd >= 0) {
		got = recv(a->fd, bytes, sizeof bytes, MSG_DONTWAIT);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (got <= 0) {
			if (a->state == Z_CLOSING)
				go_away(a);
			else
				fail(a, got ? "connection broken" : "connection ended");
			return;
		}
		zclient_feed(a->zclient, bytes, (size_t)got);
		while ((event = zclient_next(a->zclient)))
			if (!take(a, event))
				return;
		flush(a);
	}
}

void z_clients_turn(struct z_clients *clients, bool stopping)
{
	double now = clock_seconds();

	for (int i = 0; i < ASSOCIATIONS; i++) {
		struct z_association *a = &clients->associations[i];

		if (a->state == Z_AWAY) {
			if (!stopping && a->until <= now)
				arrive(a);
			continue;
		}
		read_replies(a);
		if (a->state == Z_THINKING && (stopping || a->until <= now))
			go_on(a, stopping);
		else if ((a->state == Z_WAITING || a->state == Z_CLOSING) &&
			 now > a->since + clients->patience + DEADLINE_MS / 1000.0)
			fail(a, "not answered in time");
		else if (a->state == Z_WAITING && chance_below(clients->chance, 3000) == 0)
			go_away(a);
	}
}

void z_clients_destroy(struct z_clients *clients)
{
	for (int i = 0; i < ASSOCIATIONS; i++)
		if (clients->associations[i].state != Z_AWAY)
			go_away(&clients->associations[i]);
	free(clients);
}
