#include "scenes/client.h"

#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fakeloop/fakeloop.h"
#include "scenes/world.h"

struct client *client_find(struct world *world, const char *name)
{
	/* The newest of a name: a scene may ask under the same name again. */
	for (size_t i = world->clients.count; i-- > 0;) {
		struct client *client = world->clients.items[i];

		if (!strcmp(client->name, name))
			return client;
	}
	return NULL;
}

static struct client *client_create(struct world *world, const char *name)
{
	struct client *client = calloc(1, sizeof *client);

	if (!client)
		abort();
	client->world = world;
	client->name = strdup(name);
	vec_push(&world->clients, client);
	return client;
}

static void client_send(
    struct client *client, const char *method, const char *path, const char *form)
{
	static const struct fakeheader posted[] = {
	    {"Content-Type", "application/x-www-form-urlencoded"}, {NULL, NULL}};
	bool post = !strcmp(method, "POST") && *form;
	char *whole;

	if (asprintf(&whole, "%s%s%s", path, !post && *form ? "?" : "", post ? "" : form) < 0)
		abort();
	client->world->turns = world_turns(client->world);
	transcript_addf(&client->world->transcript, "%6lldms %s asks %s %s %s",
	    (long long)world_now(client->world), client->name, method, whole, post ? form : "");
	client->request = fakeloop_request(client->world->loop, method, whole, post ? posted : NULL,
	    form, post ? strlen(form) : 0, NULL);
	free(whole);
}

struct client *client_ask(
    struct world *world, const char *name, const char *method, const char *path, const char *form)
{
	struct client *client = client_create(world, name);

	client_send(client, method, path, form);
	return client;
}

void client_leave(struct client *client)
{
	if (client->request && !fakerequest_is_over(client->request))
		fakerequest_abandon(client->request, 0);
}

static void forget_answer(struct client *client)
{
	fakerequest_free(client->request);
	client->request = NULL;
	json_decref(client->answer);
	client->answer = NULL;
}

void client_destroy(struct client *client)
{
	forget_answer(client);
	for (size_t i = 0; i < client->served.count; i++) {
		struct served *served = client->served.items[i];

		free(served->lead);
		free(served->holdings);
		free(served);
	}
	vec_clear(&client->served);
	free(client->name);
	free(client);
}

const char *client_text(const struct client *client, const char *member)
{
	return json_string_value(json_object_get(client->answer, member));
}

/* ---- the answer ---- */

static const char *control_number(const json_t *record)
{
	const json_t *fields = json_object_get(record, "fields"), *field;
	size_t i;

	json_array_foreach(fields, i,
	    field) if (json_object_get(field,
			   "001")) return json_string_value(json_object_get(field, "001"));
	return json_is_object(record) ? "unnumbered" : "surrogate";
}

static char *holdings_text(const json_t *holdings)
{
	const json_t *holding;
	char *text;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	json_array_foreach(holdings, i, holding)
	{
		const json_t *position = json_object_get(holding, "position");
		const char *id = json_string_value(json_object_get(holding, "id"));

		fprintf(out, " %s:", json_string_value(json_object_get(holding, "partner")));
		if (position)
			fprintf(out, "%lld", (long long)json_integer_value(position));
		else
			fputs(id ? id : "", out);
	}
	fclose(out);
	return text;
}

static void take_records(struct client *client)
{
	const json_t *record;
	size_t i;

	json_array_foreach(json_object_get(client->answer, "records"), i, record)
	{
		struct served *served = calloc(1, sizeof *served);

		if (!served)
			abort();
		served->position =
		    (unsigned long)json_integer_value(json_object_get(record, "position"));
		served->lead = strdup(control_number(json_object_get(record, "record")));
		served->holdings = holdings_text(json_object_get(record, "holdings"));
		transcript_addf(&client->world->transcript, "         %lu. %s%s %.3f",
		    served->position, served->lead, served->holdings,
		    json_real_value(json_object_get(record, "score")));
		vec_push(&client->served, served);
	}
}

static void tell_answer(const struct client *client)
{
	struct transcript *transcript = &client->world->transcript;
	const char *body = fakerequest_body(client->request, NULL);
	const json_t *partner;
	size_t i;

	transcript_addf(transcript, "%6lldms %s has its answer after %lld ms: HTTP %d",
	    (long long)world_now(client->world), client->name,
	    (long long)fakerequest_time(client->request), fakerequest_status(client->request));
	if (!client->answer) {
		transcript_addf(transcript, "         %.400s", body);
		return;
	}
	transcript_addf(transcript, "         hits %lld (%s), next %lld",
	    (long long)json_integer_value(json_object_get(client->answer, "numberOfRecords")),
	    client_text(client, "resultCountPrecision"),
	    (long long)json_integer_value(json_object_get(client->answer, "nextRecordPosition")));
	json_array_foreach(json_object_get(client->answer, "diagnostics"), i, partner)
	{
		char *text = json_dumps(partner, JSON_COMPACT);

		transcript_addf(transcript, "         %s", text);
		free(text);
	}
	json_array_foreach(json_object_get(client->answer, "partners"), i, partner)
	{
		json_t *shown = json_copy((json_t *)partner);
		char *text;

		json_object_del(shown, "query");
		json_object_del(shown, "name");
		text = json_dumps(shown, JSON_COMPACT);
		transcript_addf(transcript, "         %s", text);
		free(text);
		json_decref(shown);
	}
}

