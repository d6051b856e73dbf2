#include "front/status.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "front/access.h"
#include "front/gateway.h"
#include "front/heap.h"
#include "front/reply.h"
#include "front/z_front.h"
#include "loop/http_in.h"
#include "loop/loop.h"
#include "registry/config.h"
#include "search/share.h"
#include "target/health.h"
#include "target/pool.h"
#include "target/targets.h"

static void status_reply(struct gateway *gateway, struct http_exchange *exchange, int status,
    const char *type, const char *body, size_t length)
{
	access_note(gateway, exchange,
	    &(struct access_record){.kind = REQUEST_OTHER, .status = status, .asked = -1});
	http_add_header(exchange, "Cache-Control", "no-store");
	reply_send(exchange, status, type, body, length);
}

void status_health(struct gateway *gateway, struct http_exchange *exchange)
{
	status_reply(gateway, exchange, 200, "text/plain; charset=utf-8", "ok\n", 3);
}

void status_ready(struct gateway *gateway, struct http_exchange *exchange)
{
	bool ready = gateway->ready && !gateway->draining;
	const char *body = ready ? "ready\n" : gateway->draining ? "draining\n" : "starting\n";

	status_reply(
	    gateway, exchange, ready ? 200 : 503, "text/plain; charset=utf-8", body, strlen(body));
}

/* The state of a partner, as one word and its reason. */
static void partner_state(const struct gateway *gateway, const struct partner *partner,
    const struct health *health, const char **state, const char **reason)
{
	*reason = "";
	if (!partner->enabled) {
		*state = "disabled";
	} else if (gateway->config->search.on_expiry == EXPIRY_EXCLUDE &&
		   agreement_state(&partner->agreement, gateway_today(gateway)) ==
		       AGREEMENT_EXPIRED) {
		*state = "expired";
	} else if (!agreement_allows_search(&partner->agreement)) {
		*state = "skipped";
		*reason = outcome_reason_name(REASON_SERVICE);
	} else if (!breaker_is_closed(&health->breaker)) {
		*state = outcome_status_name(OUTCOME_SKIPPED);
		*reason = outcome_reason_name(REASON_BREAKER);
	} else if (!health->asked) {
		*state = "unasked";
	} else {
		*state = outcome_status_name(health->last.status);
		*reason = outcome_reason_name(health->last.reason);
	}
}

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static json_t *day_json(day_t day)
{
	char text[11];

	return day ? json_string(day_print(day, text)) : json_null();
}

