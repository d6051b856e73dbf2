#include "front/op_explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"
#include "front/access.h"
#include "front/address.h"
#include "front/gateway.h"
#include "front/reply.h"
#include "loop/loop.h"
#include "merge/facet.h"
#include "merge/sort.h"
#include "protocol/sru.h"
#include "query/profile.h"
#include "record/schema.h"
#include "registry/config.h"
#include "target/health.h"
#include "target/targets.h"

void op_refuse(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const struct diag *diag)
{
	size_t length;
	char *body = sru_encode_failure(arena, request, diag, &length);

	access_note(gateway, exchange,
	    &(struct access_record){
		.kind = REQUEST_REFUSED,
		.status = 200,
		.diagnostic = diag_srw(diag->id),
		.asked = -1,
	    });
	reply_send(exchange, 200, request->content_type, body, length);
	arena_destroy(arena);
}

/* Counts, for each index, the partners whose profile maps it. */
struct index_count {
	struct arena *arena;
	struct map *seen; /* "set.name" → struct sru_explain_index */
	struct vec order;
	unsigned weight; /* partners of the profile being walked */
};

static struct sru_explain_index *find_index(
    struct index_count *count, const char *set, const char *name)
{
	const char *key = arena_printf(count->arena, "%s.%s", set, name);
	struct sru_explain_index *index = map_find(count->seen, key);

	if (!index) {
		index = arena_alloc(count->arena, sizeof *index);
		index->set = arena_strdup(count->arena, set);
		index->name = arena_strdup(count->arena, name);
		index->title = index->name;
		index->sorts = sort_can(index->set, index->name);
		map_put(count->seen, key, index);
		vec_push(&count->order, index);
	}
	return index;
}

static void count_index(void *arg, const char *set, const char *name)
{
	struct index_count *count = arg;

	find_index(count, set, name)->partners += count->weight;
}

/* One that the gateway answers itself (search/narrowing). */
static void add_own_index(
    struct index_count *count, const char *set, const char *name, unsigned partners)
{
	struct sru_explain_index *index = find_index(count, set, name);

	index->partners = partners;
	index->own = true;
}

/* Partners that would be asked, by the rules of today. */
static bool partner_takes_part(const struct gateway *gateway, const struct partner *partner)
{
	if (!partner->enabled || !agreement_allows_search(&partner->agreement))
		return false;
	return gateway->config->search.on_expiry == EXPIRY_WARN ||
	       agreement_state(&partner->agreement, gateway_today(gateway)) != AGREEMENT_EXPIRED;
}

/* What of CQL's relation modifiers some partner's profile has; and whether one has proximity. */
static void list_modifiers(
    struct arena *arena, const struct vec *profiles, struct sru_explain_answer *answer)
{
	static const char *const known[] = {"relevant", "stem", "phonetic", "fuzzy", "partial",
	    "word", "string", "isoDate", "number", "uri", "oid", "masked", "unmasked", "substring",
	    "regexp", "ignoreCase", "respectCase", "ignoreAccents", "respectAccents"};
	enum { KNOWN = sizeof known / sizeof *known };
	const char **names = arena_array(arena, KNOWN + 1, sizeof *names);
	size_t n = 0;

	for (size_t k = 0; k < KNOWN; k++) {
		const char *key = arena_printf(arena, "relationModifier.%s", known[k]);
		size_t p = 0;

		while (p < profiles->count && !profile_find(profiles->items[p], key))
			p++;
		if (p < profiles->count)
			names[n++] = known[k];
	}
	for (size_t p = 0; p < profiles->count; p++) {
		const char *prox = profile_find(profiles->items[p], "feature.prox");

		answer->prox = answer->prox || (prox && strcmp(prox, "yes") == 0);
	}
	answer->modifiers = names;
}

/* Whatever its profile says, a catalogue that has refused an index does not have it. What is not in
 * the profile was not counted for it: SRU servers are asked for that, too. */
static void leave_out_lacking(
    struct index_count *count, const struct partner *partner, const struct lacks *lacks, msec_t now)
{
	for (unsigned k = 0; k < LACKS_MAX; k++) {
		const char *name = lacks_name(lacks, k, now);
		struct sru_explain_index *index = name ? map_find(count->seen, name) : NULL;

		if (index && index->partners && !index->own &&
		    profile_find(
			partner->target.profile, arena_printf(count->arena, "index.%s", name)))
			index->partners--;
	}
}