static bool is_well_formed(const char *body, size_t length)
{
	xmlDocPtr doc = xmlReadMemory(
	    body, (int)length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_HUGE);

	xmlFreeDoc(doc);
	return doc != NULL;
}

static bool request_is_over(void *arg)
{
	return fakerequest_is_over(arg);
}

bool client_finish(struct client *client)
{
	struct transcript *transcript = &client->world->transcript;
	const char *type, *body;
	size_t length;

	if (!client->request || client->looked_at)
		return true;
	client->looked_at = true;
	if (!world_wait_for(client->world, request_is_over, client->request))
		return transcript_fail(transcript, "%s is never answered", client->name);
	type = fakerequest_header(client->request, "Content-Type");
	body = fakerequest_body(client->request, &length);
	if (type && strstr(type, "json"))
		client->answer = json_loadb(body, length, 0, NULL);
	tell_answer(client);
	take_records(client);
	if (!length)
		return true;
	if (type && strstr(type, "json") && !client->answer)
		return transcript_fail(transcript, "%s: the answer is not JSON", client->name);
	if (type && strstr(type, "xml") && !is_well_formed(body, length))
		return transcript_fail(transcript, "%s: the answer is not XML", client->name);
	return true;
}

/* ---- all pages ---- */

static char *page_form(const struct client *client, const char *parameters, unsigned size,
    unsigned long start, bool by_id)
{
	const char *id = client_text(client, "resultSetId");
	char *form;
	int length;

	if (by_id && id)
		length = asprintf(&form,
		    "query=cql.resultSetId%%3D%s&startRecord=%lu&maximumRecords=%u"
		    "&httpAccept=application%%2Fjson",
		    id, start, size);
	else
		length = asprintf(
		    &form, "%s&startRecord=%lu&maximumRecords=%u", parameters, start, size);
	if (length < 0)
		abort();
	return form;
}

/* Positions go on where they stopped, and the page says where it goes on. */
static bool check_page(struct client *client, size_t before, unsigned long start, unsigned size)
{
	struct transcript *transcript = &client->world->transcript;
	size_t count = client->served.count - before;

	if (json_array_size(json_object_get(client->answer, "diagnostics")))
		return transcript_fail(
		    transcript, "%s: the page at %lu carries a diagnostic", client->name, start);
	if (count > size)
		return transcript_fail(
		    transcript, "%s: %zu records on a page of %u", client->name, count, size);
	for (size_t i = 0; i < count; i++) {
		const struct served *served = client->served.items[before + i];

		if (served->position != start + i)
			return transcript_fail(transcript, "%s: position %lu where %lu belongs",
			    client->name, served->position, start + i);
	}
	return true;
}

/* No entry and no holding stands twice. */
static bool check_once(struct client *client)
{
	for (size_t i = 0; i < client->served.count; i++) {
		const struct served *one = client->served.items[i];

		for (size_t j = 0; j < i; j++) {
			const struct served *other = client->served.items[j];

			if (!strcmp(one->lead, other->lead) && strcmp(one->lead, "surrogate"))
				return transcript_fail(&client->world->transcript,
				    "%s: %s stands at %lu and at %lu", client->name, one->lead,
				    other->position, one->position);
			if (!strcmp(one->holdings, other->holdings))
				return transcript_fail(&client->world->transcript,
				    "%s: the holdings%s stand at %lu and at %lu", client->name,
				    one->holdings, other->position, one->position);
		}
	}
	return true;
}

struct client *client_read_all(struct world *world, const char *name, const char *path,
    const char *parameters, unsigned size, bool by_id)
{
	struct client *client = client_create(world, name);
	unsigned long start = 1;
	bool ok;

	do {
		char *form = page_form(client, parameters, size, start, by_id);
		size_t before = client->served.count;

		forget_answer(client);
		client->looked_at = false;
		client_send(client, "GET", path, form);
		free(form);
		client->pages++;
		ok = client_finish(client) && check_page(client, before, start, size);
		start = (unsigned long)json_integer_value(
		    json_object_get(client->answer, "nextRecordPosition"));
		if (ok && start && start != client->served.count + 1)
			ok = transcript_fail(&world->transcript,
			    "%s: %zu entries were served, and the next is said to be %lu", name,
			    client->served.count, start);
		/* A short page in the middle is allowed at the deadline only; for ever it is not.
		 */
		if (ok && client->pages > 10000)
			ok = transcript_fail(&world->transcript, "%s: paging never ends", name);
	} while (ok && start);
	if (ok)
		check_once(client);
	return client;
}

bool client_same(const struct client *a, const struct client *b)
{
	if (a->served.count != b->served.count)
		return false;
	for (size_t i = 0; i < a->served.count; i++) {
		const struct served *x = a->served.items[i], *y = b->served.items[i];

		if (x->position != y->position || strcmp(x->lead, y->lead))
			return false;
	}
	return true;
}
