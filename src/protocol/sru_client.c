#include "protocol/sru_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "protocol/sru_client_parts.h"

/* ---- the client ---- */

/* Parameters that are SRU's to set: a base URL copied from a browser has some of them. */
static bool is_ours(const char *name, size_t length)
{
	static const char *const names[] = {"operation", "version", "query", "queryType",
	    "startRecord", "maximumRecords", "recordSchema", "recordPacking", "recordXMLEscaping",
	    "sortKeys", "scanClause", "responsePosition", "maximumTerms"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
			return true;
	return false;
}

static const char *own_parameters(struct arena *arena, const char *query)
{
	char *own = arena_alloc(arena, strlen(query) + 1), *out = own;

	while (*query) {
		size_t length = strcspn(query, "&");

		if (length && !is_ours(query, strcspn(query, "=&"))) {
			if (out > own)
				*out++ = '&';
			memcpy(out, query, length);
			out += length;
		}
		query += length + (query[length] == '&');
	}
	return own;
}

struct sru_client *sru_client_create(const struct sru_client_options *options)
{
	struct sru_client *client = calloc(1, sizeof *client);
	const char *path = options->path;
	size_t length = strcspn(path, "?#");

	if (!client)
		abort();
	client->arena = arena_create(0, NULL);
	client->path =
	    arena_printf(client->arena, "%s%.*s", *path == '/' ? "" : "/", (int)length, path);
	client->own = "";
	if (path[length] == '?')
		client->own =
		    own_parameters(client->arena, arena_strndup(client->arena, path + length + 1,
						      strcspn(path + length + 1, "#")));
	client->fixed = options->fixed;
	client->version = options->fixed ? options->version : SRU_1_2;
	sru_client_guess_schemas(client);
	if (options->schema) {
		client->own_schema = true;
		client->schemas[0] = arena_strdup(client->arena, options->schema);
		client->nschemas = 1;
	}
	return client;
}

void sru_client_destroy(struct sru_client *client)
{
	if (!client)
		return;
	arena_destroy(client->learned);
	arena_destroy(client->arena);
	free(client->moved);
	free(client);
}

enum sru_version sru_client_version(const struct sru_client *client)
{
	return client->version;
}

const struct sru_explained *sru_client_explained(const struct sru_client *client)
{
	return client->explained;
}

void sru_client_mute(struct sru_client *client, msec_t until)
{
	client->mute = true;
	client->mute_until = until;
}

void sru_client_wake(struct sru_client *client, msec_t now)
{
	client->mute = client->mute && now < client->mute_until;
}

/* ---- where it is ---- */

/* Path and query are one text; only the path may be another. */
bool sru_client_move(struct sru_client *client, const struct sru_sent *sent, bool secure,
    unsigned port, const char *target)
{
	size_t length = strcspn(target, "?");

	if (strcmp(target + length, sent->target + strcspn(sent->target, "?")) != 0)
		return false;
	free(client->moved);
	client->moved = strndup(target, length);
	if (!client->moved)
		abort();
	client->moved_secure = secure;
	client->moved_port = port;
	return true;
}

void sru_client_move_back(struct sru_client *client)
{
	free(client->moved);
	client->moved = NULL;
}

bool sru_client_moved(const struct sru_client *client, bool *secure, unsigned *port)
{
	if (!client->moved)
		return false;
	*secure = client->moved_secure;
	*port = client->moved_port;
	return true;
}

/* ---- what refusals teach ---- */

/* 5: the details name the highest version it speaks. */
static bool next_version(struct sru_client *client, const struct sru_sent *sent, const char *named)
{
	enum { OTHERS = 3 };
	static const enum sru_version others[OTHERS] = {SRU_1_2, SRU_1_1, SRU_2_0};
	static const char *const names[] = {
	    [SRU_1_1] = "1.1", [SRU_1_2] = "1.2", [SRU_2_0] = "2.0"};

	if (client->fixed)
		return false;
	if (sent->version != client->version)
		return true;
	client->tried |= 1u << client->version;
	for (size_t i = 0; i < 2 * OTHERS; i++) {
		enum sru_version version = others[i % OTHERS];

		/* First those that are named. */
		if (client->tried & 1u << version || (i < OTHERS && !strstr(named, names[version])))
			continue;
		client->version = version;
		return true;
	}
	return false;
}

/* True when it is something new, or what another answer has taught since this was sent. */
static bool leave_out(struct sru_client *client, const struct sru_sent *sent, unsigned what)
{
	if (sent->left_out & what)
		return false;
	client->left_out |= what;
	return true;
}

/* Without a name that is SRU's it is most likely what no standard has. */
static bool leave_out_extras(struct sru_client *client, const struct sru_sent *sent)
{
	return (sent->ask.patience && leave_out(client, sent, LEFT_DEADLINE)) ||
	       (sent->ask.hop_mark && leave_out(client, sent, LEFT_VIA));
}

/* 8: an unsupported parameter; 6: an unsupported value; 71: an unsupported packing. Details name
 * the parameter. */
static bool next_parameters(
    struct sru_client *client, const struct sru_sent *sent, int code, const char *named)
{
	bool is_explain = sent->ask.operation == SRU_EXPLAIN;

	if (text_equal_ignoring_case(named, "recordPacking") ||
	    text_equal_ignoring_case(named, "recordXMLEscaping"))
		return sent->version != SRU_2_0 && leave_out(client, sent, LEFT_PACKING);
	if (text_equal_ignoring_case(named, "x-silang-via"))
		return leave_out(client, sent, LEFT_VIA);
	if (text_equal_ignoring_case(named, "x-deadline"))
		return leave_out(client, sent, LEFT_DEADLINE);
	if (text_equal_ignoring_case(named, "recordSchema"))
		return sru_client_next_schema(client, sent->schema) ||
		       leave_out(client, sent, LEFT_SCHEMA);
	if (is_explain && sent->version != SRU_2_0)
		return leave_out(client, sent, LEFT_OPERATION);
	if (text_equal_ignoring_case(named, "operation") ||
	    text_equal_ignoring_case(named, "version"))
		return next_version(client, sent, "");
	return code == 8 && !is_ours(named, strlen(named)) && leave_out_extras(client, sent);
}

/* Whether the question is worth putting again in another form. Only forms of asking are changed
 * here; its words are the caller's. */
static bool learn(struct sru_client *client, const struct sru_sent *sent,
    const struct reply_diagnostic *diagnostic)
{
	switch (diagnostic->code) {
	case 4: /* operation */
	case 7: /* mandatory parameter missing */
	case 8:
	case 6: return next_parameters(client, sent, diagnostic->code, diagnostic->addinfo);
	case 5: return next_version(client, sent, diagnostic->addinfo);
	case 66:
	case 67: return sru_client_next_schema(client, sent->schema);
	case 71: return sent->version != SRU_2_0 && leave_out(client, sent, LEFT_PACKING);
	default: return false;
	}
}

/* The version of a good answer, when it is lower than what was asked, or the new one. */
static void learn_version(
    struct sru_client *client, const struct sru_sent *sent, const struct sru_document *document)
{
	if (client->fixed || !document->has_version || sent->version != client->version ||
	    client->tried & 1u << document->version)
		return;
	if (document->version < sent->version || document->version == SRU_2_0)
		client->version = document->version;
}

/* ---- answers ---- */

static enum sru_take fail(struct sru_taken *out, enum sru_failure failure)
{
	out->failure = failure;
	return SRU_TAKE_FAILED;
}

static bool is_good(int status)
{
	return status >= 200 && status < 300;
}

/* HTTP's own refusals. */
static enum sru_take take_status(
    struct sru_client *client, const struct sru_sent *sent, int status, struct sru_taken *out)
{
	if ((status == 405 || status == 415 || status == 501) && sent->body &&
	    leave_out(client, sent, NO_POST))
		return SRU_TAKE_AGAIN;
	if (status == 414 && !sent->body && !(sent->left_out & NO_POST) &&
	    leave_out(client, sent, USE_POST))
		return SRU_TAKE_AGAIN;
	if (status == 400 && sent->ask.operation == SRU_EXPLAIN && sent->version != SRU_2_0 &&
	    leave_out(client, sent, LEFT_OPERATION))
		return SRU_TAKE_AGAIN;
	snprintf(out->detail, sizeof out->detail, "HTTP status %d", status);
	if (status == 401 || status == 403 || status == 407)
		return fail(out, SRU_FAILURE_AUTHENTICATION);
	return fail(out, SRU_FAILURE_PROTOCOL);
}

/* 15, 16: a context set, an index that it does not have, at least not by that name. */
static enum sru_take take_refusal(struct sru_client *client, const struct sru_sent *sent,
    const struct reply_diagnostic *diagnostic)
{
	bool unknown = diagnostic->code == 15 || diagnostic->code == 16;

	if (learn(client, sent, diagnostic))
		return SRU_TAKE_AGAIN;
	if (sent->ask.operation == SRU_EXPLAIN || !unknown || sent->explained)
		return SRU_TAKE_REPLY;
	if (client->explained)
		return SRU_TAKE_AGAIN;
	return client->mute ? SRU_TAKE_REPLY : SRU_TAKE_EXPLAIN;
}

static enum sru_take take_document(struct sru_client *client, struct sru_document *document)
{
	struct reply *reply = &document->out->reply;

	if (reply->diagnostic.present)
		return take_refusal(client, document->sent, &reply->diagnostic);
	if (document->refused_schema && sru_client_next_schema(client, document->sent->schema))
		return SRU_TAKE_AGAIN;
	learn_version(client, document->sent, document);
	sru_client_read_notice(document);
	if (document->zeerex)
		sru_client_learn_explain(client, document->zeerex);
	return SRU_TAKE_REPLY;
}

enum sru_take sru_client_take(struct sru_client *client, struct arena *arena,
    const struct sru_sent *sent, const struct sru_arrived *arrived, struct sru_taken *out)
{
	struct sru_document document = {.arena = arena, .sent = sent, .out = out};
	enum sru_take take;
	xmlDocPtr tree;
	bool read;

	memset(out, 0, sizeof *out);
	read = sru_client_parse(arena, arrived, &tree, out->detail) &&
	       sru_client_read(&document, tree);
	/* Beside a status of failure only a diagnostic is believed. */
	if (!is_good(arrived->status) && !(read && out->reply.diagnostic.present)) {
		memset(out, 0, sizeof *out);
		take = take_status(client, sent, arrived->status, out);
	} else if (!read) {
		take = fail(out, SRU_FAILURE_PROTOCOL);
	} else {
		take = take_document(client, &document);
	}
	if (sent->ask.operation == SRU_EXPLAIN && take != SRU_TAKE_AGAIN && !document.zeerex)
		sru_client_mute(client, MSEC_NEVER);
	xmlFreeDoc(document.inner);
	xmlFreeDoc(tree);
	return take;
}