static json_t *since_json(long long since)
{
	time_t seconds = (time_t)since;
	char text[32];
	struct tm tm;

	if (!since)
		return json_null();
	gmtime_r(&seconds, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

/* A moment of the loop's clock, as the world has it. */
static long long wall_of(const struct gateway *gateway, msec_t when)
{
	return loop_wall_clock(gateway->loop) + (when - loop_now(gateway->loop)) / 1000;
}

/* When the partner entered the state that partner_state tells. */
static long long partner_since(const struct gateway *gateway, const struct health *health)
{
	return breaker_is_closed(&health->breaker) ? health->since
						   : wall_of(gateway, health->breaker.since);
}

static json_t *breaker_json(const struct gateway *gateway, const struct breaker *breaker)
{
	bool open = breaker->state == BREAKER_OPEN;

	return json_pack("{s:s,s:i,s:I,s:o,s:o,s:o}", "state", breaker_state_name(breaker->state),
	    "failures", (int)breaker->failures, "openings", (json_int_t)breaker->openings, "reason",
	    text_or_null(breaker->failures ? outcome_reason_name(breaker->reason) : ""), "since",
	    since_json(wall_of(gateway, breaker->since)), "retry",
	    open ? since_json(wall_of(gateway, breaker->until)) : json_null());
}

/* What its queries go without: attributes of Bib-1, forms of CQL. */
static json_t *refuses_json(const struct health *health)
{
	const struct degrade *degrade = &health->degrade;
	json_t *list = json_array();
	bool refused;

	for (size_t i = 0; degrade_type(degrade, i, &refused); i++)
		if (refused)
			json_array_append_new(
			    list, json_string(degrade_type(degrade, i, &refused)));
	if (degrade->bare && !degrade->refused)
		json_array_append_new(list, json_string("combination"));
	for (size_t i = 0; ask_form(&health->refused, i, &refused); i++)
		if (refused)
			json_array_append_new(
			    list, json_string(ask_form(&health->refused, i, &refused)));
	return list;
}

/* How far its order agrees with relevance: as it answers of itself, and asked to rank. */
static json_t *order_json(const struct habits *habits)
{
	json_t *list = json_array();

	for (int asked = 0; asked < 2; asked++)
		if (habits->order[asked].seen)
			json_array_append_new(list,
			    json_pack("{s:b,s:i,s:f,s:b}", "asked", asked, "searches",
				(int)habits->order[asked].seen, "agreement",
				habits->order[asked].mean, "ranks", habits_rank(habits, asked)));
	return list;
}

static json_t *budget_json(struct gateway *gateway, struct health *health)
{
	return json_pack("{s:i,s:i}", "limit", (int)health->budget.limit, "used",
	    (int)budget_used(&health->budget, loop_now(gateway->loop)));
}

static json_t *connections_json(struct gateway *gateway, const struct partner *partner)
{
	struct pool *pool = targets_pool(gateway->targets, partner);
	struct pool_counts counts = {0};

	if (!pool)
		return json_null();
	pool_counts(pool, &counts);
	return json_pack("{s:i,s:i,s:i,s:i,s:I}", "opening", (int)counts.opening, "idle",
	    (int)counts.idle, "leased", (int)counts.leased, "queued", (int)counts.queued, "opened",
	    (json_int_t)counts.opened);
}

static json_t *latency_json(const struct health *health)
{
	if (!health->latency.count)
		return json_null();
	return json_pack("{s:f,s:f,s:I,s:I}", "p50_ms", metrics_quantile(&health->latency, 0.5),
	    "p95_ms", metrics_quantile(&health->latency, 0.95), "count",
	    (json_int_t)health->latency.count, "expected_ms",
	    (json_int_t)pace_expected(&health->pace));
}

static json_t *partner_json(struct gateway *gateway, const struct partner *partner)
{
	struct health *health = targets_health(gateway->targets, partner->id);
	const struct agreement *agreement = &partner->agreement;
	enum agreement_state terms = agreement_state(agreement, gateway_today(gateway));
	const char *state, *reason;

	partner_state(gateway, partner, health, &state, &reason);
	return json_pack(
	    "{s:s,s:o,s:o,s:o,s:{s:s,s:o,s:o},s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id",
	    partner->id, "name", text_or_null(partner->name), "isil", text_or_null(partner->isil),
	    "place", text_or_null(partner->place), "agreement", "state",
	    agreement_state_name(terms), "begins", day_json(agreement->begins), "ends",
	    day_json(agreement->ends), "state", state, "reason", text_or_null(reason), "detail",
	    text_or_null(health->asked ? health->last.detail : ""), "since",
	    since_json(partner_since(gateway, health)), "latency", latency_json(health),
	    "connections", connections_json(gateway, partner), "breaker",
	    breaker_json(gateway, &health->breaker), "searches_per_minute",
	    budget_json(gateway, health), "refuses", refuses_json(health), "order",
	    order_json(&health->habits));
}

void status_json(struct gateway *gateway, struct http_exchange *exchange)
{
	json_t *partners = json_array(), *root;
	struct share_counts counts;

	for (size_t i = 0; i < gateway->config->npartners; i++)
		json_array_append_new(
		    partners, partner_json(gateway, gateway->config->partners[i]));
	share_counts(gateway->share, &counts);
	root = json_pack("{s:s,s:I,s:o,s:b,s:{s:I,s:I,s:I,s:I}}", "gateway", gateway->id,
	    "generation", (json_int_t)gateway->generation, "started", since_json(gateway->started),
	    "draining", gateway->draining, "searches", "sets", (json_int_t)counts.sets, "running",
	    (json_int_t)counts.searches, "waiting", (json_int_t)counts.waiting, "bytes",
	    (json_int_t)gateway->ledger.used);
	json_object_set_new(root, "partners", partners);

	char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(6));

	status_reply(gateway, exchange, 200, "application/json", text, strlen(text));
	free(text);
	json_decref(root);
}

static void metrics_partners(struct gateway *gateway, struct metrics_writer *writer)
{
	const struct config *config = gateway->config;
	char labels[256];

	metrics_family(writer, "silang_partner_searches_total", "counter",
	    "Searches put to a partner, or that passed it by, by how they ended.");
	for (size_t i = 0; i < config->npartners; i++) {
		const char *id = config->partners[i]->id;
		const struct health *health = targets_health(gateway->targets, id);

		for (int status = 0; status < OUTCOME_STATUSES; status++) {
			for (int reason = 0; reason < REASONS; reason++) {
				if (!health->count[status][reason])
					continue;
				snprintf(labels, sizeof labels,
				    "partner=\"%s\",status=\"%s\",reason=\"%s\"", id,
				    outcome_status_name(status), outcome_reason_name(reason));
				metrics_sample(writer, "silang_partner_searches_total", labels,
				    (double)health->count[status][reason]);
			}
		}
	}
	metrics_family(
	    writer, "silang_partner_seconds", "histogram", "Time to a partner's search response.");
	for (size_t i = 0; i < config->npartners; i++) {
		const char *id = config->partners[i]->id;
		const struct health *health = targets_health(gateway->targets, id);

		if (!health->latency.count)
			continue;
		snprintf(labels, sizeof labels, "partner=\"%s\"", id);
		metrics_sample_histogram(
		    writer, "silang_partner_seconds", labels, &health->latency);
	}
}

static void metrics_states(struct gateway *gateway, struct metrics_writer *writer)
{
	const struct config *config = gateway->config;
	char labels[256];

	metrics_family(writer, "silang_partner_state", "gauge",
	    "1 for the state a partner is in, with the reason.");
	for (size_t i = 0; i < config->npartners; i++) {
		const struct partner *partner = config->partners[i];
		const char *state, *reason;

		partner_state(gateway, partner, targets_health(gateway->targets, partner->id),
		    &state, &reason);
		snprintf(labels, sizeof labels, "partner=\"%s\",state=\"%s\",reason=\"%s\"",
		    partner->id, state, reason);
		metrics_sample(writer, "silang_partner_state", labels, 1);
	}
	metrics_family(writer, "silang_partner_state_since_seconds", "gauge",
	    "When a partner that was asked entered its state, seconds since 1970.");
	for (size_t i = 0; i < config->npartners; i++) {
		const char *id = config->partners[i]->id;
		const struct health *health = targets_health(gateway->targets, id);

		if (!health->asked && breaker_is_closed(&health->breaker))
			continue;
		snprintf(labels, sizeof labels, "partner=\"%s\"", id);
		metrics_sample(writer, "silang_partner_state_since_seconds", labels,
		    (double)partner_since(gateway, health));
	}
}

static void metrics_breakers(struct gateway *gateway, struct metrics_writer *writer)
{
	const struct config *config = gateway->config;
	char labels[256];

	metrics_family(
	    writer, "silang_partner_breaker", "gauge", "1 for the state of a partner's breaker.");
	for (size_t i = 0; i < config->npartners; i++) {
		const char *id = config->partners[i]->id;
		const struct health *health = targets_health(gateway->targets, id);

		for (int state = 0; state < BREAKER_STATES; state++) {
			snprintf(labels, sizeof labels, "partner=\"%s\",state=\"%s\"", id,
			    breaker_state_name((enum breaker_state)state));
			metrics_sample(writer, "silang_partner_breaker", labels,
			    (int)health->breaker.state == state);
		}
	}
	metrics_family(writer, "silang_partner_breaker_openings_total", "counter",
	    "Times that a partner's breaker opened.");
	for (size_t i = 0; i < config->npartners; i++) {
		const char *id = config->partners[i]->id;

		snprintf(labels, sizeof labels, "partner=\"%s\"", id);
		metrics_sample(writer, "silang_partner_breaker_openings_total", labels,
		    (double)targets_health(gateway->targets, id)->breaker.openings);
	}
}

static void metrics_pools(struct gateway *gateway, struct metrics_writer *writer)
{
	char labels[256];

	metrics_family(
	    writer, "silang_partner_connections", "gauge", "Connections to a partner, by state.");
	for (size_t i = 0; i < gateway->config->npartners; i++) {
		const struct partner *partner = gateway->config->partners[i];
		struct pool *pool = targets_pool(gateway->targets, partner);
		struct pool_counts counts;

		if (!pool)
			continue;
		pool_counts(pool, &counts);

		const struct {
			const char *state;
			unsigned count;
		} rows[] = {
		    {"opening", counts.opening}, {"idle", counts.idle}, {"leased", counts.leased}};

		for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
			snprintf(labels, sizeof labels, "partner=\"%s\",state=\"%s\"", partner->id,
			    rows[r].state);
			metrics_sample(writer, "silang_partner_connections", labels, rows[r].count);
		}
	}
}

