/* Conditions on one answer: the indented lines of `answer` and `read`. */
#include <stdlib.h>
#include <string.h>

#include "fakeloop/fakeloop.h"
#include "scenes/client.h"
#include "scenes/play.h"
#include "scenes/words.h"
#include "scenes/world.h"

struct expectation {
	struct play *play;
	struct client *client;
	struct words words;
};

static const char *word(const struct expectation *e, unsigned number)
{
	return number < e->words.count ? e->words.list[number] : "";
}

static bool check_number(
    const struct expectation *e, const char *what, long long value, const char *wanted)
{
	struct range range;
	char text[64];

	if (!range_read(wanted, &range))
		return play_fail(e->play, "%s: no number: %s", what, wanted);
	return range_holds(&range, value) ||
	       play_fail(e->play, "%s: %s is %lld, expected %s", e->client->name, what, value,
		   range_print(&range, text));
}

static long long member(const struct expectation *e, const char *name)
{
	return json_integer_value(json_object_get(e->client->answer, name));
}

static bool check_text(
    const struct expectation *e, const char *what, const char *value, const char *wanted)
{
	return (value && !strcmp(value, wanted)) ||
	       play_fail(e->play, "%s: %s is %s, expected %s", e->client->name, what,
		   value ? value : "absent", wanted);
}

static bool check_part(
    const struct expectation *e, const char *what, const char *value, const char *wanted)
{
	return (value && strstr(value, wanted)) ||
	       play_fail(e->play, "%s: %s is \"%s\", expected \"%s\" in it", e->client->name, what,
		   value ? value : "", wanted);
}

/* `took 2s` · `took ..2s` */
static bool expect_took(const struct expectation *e)
{
	return check_number(e, "time taken", fakerequest_time(e->client->request), word(e, 1));
}

static bool expect_http(const struct expectation *e)
{
	return check_number(e, "HTTP status", fakerequest_status(e->client->request), word(e, 1));
}

/* `hits 12 [exact|estimate]` */
static bool expect_hits(const struct expectation *e)
{
	return check_number(e, "numberOfRecords", member(e, "numberOfRecords"), word(e, 1)) &&
	       (e->words.count < 3 ||
		   check_text(
		       e, "precision", client_text(e->client, "resultCountPrecision"), word(e, 2)));
}

static bool expect_next(const struct expectation *e)
{
	return check_number(e, "nextRecordPosition", member(e, "nextRecordPosition"),
	    strcmp(word(e, 1), "none") ? word(e, 1) : "0");
}

/* `records none` · `records 10` · `records 11-20` (their positions) */
static bool expect_records(const struct expectation *e)
{
	const struct vec *served = &e->client->served;
	const char *dash = strchr(word(e, 1), '-');
	const struct served *first = served->count ? served->items[0] : NULL;
	long long from, to;

	if (!strcmp(word(e, 1), "none"))
		return check_number(e, "records", (long long)served->count, "0");
	if (!dash)
		return check_number(e, "records", (long long)served->count, word(e, 1));
	from = strtoll(word(e, 1), NULL, 10);
	to = strtoll(dash + 1, NULL, 10);
	for (size_t i = 0; i < served->count; i++)
		if (((const struct served *)served->items[i])->position != first->position + i)
			return play_fail(e->play, "%s: positions have a gap", e->client->name);
	return (first && (long long)first->position == from &&
		   (long long)served->count == to - from + 1) ||
	       play_fail(e->play, "%s: records %lu to %lu, expected %s", e->client->name,
		   first ? first->position : 0, first ? first->position + served->count - 1 : 0,
		   word(e, 1));
}

