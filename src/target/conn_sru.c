/* A place from which one HTTP request at a time goes out to an SRU server. It has no session: each
 * request carries its whole question. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "loop/http_out.h"
#include "loop/loop.h"
#include "protocol/sru_client.h"
#include "query/ask.h"
#include "registry/partner.h"
#include "target/conn_kind.h"
#include "target/redirect.h"
#include "target/sru_server.h"

struct sru_conn {
	struct conn conn; /* first: it is cast */
	struct sru_client *client;
	struct http_out *out; /* NULL: none yet */
	bool secure;	      /* where it goes to */
	unsigned port;
	struct defer *defer; /* READY, or a question that could not be put */

	/* The request under way. */
	struct sru_ask ask; /* all but query and sort_keys */
	struct conn_question question;
	const struct query *clause; /* of a scan */
	struct arena *arena;
	struct sru_sent sent;
	struct redirect redirect;
	unsigned tries;
	bool for_good;	 /* all redirects of this request were permanent */
	bool explaining; /* in between, the server is asked what it has */
	bool was_asked;	 /* that, for this request */
	char lost[DEGRADE_TEXT];
};

static const struct conn_kind sru_kind;
static void sru_on_answer(void *arg, struct http_out *out, const struct http_out_answer *answer);

/* How long a server that did not explain itself is not asked to again. */
#define EXPLAIN_REST (10 * 60 * 1000)

static struct sru_conn *sru_of(struct conn *conn)
{
	return (struct sru_conn *)conn;
}

/* The last thing a function does with it. */
static void sru_fail(struct sru_conn *sru, struct outcome outcome)
{
	struct conn *conn = &sru->conn;

	assert(conn->state != CONN_DEAD);
	conn->state = CONN_DEAD;
	conn->outcome = outcome;
	if (sru->out)
		http_out_close(sru->out);
	sru->out = NULL;
	conn->fn(conn->arg, conn, CONN_FAILED, NULL);
}

static void sru_on_defer(void *arg)
{
	struct sru_conn *sru = arg;
	struct conn *conn = &sru->conn;

	sru->defer = NULL;
	if (conn->state == CONN_BUSY) {
		sru_fail(sru, conn->outcome);
		return;
	}
	conn->state = CONN_READY;
	conn->fn(conn->arg, conn, CONN_IS_READY, NULL);
}

struct conn *conn_sru_open(
    struct loop *loop, const struct partner *partner, struct sru_client *client)
{
	struct sru_conn *sru = calloc(1, sizeof *sru);

	if (!sru)
		abort();
	sru->conn.kind = &sru_kind;
	sru->conn.state = CONN_CONNECTING;
	sru->client = client;
	sru->defer = loop_defer(loop, sru_on_defer, sru);
	return &sru->conn;
}

static enum conn_state sru_state(const struct conn *conn)
{
	const struct sru_conn *sru = (const struct sru_conn *)conn;

	if (conn->state != CONN_BUSY || !sru->out)
		return conn->state;
	switch (http_out_stage(sru->out)) {
	case HTTP_OUT_RESOLVING:
	case HTTP_OUT_CONNECTING: return CONN_CONNECTING;
	case HTTP_OUT_SECURING: return CONN_SECURING;
	default: return sru->explaining ? CONN_INITIALISING : CONN_BUSY;
	}
}

/* Whatever came of asking it to explain itself, for a question or to probe it: the next question
 * does not wait for that again. */
static void sru_note_mute(struct sru_conn *sru)
{
	if ((sru->explaining || sru->ask.operation == SRU_EXPLAIN) &&
	    !sru_client_explained(sru->client))
		sru_client_mute(sru->client, loop_now(sru->conn.loop) + EXPLAIN_REST);
}

static void sru_close(struct conn *conn)
{
	struct sru_conn *sru = sru_of(conn);

	/* It was not waited for any longer: where it has moved to there may be nobody. */
	if (conn->state == CONN_BUSY) {
		sru_note_mute(sru);
		sru_client_move_back(sru->client);
	}
	if (sru->out)
		http_out_close(sru->out);
	if (sru->defer)
		defer_cancel(sru->defer);
	arena_destroy(sru->arena);
	free(sru);
}

/* The question in words. */

static struct ask_server sru_server(const struct conn *conn, struct arena *arena)
{
	const struct sru_conn *sru = (const struct sru_conn *)conn;

