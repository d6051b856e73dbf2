/* From a list of addresses to one connected socket: each further address is tried when the one
 * before has failed or 250 ms after it; the first that connects is kept (RFC 8305 section 5). */
#include "loop/link_internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "loop/loop_internal.h"
#include "loop/timer.h"

#define STAGGER_MS 250

/* A peer that is gone without a word (power, a firewall that forgot the connection) is noticed: on
 * a connection at rest within half a minute, and 3 s after something was sent that it does not
 * acknowledge, when there is still time to ask again on another one. */
#define SILENCE_IDLE_S 15
#define SILENCE_PROBE_S 5
#define SILENCE_PROBES 3
#define SILENCE_UNSENT_MS 3000

struct attempt {
	struct attempt *next;
	struct link *link;
	const struct address *address;
	int fd;
	struct event *event;
};

enum link_failure link_failure_of(int error)
{
	switch (error) {
	case ECONNREFUSED: return LINK_REFUSED;
	case ECONNRESET:
	case EPIPE:
	case ECONNABORTED: return LINK_RESET;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EAGAIN: return LINK_RESOURCES;
	default: return LINK_UNREACHABLE; /* ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, … */
	}
}

static void attempt_end(struct attempt *attempt)
{
	struct attempt **at = &attempt->link->attempts;

	while (*at != attempt)
		at = &(*at)->next;
	*at = attempt->next;
	event_free(attempt->event);
	if (attempt->fd >= 0)
		close(attempt->fd);
	free(attempt);
}

void link_end_attempts(struct link *link)
{
	while (link->attempts)
		attempt_end(link->attempts);
	timer_destroy(link->stagger);
	link->stagger = NULL;
}

/* Of several addresses' failures the one is kept that tells most: our own shortage, then a host
 * that is there but refuses, then the rest. */
static void note_failure(struct link *link, const struct address *address, int error)
{
	static const int weight[] = {[LINK_OK] = 0,
	    [LINK_UNREACHABLE] = 1,
	    [LINK_RESET] = 2,
	    [LINK_REFUSED] = 3,
	    [LINK_RESOURCES] = 4};
	/* Our ports are used up. With IPv6 it is how a host without it says so. */
	bool ports = error == EADDRNOTAVAIL && address->socket.ss_family == AF_INET;
	enum link_failure failure = ports ? LINK_RESOURCES : link_failure_of(error);
	char text[64];

	if (weight[failure] <= weight[link->failure])
		return;
	link->failure = failure;
	snprintf(link->text, sizeof link->text, "%s: %s", address_print(address, text, sizeof text),
	    strerror(error));
}

static void on_connect(int fd, short what, void *arg);

/* Begins to connect; false when that failed at once (and the failure is noted). */
static bool attempt_start(struct link *link, const struct address *address)
{
	int fd = socket(address->socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0) {
		note_failure(link, address, errno);
		return false;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(fd, (const struct sockaddr *)&address->socket, address->length) != 0 &&
	    errno != EINPROGRESS && errno != EINTR) {
		note_failure(link, address, errno);
		close(fd);
		return false;
	}

	struct attempt *attempt = calloc(1, sizeof *attempt);

	if (!attempt)
		abort();
	*attempt =
	    (struct attempt){.next = link->attempts, .link = link, .address = address, .fd = fd};
	attempt->event = event_new(loop_base(link->loop), fd, EV_WRITE, on_connect, attempt);
	if (!attempt->event || event_add(attempt->event, NULL) != 0)
		abort();
	link->attempts = attempt;
	return true;
}

void link_try_addresses(struct link *link)
{
	while (link->address_next < link->address_count)
		if (attempt_start(link, &link->addresses[link->address_next++]))
			break;
	if (!link->attempts) {
		enum link_failure failure = link->failure;
		char text[LINK_TEXT];

		snprintf(text, sizeof text, "%s", link->text);
		link_fail(link, failure, "%s", text);
		return;
	}
	timer_arm(link->stagger, link->address_next < link->address_count
				     ? loop_now(link->loop) + STAGGER_MS
				     : MSEC_NEVER);
}

static void notice_silence(int fd)
{
	static const struct {
		int level, name, value;
	} options[] = {
		{SOL_SOCKET, SO_KEEPALIVE, 1},
#if defined TCP_KEEPIDLE && defined TCP_KEEPINTVL && defined TCP_KEEPCNT
		{IPPROTO_TCP, TCP_KEEPIDLE, SILENCE_IDLE_S},
		{IPPROTO_TCP, TCP_KEEPINTVL, SILENCE_PROBE_S},
		{IPPROTO_TCP, TCP_KEEPCNT, SILENCE_PROBES},
#endif
#ifdef TCP_USER_TIMEOUT /* RFC 5482 */
		{IPPROTO_TCP, TCP_USER_TIMEOUT, SILENCE_UNSENT_MS},
#endif
	};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		setsockopt(fd, options[i].level, options[i].name, &options[i].value,
		    sizeof options[i].value);
}

static void on_connect(int fd, short what, void *arg)
{
	struct attempt *attempt = arg;
	struct link *link = attempt->link;
	int error = 0;
	socklen_t length = sizeof error;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0)
		error = errno;
	if (error == 0) {
		attempt->fd = -1; /* the link's now */
		link_end_attempts(link);
		link->failure = LINK_OK;
		link->text[0] = '\0';
		notice_silence(fd);
		link_connected(link, fd);
		return;
	}
	note_failure(link, attempt->address, error);
	attempt_end(attempt);
	link_try_addresses(link);
}
