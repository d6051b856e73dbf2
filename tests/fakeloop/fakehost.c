/* Names and hosts that links can reach. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fakeloop/internal.h"

void fakeloop_name(struct loop *loop, const char *name, msec_t delay, bool exists)
{
	struct fakename *entry = loop->names;

	while (entry && !text_equal_ignoring_case(entry->name, name))
		entry = entry->next;
	if (!entry) {
		entry = world_alloc(sizeof *entry);
		entry->name = world_strdup(name);
		entry->next = loop->names;
		loop->names = entry;
	}
	entry->delay = delay;
	entry->exists = exists;
}

struct fakehost *fakeloop_host(
    struct loop *loop, const char *host, unsigned port, fakehost_accept_fn fn, void *arg)
{
	struct fakehost *new = world_alloc(sizeof *new);

	new->loop = loop;
	new->name = world_strdup(host);
	new->port = port;
	new->fn = fn;
	new->arg = arg;
	new->next = loop->hosts;
	loop->hosts = new;
	return new;
}

void fakehost_set_mode(struct fakehost *host, enum fakehost_mode mode, const char *text)
{
	free(host->text);
	host->text = world_strdup(text);
	host->mode = mode;
}

void fakehost_set_delays(struct fakehost *host, msec_t connect, msec_t tls)
{
	host->connect_delay = connect;
	host->tls_delay = tls;
}

void fakehost_on_knock(struct fakehost *host, fakehost_knock_fn fn, void *arg)
{
	host->knock = fn;
	host->knock_arg = arg;
}

unsigned fakehost_attempts(const struct fakehost *host)
{
	return host->attempts;
}

unsigned fakehost_connections(const struct fakehost *host)
{
	return host->connections;
}

struct fakehost *fakehost_find(struct loop *loop, const char *name, unsigned port)
{
	struct fakehost *host = loop->hosts;

	while (host && (host->port != port || !text_equal_ignoring_case(host->name, name)))
		host = host->next;
	return host;
}

bool fakehost_resolves(struct loop *loop, const char *name, msec_t *delay)
{
	*delay = 0;
	for (struct fakename *i = loop->names; i; i = i->next) {
		if (text_equal_ignoring_case(i->name, name)) {
			*delay = i->delay;
			return i->exists;
		}
	}
	for (struct fakehost *i = loop->hosts; i; i = i->next)
		if (text_equal_ignoring_case(i->name, name))
			return true;
	return strchr(name, ':') || strspn(name, "0123456789.") == strlen(name) ||
	       text_equal_ignoring_case(name, "localhost");
}

void fakehost_clear(struct loop *loop)
{
	while (loop->hosts) {
		struct fakehost *host = loop->hosts;

		loop->hosts = host->next;
		free(host->name);
		free(host->text);
		free(host);
	}
}