	return sru_server_describe(sru->client, conn->partner->target.profile, arena, false);
}

static const char *sru_lost(const struct conn *conn)
{
	return ((const struct sru_conn *)conn)->lost;
}

static bool sru_word(struct sru_conn *sru, struct ask *words, struct diag *diag)
{
	struct ask_server server = sru_server_describe(
	    sru->client, sru->conn.partner->target.profile, sru->arena, sru->clause != NULL);

	*words = (struct ask){.cql = NULL};
	if (sru->explaining || sru->ask.operation == SRU_EXPLAIN)
		return true;
	if (sru->clause)
		return ask_scan(sru->arena, sru->clause, &server, &words->cql, diag);
	if (!ask_make(sru->arena, sru->question.tree, &server, sru->question.refused, words, diag))
		return false;
	return words->sorted || !sru->question.ordered ||
	       diag_set(diag, DIAG_SORT, "%s does not sort", sru->conn.partner->id);
}

/* Sending. */

static void sru_go_to(struct sru_conn *sru, const struct place *place)
{
	const struct partner_target *target = &sru->conn.partner->target;
	struct link_tls tls = {
	    .server_name = target->host,
	    .ca_file = target->tls_ca_file,
	    .certificate_file = target->tls_certificate,
	    .key_file = target->tls_key,
	};
	/* A password is for the server that it was given for, or for the same secured. */
	bool known = place->port == target->port || (place->secure && !target->tls);

	if (sru->out && sru->secure == place->secure && sru->port == place->port)
		return;
	if (sru->out)
		http_out_close(sru->out);
	sru->secure = place->secure;
	sru->port = place->port;
	sru->out = http_out_create(sru->conn.loop,
	    &(struct http_out_options){
		.host = target->host,
		.port = place->port,
		.tls = place->secure ? &tls : NULL,
		.user = known ? target->user : NULL,
		.password = known ? target->password : NULL,
		.body_max = CONN_MESSAGE_MAX,
		.ledger = sru->conn.ledger,
	    },
	    sru_on_answer, sru);
}

static void sru_send(struct sru_conn *sru, bool with_body)
{
	const struct place *place = redirect_place(&sru->redirect);

	sru_go_to(sru, place);
	http_out_send(sru->out, &(struct http_out_request){
				    .target = place->target,
				    .accept = sru->sent.accept,
				    .body = with_body ? sru->sent.body : NULL,
				    .length = with_body ? sru->sent.body_length : 0,
				    .content_type = sru->sent.content_type,
				});
}

static struct outcome cannot_ask(const struct diag *diag)
{
	struct outcome outcome = outcome_failed(REASON_QUERY, "%s%s%s", diag_message(diag->id),
	    *diag->details ? ": " : "", diag->details);

	outcome.status = OUTCOME_SKIPPED;
	outcome.srw = diag_srw(diag->id);
	return outcome;
}

/* Puts the question, or puts it again. False with the reason when it cannot be put. */
static bool sru_put(struct sru_conn *sru, struct outcome *why)
{
	const struct partner_target *target = &sru->conn.partner->target;
	struct diag diag = {DIAG_NONE, ""};
	struct sru_ask ask = sru->ask;
	struct place place;
	struct ask words;

	arena_destroy(sru->arena);
	sru->arena = arena_create(0, NULL);
	if (!sru_word(sru, &words, &diag)) {
		*why = cannot_ask(&diag);
		return false;
	}
	if (!sru->explaining)
		memcpy(sru->lost, words.lost, sizeof sru->lost);
	else
		ask = (struct sru_ask){.operation = SRU_EXPLAIN};
	ask.query = words.cql;
	ask.sort_keys = words.sort_keys;
	sru_client_ask(sru->client, sru->arena, &ask, &sru->sent);
	place = (struct place){target->tls, target->port, sru->sent.target};
	sru_client_moved(sru->client, &place.secure, &place.port);
	redirect_begin(&sru->redirect, target->host, &place);
	sru->for_good = true;
	sru_send(sru, true);
	return true;
}

static void sru_begin(struct sru_conn *sru, const struct sru_ask *ask,
    const struct conn_question *question, const struct query *clause)
{
	static const struct conn_question none;

	sru->ask = *ask;
	sru->question = question ? *question : none;
	sru->clause = clause;
	sru->tries = 1;
	sru->explaining = sru->was_asked = false;
	sru_client_wake(sru->client, loop_now(sru->conn.loop));
	*sru->lost = '\0';
	sru->conn.state = CONN_BUSY;
	if (!sru_put(sru, &sru->conn.outcome))
		sru->defer = loop_defer(sru->conn.loop, sru_on_defer, sru);
}