/* Those that somebody has. */
static void list_indexes(const struct index_count *count, struct sru_explain_answer *answer)
{
	struct sru_explain_index *indexes =
	    arena_array(count->arena, count->order.count, sizeof *indexes);

	answer->indexes = indexes;
	for (size_t i = 0; i < count->order.count; i++) {
		const struct sru_explain_index *index = count->order.items[i];

		if (index->partners || index->own)
			indexes[answer->nindexes++] = *index;
	}
}

static void count_indexes(const struct gateway *gateway, struct index_count *count,
    const struct partner *const *partners, size_t npartners, struct sru_explain_answer *answer)
{
	struct vec profiles = {0};

	for (size_t i = 0; i < npartners; i++) {
		const struct profile *profile = partners[i]->target.profile;
		size_t p = 0;

		if (!partner_takes_part(gateway, partners[i]))
			continue;
		answer->npartners++;
		while (p < profiles.count && profiles.items[p] != profile)
			p++;
		if (p < profiles.count)
			continue;
		vec_push(&profiles, (void *)profile);
		count->weight = 0;
		for (size_t j = i; j < npartners; j++)
			if (partners[j]->target.profile == profile &&
			    partner_takes_part(gateway, partners[j]))
				count->weight++;
		profile_each_index(profile, count_index, count);
	}
	list_modifiers(count->arena, &profiles, answer);
	vec_clear(&profiles);
	add_own_index(count, "rec", "collectionName", answer->npartners);
	add_own_index(count, "silang", "format", answer->npartners);

	for (size_t i = 0; i < npartners; i++)
		if (partner_takes_part(gateway, partners[i]))
			leave_out_lacking(count, partners[i],
			    &targets_health(gateway->targets, partners[i]->id)->lacks,
			    loop_now(gateway->loop));
	list_indexes(count, answer);
}

static void list_schemas(struct arena *arena, struct sru_explain_answer *answer)
{
	struct sru_explain_schema *schemas = NULL;
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++) {
		int schema = -1;

		for (n = 0; schema_next(&schema); n++) {
			if (!schemas)
				continue;
			schemas[n] = (struct sru_explain_schema){
			    .identifier = schema_identifier((enum schema)schema),
			    .name = schema_short_name((enum schema)schema),
			    .title = schema_title((enum schema)schema),
			};
		}
		if (!schemas)
			schemas = arena_array(arena, n, sizeof *schemas);
	}
	answer->schemas = schemas;
	answer->nschemas = n;
}

static const char *const *list_facets(struct arena *arena)
{
	const char **names = arena_array(arena, FACET_FIELDS + 1, sizeof *names);

	for (int i = 0; i < FACET_FIELDS; i++)
		names[i] = facets_name((enum facet_field)i);
	return names;
}

static const char *database_title(const struct gateway *gateway, const char *database)
{
	const struct group *group = config_group(gateway->config, database);
	const struct partner *partner = config_partner(gateway->config, database);

	if (group && group->name)
		return group->name;
	if (partner && partner->name)
		return partner->name;
	return "Union of all co-operating libraries";
}

void op_explain(struct gateway *gateway, struct http_exchange *exchange, struct arena *arena,
    const struct sru_request *request, const char *database)
{
	const struct config_search *search = &gateway->config->search;
	const struct partner *const *partners;
	struct index_count count = {.arena = arena};
	struct address address;
	size_t npartners, length;
	struct diag diag;
	bool single;

	if (!config_database(gateway->config, arena, database, &partners, &npartners, &single)) {
		diag_set(&diag, DIAG_DATABASE, "%s", database);
		op_refuse(gateway, exchange, arena, request, &diag);
		return;
	}

	struct sru_explain_answer answer = {
	    .request = request,
	    .database = arena_printf(arena, "sru/%s", database),
	    .title = database_title(gateway, database),
	    .description =
		single
		    ? "One library's catalogue, through the Silang gateway."
		    : "Federated search: every answer is merged from the libraries that answered.",
	    .facets = list_facets(arena),
	    .default_records = 10,
	    .maximum_records = search->page,
	    .ttl_seconds = (unsigned long)(search->cache / 1000),
	    .deadline = search->deadline,
	};

	count.seen = map_create();
	address_find(gateway, exchange, arena, &address);
	answer.host = address.host;
	answer.port = address.port;
	answer.secure = address.secure;
	count_indexes(gateway, &count, partners, npartners, &answer);

	list_schemas(arena, &answer);

	char *body = sru_encode_explain(arena, &answer, &length);

	access_note(gateway, exchange,
	    &(struct access_record){.kind = REQUEST_EXPLAIN, .status = 200, .asked = -1});
	reply_send(exchange, 200, request->content_type, body, length);
	map_destroy(count.seen);
	vec_clear(&count.order);
	arena_destroy(arena);
}
