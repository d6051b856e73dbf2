#include "front/search_answer.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "front/entry.h"
#include "front/why.h"
#include "protocol/sru.h"
#include "query/query.h"
#include "registry/config.h"
#include "search/hit.h"
#include "search/narrowing.h"
#include "search/order.h"
#include "search/page.h"
#include "search/plan.h"

/* One record of the page while it is being written. */
struct written {
	enum schema schema;
	struct schema_record record;
};

static void write_record(void *arg, xmlTextWriterPtr writer)
{
	const struct written *written = arg;

	schema_write(writer, written->schema, &written->record);
}

static json_t *json_record(void *arg)
{
	const struct written *written = arg;

	return schema_json(written->schema, &written->record);
}

static struct sru_holding *make_holdings(
    struct arena *arena, const struct order *order, size_t index, size_t count, day_t today)
{
	struct sru_holding *holdings = arena_array(arena, count, sizeof *holdings);

	for (size_t i = 0; i < count; i++) {
		const struct hit *hit = order_member(order, index, i);

		holdings[i] = (struct sru_holding){
		    .partner = hit->partner->id,
		    .id = hit->control_number,
		    .isil = hit->partner->isil,
		    .position = hit->position,
		    .services = entry_services(arena, hit->partner, today),
		};
	}
	return holdings;
}

static void make_record(struct arena *arena, const struct page *page, size_t number,
    const struct search_answer_options *options, struct sru_record *record)
{
	struct written *written = arena_alloc(arena, sizeof *written);
	size_t index = page->start - 1 + number;
	struct order_entry entry;
	struct diag diag = {DIAG_NONE, ""};

	order_entry(page->order, index, &entry);
	*record = (struct sru_record){
	    .position = page->start + number,
	    .schema = schema_identifier(options->schema),
	    .write = write_record,
	    .json = json_record,
	    .arg = written,
	    .score = page->single ? -1 : entry.score,
	    .holdings = make_holdings(arena, page->order, index, entry.nmembers, options->today),
	    .nholdings = entry.nmembers,
	};
	if (options->explain && !page->single)
		why_make(arena, page->order, index, record);
	written->schema = options->schema;
	if (!entry_read(arena, page, number, schema_has_holdings(options->schema), &written->record,
		&diag)) {
		struct sru_diagnostic *surrogate = arena_alloc(arena, sizeof *surrogate);

		surrogate->id = diag.id;
		surrogate->details = arena_strdup(arena, diag.details);
		record->surrogate = surrogate;
	}
}

static const char *code_text(struct arena *arena, const struct outcome *outcome)
{
	if (outcome->bib1)
		return arena_printf(arena, "bib1:%d", outcome->bib1);
	if (outcome->srw)
		return arena_printf(arena, "srw:%d", outcome->srw);
	return NULL;
}

static const char *day_text(struct arena *arena, day_t day)
{
	char text[11];

	return day ? arena_strdup(arena, day_print(day, text)) : NULL;
}

void search_answer_partner(
    struct arena *arena, const struct page_partner *from, day_t today, struct sru_partner *out)
{
	const struct partner *partner = from->plan->partner;
	const struct outcome *outcome = &from->outcome;
	const char *reason = outcome_reason_name(outcome->reason);

	*out = (struct sru_partner){
	    .id = partner->id,
	    .name = partner->name,
	    .status = outcome_status_name(outcome->status),
	    .reason = *reason ? reason : NULL,
	    .code = code_text(arena, outcome),
	    .detail = *outcome->detail ? outcome->detail : NULL,
	    .agreement = from->plan->lapsed ? "expired" : NULL,
	    .hits = from->has_hits ? (long)from->hits : -1,
	    .fetched = from->fetched,
	    .ms = from->ms,
	    .query = from->plan->sent,
	};
	if (outcome->status != OUTCOME_EXPIRED && !from->plan->lapsed)
		return;
	if (partner->agreement.begins > today)
		out->begins = day_text(arena, partner->agreement.begins);
	else
		out->ends = day_text(arena, partner->agreement.ends);
}