static void metrics_requests(struct gateway *gateway, struct metrics_writer *writer)
{
	static const char *const kinds[REQUESTS] = {
	    "search", "scan", "explain", "refused", "other", "present"};
	char labels[64];

	metrics_family(writer, "silang_requests_total", "counter", "Requests answered, by kind.");
	for (int kind = 0; kind < REQUESTS; kind++) {
		snprintf(labels, sizeof labels, "kind=\"%s\"", kinds[kind]);
		metrics_sample(writer, "silang_requests_total", labels,
		    (double)gateway->counters.requests[kind]);
	}
	metrics_family(writer, "silang_clients_gone_total", "counter",
	    "Requests whose client left before the answer.");
	metrics_sample(writer, "silang_clients_gone_total", "", (double)gateway->counters.gone);
	metrics_family(writer, "silang_search_seconds", "histogram",
	    "Time from a search request to its answer.");
	metrics_sample_histogram(
	    writer, "silang_search_seconds", "", &gateway->counters.search_time);
}

static void metrics_share(struct gateway *gateway, struct metrics_writer *writer)
{
	struct share_counts counts;
	struct http_counts http = {0};
	struct z_front_counts z3950 = {0};

	share_counts(gateway->share, &counts);
	if (gateway->http)
		http_in_counts(gateway->http, &http);
	if (gateway->z3950)
		z_front_counts(gateway->z3950, &z3950);

	const struct {
		const char *name, *type, *help;
		double value;
	} rows[] = {
	    {"silang_result_sets", "gauge", "Merged result sets kept.", (double)counts.sets},
	    {"silang_searches", "gauge", "Searches kept.", (double)counts.searches},
	    {"silang_requests_waiting", "gauge", "Requests that wait for their page.",
		(double)counts.waiting},
	    {"silang_result_bytes", "gauge", "Memory that searches and result sets hold.",
		(double)gateway->ledger.used},
	    {"silang_heap_bytes", "gauge", "Memory allocated in all; 0 where that is not known.",
		(double)heap_bytes()},
	    {"silang_sets_joined_total", "counter", "Requests served from a result set at hand.",
		(double)counts.joined_sets},
	    {"silang_searches_joined_total", "counter", "Result sets made from a search at hand.",
		(double)counts.joined_searches},
	    {"silang_searches_refused_total", "counter",
		"Searches refused: unknown set, or no memory.", (double)counts.refused},
	    {"silang_http_connections", "gauge", "Client connections.", (double)http.connections},
	    {"silang_http_connections_total", "counter", "Client connections taken.",
		(double)http.accepted},
	    {"silang_http_refused_total", "counter", "Client connections over a limit.",
		(double)http.refused},
	    {"silang_z3950_connections", "gauge", "Associations.",
		(double)z3950.connections.connections},
	    {"silang_z3950_connections_total", "counter", "Associations taken.",
		(double)z3950.connections.accepted},
	    {"silang_z3950_refused_total", "counter", "Associations over a limit.",
		(double)z3950.connections.refused},
	    {"silang_z3950_sets", "gauge", "Result sets that associations have named.",
		(double)z3950.sets},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		metrics_family(writer, rows[i].name, rows[i].type, rows[i].help);
		metrics_sample(writer, rows[i].name, "", rows[i].value);
	}
}

void status_metrics(struct gateway *gateway, struct http_exchange *exchange)
{
	struct metrics_writer *writer = metrics_writer_create();
	size_t length;

	metrics_requests(gateway, writer);
	metrics_share(gateway, writer);
	metrics_partners(gateway, writer);
	metrics_states(gateway, writer);
	metrics_breakers(gateway, writer);
	metrics_pools(gateway, writer);

	const char *text = metrics_text(writer, &length);

	status_reply(
	    gateway, exchange, 200, "text/plain; version=0.0.4; charset=utf-8", text, length);
	metrics_writer_destroy(writer);
}
