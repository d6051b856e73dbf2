#include "cli/client.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/answer.h"
#include "cli/http.h"

#define URL_MAX                                                                                    \
	4000 /* longer questions are POSTed: not every server or proxy takes longer lines          \
	      */

#define ACCEPT_XML "application/sru+xml, text/xml;q=0.9, application/xml;q=0.8"
#define ACCEPT_JSON "application/json"

/* RFC 3986: all but the unreserved characters. */
static const char *encode(struct arena *arena, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	char *out = arena_alloc(arena, strlen(text) * 3 + 1), *to = out;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (strchr(plain, c)) {
			*to++ = (char)c;
		} else {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	return out;
}

const char *client_parameters(struct arena *arena, const struct client_question *question, bool old)
{
	char *text = arena_printf(arena, "version=%s&query=%s&startRecord=%lu&maximumRecords=%lu",
	    old ? "1.2&operation=searchRetrieve" : "2.0", encode(arena, question->query),
	    question->start, question->count);

	if (question->schema)
		text = arena_printf(
		    arena, "%s&recordSchema=%s", text, encode(arena, question->schema));
	else
		text = arena_printf(arena, "%s&httpAccept=%s", text, encode(arena, ACCEPT_JSON));
	if (question->partners)
		text = arena_printf(
		    arena, "%s&x-partners=%s", text, encode(arena, question->partners));
	return text;
}

const char *client_join(struct arena *arena, const char *url, const char *parameters)
{
	size_t length = strcspn(url, "#");
	const char *mark = memchr(url, '?', length) ? "&" : "?";

	if (length && strchr("?&", url[length - 1]))
		mark = "";
	return arena_printf(arena, "%.*s%s%s", (int)length, url, mark, parameters);
}

/* A server of 1.2 takes a request without an operation for explain, or misses it (7), or says that
 * it does not know the version (5). */
static bool is_from_old_server(const struct answer *answer)
{
	if (answer->is_explain)
		return true;
	for (size_t i = 0; i < answer->ndiagnostics; i++)
		if (answer->diagnostics[i].number == 5 || answer->diagnostics[i].number == 7)
			return true;
	return false;
}

static bool ask_once(struct client *client, struct arena *arena,
    const struct client_question *question, struct answer *answer, const char **body,
    size_t *length)
{
	const char *parameters = client_parameters(arena, question, client->old);
	const char *accept = question->schema ? ACCEPT_XML : ACCEPT_JSON;
	bool post = strlen(parameters) > URL_MAX;
	const char *url = post ? client_join(arena, client->url, "")
			       : client_join(arena, client->url, parameters);
	bool ok;

	if (!http_ask(client->http, url, post ? parameters : NULL, accept, body, length)) {
		snprintf(client->why, sizeof client->why, "%s", http_why(client->http));
		return false;
	}
	ok = question->schema ? answer_read_xml(arena, *body, *length, answer)
			      : answer_read_json(arena, *body, *length, answer);
	if (!ok)
		snprintf(client->why, sizeof client->why,
		    "what %.256s answered is not an SRU answer%s", client->url,
		    question->schema ? "" : " in JSON");
	return ok;
}

bool client_ask(struct client *client, struct arena *arena, const struct client_question *question,
    struct answer *answer, const char **body, size_t *length)
{
	if (!ask_once(client, arena, question, answer, body, length))
		return false;
	if (client->old || !question->schema || !is_from_old_server(answer)) {
		if (!answer->is_explain)
			return true;
	} else {
		answer_close(answer);
		client->old = true;
		if (!ask_once(client, arena, question, answer, body, length))
			return false;
		if (!answer->is_explain)
			return true;
	}
	answer_close(answer);
	snprintf(client->why, sizeof client->why, "%.256s describes itself instead of searching",
	    client->url);
	return false;
}