/* Diagnostic 59: how many of those asked answered, and who did not. */
bool search_answer_partial(struct arena *arena, const struct page *page, struct sru_diagnostic *out)
{
	size_t answered = 0, asked = 0;
	char text[DIAG_DETAILS_MAX] = "";
	bool more = false;

	for (size_t i = 0; i < page->npartners; i++) {
		const struct outcome *outcome = &page->partners[i].outcome;
		bool query = outcome->status == OUTCOME_SKIPPED && outcome->reason == REASON_QUERY;
		size_t at = strlen(text);

		answered += outcome->status == OUTCOME_OK;
		asked += outcome->status == OUTCOME_OK || outcome_is_outage(outcome) || query;
		if (!outcome_is_outage(outcome) && !query)
			continue;
		if (at + strlen(page->partners[i].plan->partner->id) + 48 > sizeof text) {
			more = true;
			continue;
		}
		snprintf(text + at, sizeof text - at, "%s%s %s (%s)", at ? ", " : "",
		    page->partners[i].plan->partner->id, outcome_status_name(outcome->status),
		    outcome_reason_name(outcome->reason));
	}
	if (!*text)
		return false;
	*out = (struct sru_diagnostic){
	    .id = DIAG_PARTIAL,
	    .details = arena_printf(
		arena, "answered %zu of %zu: %s%s", answered, asked, text, more ? ", …" : ""),
	};
	return true;
}

static const char *narrowed_by(struct arena *arena, const struct page *page)
{
	const struct query *clause = NULL;

	if (page->formats && !page->diag.id)
		clause = narrowing_clause(arena, page->formats);
	return clause ? query_to_cql(arena, clause) : NULL;
}

char *search_answer_encode(struct arena *arena, const struct sru_request *request,
    const struct page *page, const struct search_answer_options *options, size_t *length)
{
	struct sru_record *records = arena_array(arena, page->count, sizeof *records);
	struct sru_partner *partners = arena_array(arena, page->npartners, sizeof *partners);
	struct sru_diagnostic diagnostic;
	struct sru_facets facets = {.wanted = false};
	size_t ndiagnostics = 0;

	for (size_t i = 0; i < page->count; i++)
		make_record(arena, page, i, options, &records[i]);
	for (size_t i = 0; i < page->npartners; i++)
		search_answer_partner(arena, &page->partners[i], options->today, &partners[i]);
	if (page->diag.id) {
		diagnostic = (struct sru_diagnostic){
		    page->diag.id, *page->diag.details ? page->diag.details : NULL, NULL};
		ndiagnostics = 1;
	} else if (options->partial && search_answer_partial(arena, page, &diagnostic)) {
		ndiagnostics = 1;
	}
	if (options->facets.wanted && !page->diag.id)
		facet_answer_make(arena, &options->facets, page, &facets);
	return sru_encode_search(arena,
	    &(struct sru_search_answer){
		.request = request,
		.hits = page->diag.id ? 0 : page->hits,
		.exact = page->exact,
		.result_set_id = !page->diag.id && *page->set_id ? page->set_id : NULL,
		.idle_seconds = (unsigned long)(page->idle / 1000),
		.records = records,
		.nrecords = page->count,
		.next = page->next,
		.facets = facets.wanted ? &facets : NULL,
		.narrowed = narrowed_by(arena, page),
		.left_out = page->left_out,
		.narrowed_complete = page->exact,
		.sort = page->sort,
		.sort_complete = page->sort_complete,
		.diagnostics = &diagnostic,
		.ndiagnostics = ndiagnostics,
		.has_partners = page->partners != NULL,
		.partners = partners,
		.npartners = page->npartners,
		.xquery = options->xquery,
	    },
	    length);
}