/* Answers. */

static struct outcome http_outcome(const struct http_out_answer *answer)
{
	switch (answer->failure) {
	case HTTP_OUT_OK:
	case HTTP_OUT_LINK: return conn_link_outcome(answer->link, answer->text);
	case HTTP_OUT_CLOSED: return outcome_failed(REASON_CLOSED, "%s", answer->text);
	case HTTP_OUT_GARBLED: return outcome_failed(REASON_PROTOCOL, "%s", answer->text);
	case HTTP_OUT_TOO_LARGE: return outcome_failed(REASON_TOO_LARGE, "%s", answer->text);
	}
	return outcome_failed(REASON_PROTOCOL, "%s", answer->text);
}

static bool is_redirect(const struct http_out_answer *answer)
{
	switch (answer->status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308: return *answer->location != '\0';
	default: return false;
	}
}

static enum outcome_reason failure_reason(enum sru_failure failure)
{
	switch (failure) {
	case SRU_FAILURE_PROTOCOL: return REASON_PROTOCOL;
	case SRU_FAILURE_AUTHENTICATION: return REASON_AUTHENTICATION;
	case SRU_FAILURE_TOO_LARGE: return REASON_TOO_LARGE;
	}
	return REASON_PROTOCOL;
}

/* What has been answered outlives the request: the callee may begin the next one. */
static void sru_tell(struct sru_conn *sru, const struct reply *reply)
{
	struct conn *conn = &sru->conn;
	struct arena *arena = sru->arena;

	sru->arena = NULL;
	conn->state = CONN_READY;
	conn->used = true;
	conn->fn(conn->arg, conn, CONN_ANSWERED, reply);
	arena_destroy(arena);
}

static void sru_again(struct sru_conn *sru)
{
	struct outcome why;

	if (sru->tries++ == SRU_CLIENT_TRIES_MAX)
		sru_fail(sru, outcome_failed(REASON_PROTOCOL, "no form of the request is taken"));
	else if (!sru_put(sru, &why))
		sru_fail(sru, why);
}

/* What it explained, or that it does not, the client knows by now. */
static void sru_go_back(struct sru_conn *sru)
{
	sru_note_mute(sru);
	sru->explaining = false;
	sru_again(sru);
}

/* Many a server that searches well has no explain: a probe goes on with a search. */
static void sru_probe_search(struct sru_conn *sru)
{
	static const struct query clause = {
	    .type = QUERY_TERM,
	    .set = "cql",
	    .index = "serverChoice",
	    .relation = QUERY_SCR,
	    .term = "0000000000",
	};
	static const struct question question = {.query = &clause};
	static const struct ask_refused nothing;

	sru_note_mute(sru);
	sru->ask = (struct sru_ask){.operation = SRU_SEARCH, .start = 1};
	sru->question = (struct conn_question){.tree = &question, .refused = &nothing};
	sru_again(sru);
}

/* Where it had moved to it is no more: it is asked where it is configured. */
static bool sru_comes_back(struct sru_conn *sru)
{
	bool secure;
	unsigned port;

	if (!sru_client_moved(sru->client, &secure, &port))
		return false;
	sru_client_move_back(sru->client);
	sru_again(sru);
	return true;
}

/* Something was answered, but nothing of use. */
static void sru_lose(struct sru_conn *sru, struct outcome outcome)
{
	if (sru_comes_back(sru))
		return;
	if (sru->explaining)
		sru_go_back(sru);
	else if (sru->ask.operation == SRU_EXPLAIN && outcome.reason == REASON_PROTOCOL)
		sru_probe_search(sru);
	else
		sru_fail(sru, outcome);
}

/* The connection, or the answer on it, failed. */
static void sru_break(struct sru_conn *sru, const struct http_out_answer *answer)
{
	bool reached = answer->failure != HTTP_OUT_LINK || answer->link == LINK_RESET;
	struct outcome outcome = http_outcome(answer);

	if (sru_comes_back(sru))
		return;
	if (sru->explaining && reached) {
		sru_go_back(sru);
		return;
	}
	sru_fail(sru, outcome);
}

