#include "front/address.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "front/gateway.h"
#include "loop/http_in.h"
#include "protocol/sru.h"
#include "protocol/sru_form.h"

#define HOST_MAX 255
#define HTTP_PORT 80
#define HTTPS_PORT 443
#define ADDRESS_MAX 8000 /* RFC 9110, 4.1: what every recipient should take */

/* RFC 9110, 7.2: a name or an address, and perhaps a port. False for what no client could have
 * reached us by. */
static bool split_host(char *host, unsigned *port)
{
	static const char name[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
	bool literal = *host == '[';
	size_t length =
	    literal ? 1 + strspn(host + 1, "0123456789abcdefABCDEF:.") : strspn(host, name);
	uint64_t number;

	if (literal && host[length++] != ']')
		return false;
	if (!length || length > HOST_MAX || (host[length] && host[length] != ':'))
		return false;
	if (host[length] && host[length + 1]) {
		if (!text_parse_number(host + length + 1, 65535, &number) || !number)
			return false;
		*port = (unsigned)number;
	}
	host[length] = '\0';
	return true;
}

void address_find(const struct gateway *gateway, const struct http_exchange *exchange,
    struct arena *arena, struct address *out)
{
	const char *header = http_header(exchange, "Host");
	char *host = arena_strdup(arena, header ? header : "");

	out->secure = http_is_secure(exchange);
	out->port = out->secure ? HTTPS_PORT : HTTP_PORT;
	if (!split_host(host, &out->port)) {
		host = arena_strdup(arena, http_in_address(gateway->http));
		out->port = http_in_port(gateway->http);
		split_host(host, &out->port);
	}
	out->host = host;
}

/* What belongs to the request's own query, to its place in the answer or to the way it came. */
static bool is_left_out(const char *name)
{
	static const char *const names[] = {
	    "query", "queryType", "sortKeys", "startRecord", "x-silang-via"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static char *put(char *out, const char *text)
{
	size_t length = strlen(text);

	memcpy(out, text, length + 1);
	return out + length;
}

static const char *origin(struct arena *arena, const struct address *address)
{
	const char *scheme = address->secure ? "https" : "http";

	return address->port == (address->secure ? HTTPS_PORT : HTTP_PORT)
		   ? arena_printf(arena, "%s://%s", scheme, address->host)
		   : arena_printf(arena, "%s://%s:%u", scheme, address->host, address->port);
}

const char *address_of_search(struct arena *arena, const struct address *address,
    const char *database, const struct sru_request *request)
{
	const char *from = origin(arena, address);
	size_t room = strlen(from) + 3 * strlen(database) + sizeof "/sru/?version=2.0&query=";
	bool version = false;
	char *text, *out;

	for (size_t i = 0; i < request->nparameters; i++)
		room += 3 * (strlen(request->parameters[i].name) +
				strlen(request->parameters[i].value)) +
			2;
	out = text = arena_alloc(arena, room);
	out = put(out, from);
	out = put(out, "/sru/");
	out = sru_form_escape(out, database);
	out = put(out, "?");
	for (size_t i = 0; i < request->nparameters; i++) {
		const struct sru_parameter *parameter = &request->parameters[i];

		if (is_left_out(parameter->name))
			continue;
		version = version || strcmp(parameter->name, "version") == 0;
		out = sru_form_escape(out, parameter->name);
		out = put(out, "=");
		out = sru_form_escape(out, parameter->value);
		out = put(out, "&");
	}
	put(out, version ? "query=" : "version=2.0&query=");
	return text;
}

const char *address_with_query(struct arena *arena, const char *search, const char *query)
{
	size_t length = strlen(search), least = strlen(query);
	char *text;

	/* Before there is room for it: an answer may have thousands of terms. */
	if (length + least > ADDRESS_MAX)
		return NULL;
	text = arena_alloc(arena, length + 3 * least + 1);
	memcpy(text, search, length);
	return sru_form_escape(text + length, query) - text <= ADDRESS_MAX ? text : NULL;
}
