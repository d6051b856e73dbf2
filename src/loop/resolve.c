#include "loop/resolve.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>

#include "base/text.h"
#include "loop/link.h"
#include "loop/loop_internal.h"

struct resolver {
	struct loop *loop;
	struct evdns_base *dns;
	struct resolve *asked; /* of libevent, cancelled ones included */
};

struct resolve {
	struct resolver *resolver;
	struct resolve *prev, *next; /* in resolver->asked while libevent may still answer */
	struct evdns_getaddrinfo_request *request;
	bool asking;	/* within evdns_getaddrinfo, which may answer before it returns */
	bool answered;	/* by libevent */
	bool cancelled; /* kept only until libevent answers */
	struct defer *defer;
	resolve_fn fn;
	void *arg;
	unsigned port;
	size_t count;
	struct address addresses[RESOLVE_ADDRESSES];
	const char *why;
};

/* libevent waits 5 s for a name server, as long as a whole search may take; 3 s for the other
 * family when one has answered, which servers that do not know AAAA never do (RFC 8305 section 3
 * says 50 ms); and has 64 questions under way at most, which the names of dead servers fill up for
 * all others. What resolv.conf says of time-outs counts more. */
static void set_options(struct evdns_base *dns)
{
	static const char *const options[][2] = {
	    {"timeout:", "1"},
	    {"attempts:", "5"},
	    {"max-timeouts:", "100"}, /* of one server before it is left alone */
	    {"getaddrinfo-allow-skew:", "0.05"},
	    {"max-inflight:", "4096"},
	};

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (evdns_base_set_option(dns, options[i][0], options[i][1]) != 0)
			abort();
}

static void use_system(struct evdns_base *dns)
{
	evdns_base_clear_host_addresses(dns); /* the hosts file is read again */
	/* Without a resolv.conf libevent asks 127.0.0.1, as the C library does. */
	evdns_base_resolv_conf_parse(dns, DNS_OPTIONS_ALL, "/etc/resolv.conf");
}

struct resolver *resolver_create(struct loop *loop)
{
	struct resolver *resolver = calloc(1, sizeof *resolver);

	if (!resolver)
		abort();
	resolver->loop = loop;
	resolver->dns = evdns_base_new(loop_base(loop), EVDNS_BASE_DISABLE_WHEN_INACTIVE);
	if (!resolver->dns)
		abort();
	set_options(resolver->dns);
	use_system(resolver->dns);
	return resolver;
}

void resolver_destroy(struct resolver *resolver)
{
	if (!resolver)
		return;
	/* What was cancelled last libevent frees only in its loop, which runs no more. */
	event_base_loop(loop_base(resolver->loop), EVLOOP_NONBLOCK);
	evdns_base_free(resolver->dns, 0);
	while (resolver->asked) {
		struct resolve *resolve = resolver->asked;

		assert(resolve->cancelled);
		resolver->asked = resolve->next;
		free(resolve);
	}
	free(resolver);
}

bool loop_set_nameserver(struct loop *loop, const char *nameserver)
{
	struct evdns_base *dns = loop_resolver(loop)->dns;
	struct sockaddr_storage address;
	int length = sizeof address;

	if (nameserver &&
	    evutil_parse_sockaddr_port(nameserver, (struct sockaddr *)&address, &length) != 0)
		return false;
	evdns_base_clear_nameservers_and_suspend(dns);
	evdns_base_search_clear(dns);
	if (nameserver)
		evdns_base_nameserver_ip_add(dns, nameserver);
	else
		use_system(dns);
	evdns_base_resume(dns);
	return true;
}

char *address_print(const struct address *address, char *out, size_t size)
{
	char text[INET6_ADDRSTRLEN] = "?";

	if (address->socket.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address->socket;

		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
		snprintf(out, size, "[%s]:%u", text, ntohs(in6->sin6_port));
	} else {
		const struct sockaddr_in *in = (const struct sockaddr_in *)&address->socket;

		inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
		snprintf(out, size, "%s:%u", text, ntohs(in->sin_port));
	}
	return out;
}

static void add_address(struct resolve *resolve, const struct sockaddr *address, size_t length)
{
	if (resolve->count == RESOLVE_ADDRESSES || length > sizeof(struct sockaddr_storage))
		return;

	struct address *to = &resolve->addresses[resolve->count++];

	memcpy(&to->socket, address, length);
	to->length = (socklen_t)length;
	if (address->sa_family == AF_INET6)
		((struct sockaddr_in6 *)&to->socket)->sin6_port = htons((uint16_t)resolve->port);
	else
		((struct sockaddr_in *)&to->socket)->sin_port = htons((uint16_t)resolve->port);
}