static void sru_follow(struct sru_conn *sru, const struct http_out_answer *answer)
{
	char why[DIAG_DETAILS_MAX];

	if (!redirect_follow(&sru->redirect, sru->arena, answer->location, why, sizeof why)) {
		sru_lose(sru, outcome_failed(REASON_PROTOCOL, "%s", why));
		return;
	}
	sru->for_good = sru->for_good && (answer->status == 301 || answer->status == 308);
	/* RFC 9110 section 15.4: 303 is to be followed by GET. After 301 and 302 the method may
	 * stay, and a question in a body would be lost without it. */
	sru_send(sru, answer->status != 303);
}

/* What redirects for good is passed by from now on, once it has led to an SRU server. */
static void sru_learn_place(struct sru_conn *sru)
{
	const struct place *place = redirect_place(&sru->redirect);

	if (sru->redirect.count > 1 && sru->for_good)
		sru_client_move(sru->client, &sru->sent, place->secure, place->port, place->target);
}

static void sru_on_answer(void *arg, struct http_out *out, const struct http_out_answer *answer)
{
	struct sru_conn *sru = arg;
	struct sru_arrived arrived = {
	    .status = answer->status,
	    .content_type = *answer->content_type ? answer->content_type : NULL,
	    .bytes = answer->body,
	    .length = answer->length,
	};
	struct sru_taken *taken;

	if (answer->failure != HTTP_OUT_OK) {
		sru_break(sru, answer);
		return;
	}
	if (is_redirect(answer)) {
		sru_follow(sru, answer);
		return;
	}
	taken = arena_alloc(sru->arena, sizeof *taken);
	switch (sru_client_take(sru->client, sru->arena, &sru->sent, &arrived, taken)) {
	case SRU_TAKE_REPLY:
		sru_learn_place(sru);
		sru_note_mute(sru);
		if (sru->explaining)
			sru_go_back(sru);
		else
			sru_tell(sru, &taken->reply);
		return;
	case SRU_TAKE_AGAIN: sru_again(sru); return;
	case SRU_TAKE_EXPLAIN:
		if (sru->was_asked) {
			sru_tell(sru, &taken->reply);
			return;
		}
		sru->explaining = sru->was_asked = true;
		sru_again(sru);
		return;
	case SRU_TAKE_FAILED:
		sru_lose(sru, outcome_failed(failure_reason(taken->failure), "%s", taken->detail));
		return;
	}
}

/* Requests. */

static uint64_t sru_search(struct conn *conn, struct conn_search *search)
{
	struct sru_ask ask = {
	    .operation = SRU_SEARCH,
	    .start = 1,
	    .count = search->piggyback,
	    .hop_mark = search->hop_mark,
	    .patience = search->patience,
	};

	sru_begin(sru_of(conn), &ask, &search->question, NULL);
	return conn_next_set(conn);
}

static void sru_present(struct conn *conn, uint64_t set, const struct conn_present *present)
{
	struct sru_ask ask = {
	    .operation = SRU_SEARCH,
	    .start = present->start,
	    .count = present->count,
	    .hop_mark = present->hop_mark,
	    .patience = present->patience,
	};

	sru_begin(sru_of(conn), &ask, &present->question, NULL);
}

static void sru_scan(struct conn *conn, const struct conn_scan *scan)
{
	struct sru_ask ask = {
	    .operation = SRU_SCAN,
	    .count = scan->count,
	    .position = scan->position,
	    .hop_mark = scan->hop_mark,
	    .patience = scan->patience,
	};

	sru_begin(sru_of(conn), &ask, NULL, scan->clause);
}

static void sru_probe(struct conn *conn)
{
	struct sru_ask ask = {.operation = SRU_EXPLAIN};

	sru_begin(sru_of(conn), &ask, NULL, NULL);
}

static bool sru_scans(const struct conn *conn)
{
	const struct sru_explained *explained =
	    sru_client_explained(((const struct sru_conn *)conn)->client);

	return !explained || explained->scans != 0;
}

static bool sru_holds(const struct conn *conn, uint64_t set)
{
	return true;
}

static const struct conn_kind sru_kind = {
    .close = sru_close,
    .state = sru_state,
    .search = sru_search,
    .present = sru_present,
    .scan = sru_scan,
    .probe = sru_probe,
    .scans = sru_scans,
    .holds = sru_holds,
    .lost = sru_lost,
    .server = sru_server,
};