/* `diagnostic 61 [words of its details]`; for an answer that is not JSON, its URI is in it. */
static bool expect_diagnostic(const struct expectation *e)
{
	const json_t *list = json_object_get(e->client->answer, "diagnostics");
	const char *uri = json_string_value(json_object_get(json_array_get(list, 0), "uri"));
	const char *slash = uri ? strrchr(uri, '/') : NULL;

	if (!e->client->answer) {
		char whole[64];

		snprintf(whole, sizeof whole, "info:srw/diagnostic/1/%s<", word(e, 1));
		return check_part(e, "answer", fakerequest_body(e->client->request, NULL), whole);
	}
	if (json_array_size(list) != 1)
		return play_fail(e->play, "%s: %zu diagnostics, expected %s", e->client->name,
		    json_array_size(list), word(e, 1));
	if (!check_text(e, "diagnostic", slash ? slash + 1 : uri, word(e, 1)))
		return false;
	for (unsigned i = 2; i < e->words.count; i++)
		if (!check_part(e, "details",
			json_string_value(json_object_get(json_array_get(list, 0), "details")),
			word(e, i)))
			return false;
	return true;
}

static const json_t *find_partner(const struct expectation *e, const char *id)
{
	const json_t *partner;
	size_t i;

	json_array_foreach(json_object_get(e->client->answer, "partners"), i,
	    partner) if (!strcmp(json_string_value(json_object_get(partner, "id")),
			     id)) return partner;
	return NULL;
}

/* One `key value` of a partner's line. */
static bool check_fact(
    const struct expectation *e, const json_t *partner, const char *key, const char *wanted)
{
	const json_t *value = json_object_get(partner, key);

	if (!strcmp(wanted, "none"))
		return !value || play_fail(e->play, "%s: %s has %s", e->client->name,
				     json_string_value(json_object_get(partner, "id")), key);
	if (!strcmp(key, "detail"))
		return check_part(e, key, json_string_value(value), wanted);
	if (json_is_string(value))
		return check_text(e, key, json_string_value(value), wanted);
	if (!value)
		return play_fail(e->play, "%s: %s has no %s", e->client->name,
		    json_string_value(json_object_get(partner, "id")), key);
	return check_number(e, key, json_integer_value(value), wanted);
}

/* `partner ugm late search hits 12 fetched 5 ms 40..60`; ok and expired have no reason. */
static bool expect_partner(const struct expectation *e)
{
	const json_t *partner = find_partner(e, word(e, 1));
	const char *status = word(e, 2), *reason, *found;
	bool plain = !strcmp(status, "ok") || !strcmp(status, "expired");
	unsigned at = plain ? 3 : 4;

	if (!partner)
		return play_fail(e->play, "%s: no partner %s", e->client->name, word(e, 1));
	found = json_string_value(json_object_get(partner, "status"));
	reason = json_string_value(json_object_get(partner, "reason"));
	if (strcmp(found, status) || strcmp(reason ? reason : "", plain ? "" : word(e, 3)))
		return play_fail(e->play, "%s: %s is %s %s, expected %s %s", e->client->name,
		    word(e, 1), found, reason ? reason : "", status, plain ? "" : word(e, 3));
	for (; at + 1 < e->words.count; at += 2)
		if (!check_fact(e, partner, word(e, at), word(e, at + 1)))
			return false;
	return at == e->words.count || play_fail(e->play, "odd words for a partner");
}

/* `partners ugm uin`: these, in this order */
static bool expect_partners(const struct expectation *e)
{
	const json_t *list = json_object_get(e->client->answer, "partners");

	if (json_array_size(list) != e->words.count - 1)
		return play_fail(
		    e->play, "%s: %zu partners", e->client->name, json_array_size(list));
	for (unsigned i = 1; i < e->words.count; i++)
		if (!check_text(e, "partner",
			json_string_value(json_object_get(json_array_get(list, i - 1), "id")),
			word(e, i)))
			return false;
	return true;
}

/* `all partners ok [key value]…` but those with a line of their own are not asked apart. */
static bool expect_all(const struct expectation *e)
{
	const json_t *partner;
	size_t i;

	json_array_foreach(json_object_get(e->client->answer, "partners"), i, partner)
	{
		if (!check_text(e, "status", json_string_value(json_object_get(partner, "status")),
			word(e, 2)))
			return false;
		for (unsigned at = 3; at + 1 < e->words.count; at += 2)
			if (!check_fact(e, partner, word(e, at), word(e, at + 1)))
				return false;
	}
	return true;
}

