#include "loop/bind.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <event2/listener.h>

#include "loop/loop_internal.h"

#define BACKLOG 1024

bool bind_address_is_exempt(const char *address)
{
	struct in_addr in;
	struct in6_addr in6;

	if (inet_pton(AF_INET, address, &in) == 1)
		return (ntohl(in.s_addr) >> 24) == 127;
	if (inet_pton(AF_INET6, address, &in6) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&in6) || (IN6_IS_ADDR_V4MAPPED(&in6) && in6.s6_addr[12] == 127);
}

static struct addrinfo *find_address(const char *host, unsigned port, char *why, size_t size)
{
	struct addrinfo hints = {
	    .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	char service[16];

	snprintf(service, sizeof service, "%u", port);

	int code = getaddrinfo(*host ? host : NULL, service, &hints, &list);

	if (code != 0)
		snprintf(why, size, "%s: %s", host, gai_strerror(code));
	return code == 0 ? list : NULL;
}

struct evconnlistener *bind_listener(
    struct loop *loop, const char *host, unsigned port, char *why, size_t size)
{
	unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE;
	struct addrinfo *list = find_address(host, port, why, size);
	struct evconnlistener *listener = NULL;

	for (struct addrinfo *i = list; i && !listener; i = i->ai_next) {
		listener = evconnlistener_new_bind(
		    loop_base(loop), NULL, NULL, flags, BACKLOG, i->ai_addr, (int)i->ai_addrlen);
		if (!listener)
			snprintf(why, size, "%s port %u: %s", host, port, strerror(errno));
	}
	if (list)
		freeaddrinfo(list);
	return listener;
}

unsigned bind_name(struct evconnlistener *listener, char out[BIND_TEXT])
{
	struct sockaddr_storage socket;
	socklen_t length = sizeof socket;
	char host[INET6_ADDRSTRLEN] = "?", port[8] = "0";

	getsockname(evconnlistener_get_fd(listener), (struct sockaddr *)&socket, &length);
	getnameinfo((struct sockaddr *)&socket, length, host, sizeof host, port, sizeof port,
	    NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(out, BIND_TEXT, socket.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
	return (unsigned)atoi(port);
}