static bool add_number(struct resolve *resolve, const char *host)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, host, &in.sin_addr) == 1)
		add_address(resolve, (struct sockaddr *)&in, sizeof in);
	else if (inet_pton(AF_INET6, host, &in6.sin6_addr) == 1)
		add_address(resolve, (struct sockaddr *)&in6, sizeof in6);
	return resolve->count > 0;
}

/* Numbers, also in brackets as in a URL, and the one name that is never asked of DNS (RFC 6761). */
static bool add_known(struct resolve *resolve, const char *host)
{
	char bare[INET6_ADDRSTRLEN + 1];
	size_t length = strlen(host);

	if (length > 2 && host[0] == '[' && host[length - 1] == ']' && length - 2 < sizeof bare) {
		memcpy(bare, host + 1, length - 2);
		bare[length - 2] = '\0';
		return add_number(resolve, bare);
	}
	if (text_equal_ignoring_case(host, "localhost")) {
		add_number(resolve, "127.0.0.1");
		return add_number(resolve, "::1");
	}
	return add_number(resolve, host);
}

/* Puts the first IPv6 address first, then one of each family in turn; else keeps the order. */
static void interleave(struct resolve *resolve)
{
	struct address sorted[RESOLVE_ADDRESSES];
	size_t at[2] = {0, 0};

	for (size_t i = 0; i < resolve->count; i++) {
		for (int tries = 0, family = (int)(i & 1); tries < 2; tries++, family ^= 1) {
			sa_family_t wanted = family ? AF_INET : AF_INET6;
			size_t *from = &at[family];

			while (*from < resolve->count &&
			       resolve->addresses[*from].socket.ss_family != wanted)
				(*from)++;
			if (*from < resolve->count) {
				sorted[i] = resolve->addresses[(*from)++];
				break;
			}
		}
	}
	memcpy(resolve->addresses, sorted, resolve->count * sizeof *sorted);
}

/* Hands over and ends; the callee's arguments live on the stack of this call. */
static void deliver(void *arg)
{
	struct resolve *resolve = arg;

	resolve->defer = NULL;
	resolve->fn(resolve->arg, resolve->addresses, resolve->count, resolve->why);
	free(resolve);
}

/* libevent tells servers that are silent, that fail and that know the name without an address by
 * one code. */
static const char *reason(int code)
{
	switch (code) {
	case EVUTIL_EAI_NONAME:
	case EVUTIL_EAI_NODATA: return "no such name";
	case EVUTIL_EAI_MEMORY: return "no memory for the name's look-up";
	default: return "no address from the name servers";
	}
}

static void unlist(struct resolve *resolve)
{
	if (resolve->prev)
		resolve->prev->next = resolve->next;
	else
		resolve->resolver->asked = resolve->next;
	if (resolve->next)
		resolve->next->prev = resolve->prev;
}

static void on_answer(int code, struct evutil_addrinfo *list, void *arg)
{
	struct resolve *resolve = arg;

	resolve->answered = true;
	unlist(resolve);
	if (!resolve->cancelled) {
		for (struct evutil_addrinfo *i = code == 0 ? list : NULL; i; i = i->ai_next)
			if (i->ai_family == AF_INET || i->ai_family == AF_INET6)
				add_address(resolve, i->ai_addr, i->ai_addrlen);
		interleave(resolve);
		resolve->why = resolve->count ? "" : code == 0 ? "no such name" : reason(code);
	}
	if (list)
		evutil_freeaddrinfo(list);
	if (resolve->cancelled)
		free(resolve);
	else if (!resolve->asking)
		deliver(resolve);
}

static void ask(struct resolve *resolve, const char *host)
{
	struct resolver *resolver = resolve->resolver;
	struct evutil_addrinfo hints = {
	    .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};

	resolve->next = resolver->asked;
	if (resolver->asked)
		resolver->asked->prev = resolve;
	resolver->asked = resolve;
	resolve->asking = true;
	resolve->request = evdns_getaddrinfo(resolver->dns, host, NULL, &hints, on_answer, resolve);
	resolve->asking = false;
}

struct resolve *resolve_start(
    struct loop *loop, const char *host, unsigned port, resolve_fn fn, void *arg)
{
	struct resolve *resolve = calloc(1, sizeof *resolve);

	if (!resolve)
		abort();
	resolve->resolver = loop_resolver(loop);
	resolve->fn = fn;
	resolve->arg = arg;
	resolve->port = port;
	resolve->why = "";
	if (!add_known(resolve, host))
		ask(resolve, host);
	if (resolve->count > 0 || resolve->answered)
		resolve->defer = loop_defer(loop, deliver, resolve);
	return resolve;
}

void resolve_cancel(struct resolve *resolve)
{
	if (resolve->defer) {
		defer_cancel(resolve->defer);
		free(resolve);
		return;
	}
	resolve->cancelled = true; /* libevent still reports the cancellation */
	evdns_getaddrinfo_cancel(resolve->request);
}