static const json_t *find_record(const struct expectation *e, const char *position)
{
	const json_t *record;
	size_t i;

	json_array_foreach(json_object_get(e->client->answer, "records"), i,
	    record) if (json_integer_value(json_object_get(record, "position")) ==
			strtoll(position, NULL, 10)) return record;
	return NULL;
}

static const char *title_of(const json_t *record)
{
	const json_t *field, *subfield;
	size_t i, j;

	json_array_foreach(json_object_get(json_object_get(record, "record"), "fields"), i, field)
	    json_array_foreach(json_object_get(json_object_get(field, "245"), "subfields"), j,
		subfield) if (json_object_get(subfield,
				  "a")) return json_string_value(json_object_get(subfield, "a"));
	return NULL;
}

static const struct served *find_served(const struct client *client, const char *position)
{
	for (size_t i = 0; i < client->served.count; i++) {
		const struct served *served = client->served.items[i];

		if (served->position == strtoul(position, NULL, 10))
			return served;
	}
	return NULL;
}

/* `record 3 id ugm-000003 title water holdings "ugm:3 uin:1" services loan surrogate 63` */
static bool expect_record(const struct expectation *e)
{
	const json_t *record = find_record(e, word(e, 1));
	const struct served *served = find_served(e->client, word(e, 1));

	if (!served)
		return play_fail(e->play, "%s: nothing at %s", e->client->name, word(e, 1));
	for (unsigned at = 2; at + 1 < e->words.count; at += 2) {
		const char *key = word(e, at), *wanted = word(e, at + 1);
		char *dumped = NULL;
		bool ok;

		if (!strcmp(key, "id")) {
			ok = check_text(e, "record", served->lead, wanted);
		} else if (!strcmp(key, "title")) {
			ok = check_part(e, "title", title_of(record), wanted);
		} else if (!strcmp(key, "holdings")) {
			ok = check_text(e, "holdings", served->holdings + 1, wanted);
		} else if (!strcmp(key, "has")) {
			dumped = json_dumps(record, JSON_COMPACT);
			ok = check_part(e, "record", dumped, wanted);
		} else if (!strcmp(key, "surrogate")) {
			const char *uri = json_string_value(
			    json_object_get(json_object_get(record, "diagnostic"), "uri"));

			ok = check_text(e, "surrogate", uri ? strrchr(uri, '/') + 1 : NULL, wanted);
		} else {
			ok = play_fail(e->play, "a record has no %s", key);
		}
		free(dumped);
		if (!ok)
			return false;
	}
	return true;
}

/* `same as B`: the same entries at the same places */
static bool expect_same(const struct expectation *e)
{
	struct client *other = client_find(e->play->world, word(e, 2));

	if (!other)
		return play_fail(e->play, "nobody is called %s", word(e, 2));
	return client_same(e->client, other) ||
	       play_fail(
		   e->play, "%s and %s were not served the same", e->client->name, other->name);
}

/* `begins as B`: every entry of B stands here at the same place */
static bool expect_begins(const struct expectation *e)
{
	struct client *other = client_find(e->play->world, word(e, 2));

	if (!other || other->served.count > e->client->served.count)
		return play_fail(
		    e->play, "%s was served more than %s", word(e, 2), e->client->name);
	for (size_t i = 0; i < other->served.count; i++) {
		const struct served *a = e->client->served.items[i], *b = other->served.items[i];

		if (a->position != b->position || strcmp(a->lead, b->lead))
			return play_fail(e->play, "%s and %s differ at %lu", e->client->name,
			    other->name, b->position);
	}
	return true;
}

/* `set same as B` · `set other than B` · `set none` */
static bool expect_set(const struct expectation *e)
{
	struct client *other = client_find(e->play->world, word(e, 3));
	const char *own = client_text(e->client, "resultSetId"), *its;

	if (!strcmp(word(e, 1), "none"))
		return !own || play_fail(e->play, "%s: there is a result set", e->client->name);
	its = other ? client_text(other, "resultSetId") : NULL;
	if (!own || !its)
		return play_fail(e->play, "%s: no result set", e->client->name);
	return !strcmp(own, its) == !strcmp(word(e, 1), "same") ||
	       play_fail(
		   e->play, "%s: the set is not %s %s", e->client->name, word(e, 1), word(e, 3));
}

/* `body has TEXT` · `body lacks TEXT` */
static bool expect_body(const struct expectation *e)
{
	const char *body = fakerequest_body(e->client->request, NULL);
	bool has = strstr(body, word(e, 2)) != NULL;

	return has == !strcmp(word(e, 1), "has") ||
	       play_fail(e->play, "%s: the answer %s \"%s\": %.300s", e->client->name,
		   has ? "has" : "lacks", word(e, 2), body);
}

/* `told ID breaker.state open since none …`: what /status says of a partner */
static bool expect_told(const struct expectation *e)
{
	for (unsigned at = 2; at + 1 < e->words.count; at += 2) {
		const json_t *value = find_partner(e, word(e, 1));
		char path[64], text[128] = "none", *save = NULL;

		snprintf(path, sizeof path, "%s", word(e, at));
		for (char *step = strtok_r(path, ".", &save); step;
		     step = strtok_r(NULL, ".", &save))
			value = json_object_get(value, step);
		if (json_is_string(value))
			snprintf(text, sizeof text, "%s", json_string_value(value));
		else if (json_is_number(value))
			snprintf(text, sizeof text, "%g", json_number_value(value));
		if (strcmp(text, word(e, at + 1)) != 0)
			return play_fail(e->play, "%s: %s of %s is %s, expected %s",
			    e->client->name, word(e, at), word(e, 1), text, word(e, at + 1));
	}
	return true;
}

static bool expect_pages(const struct expectation *e)
{
	return check_number(e, "pages", e->client->pages, word(e, 1));
}

/* `gone`: it got no answer; `refused`: nobody listened */
static bool expect_gone(const struct expectation *e)
{
	enum fakerequest_state state = fakerequest_state(e->client->request);

	return state == (strcmp(word(e, 0), "gone") ? FAKEREQUEST_REFUSED : FAKEREQUEST_GONE) ||
	       play_fail(e->play, "%s: not %s", e->client->name, word(e, 0));
}

bool expect_no_diagnostic(struct play *play, struct client *client)
{
	const json_t *list = json_object_get(client->answer, "diagnostics");
	char *text;

	if (!json_array_size(list))
		return true;
	text = json_dumps(list, JSON_COMPACT);
	play_fail(play, "%s: %s", client->name, text);
	free(text);
	return false;
}

bool expect_answer(struct play *play, struct client *client, const char *condition)
{
	static const struct {
		const char *word;
		bool (*fn)(const struct expectation *e);
	} known[] = {{"took", expect_took}, {"http", expect_http}, {"hits", expect_hits},
	    {"next", expect_next}, {"records", expect_records}, {"partner", expect_partner},
	    {"partners", expect_partners}, {"all", expect_all}, {"record", expect_record},
	    {"same", expect_same}, {"begins", expect_begins}, {"set", expect_set},
	    {"body", expect_body}, {"told", expect_told}, {"pages", expect_pages},
	    {"diagnostic", expect_diagnostic}, {"gone", expect_gone}, {"refused", expect_gone}};
	struct expectation e = {play, client, {0}};
	bool ok = false, found = false;

	words_split(&e.words, condition);
	for (size_t i = 0; !found && i < sizeof known / sizeof *known; i++) {
		found = !strcmp(word(&e, 0), known[i].word);
		if (found)
			ok = known[i].fn(&e);
	}
	if (!found)
		play_fail(play, "no such condition: %s", condition);
	words_clear(&e.words);
	return ok;
}
