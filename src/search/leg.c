#include "search/leg.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/vec.h"
#include "loop/loop.h"
#include "registry/partner.h"
#include "search/counts.h"
#include "search/hit.h"
#include "search/lacking.h"
#include "search/notice.h"
#include "search/plan.h"
#include "search/second.h"
#include "search/wording.h"
#include "target/health.h"
#include "target/pool.h"
#include "target/targets.h"

enum leg_state { LEG_RESTING, LEG_LEASING, LEG_SEARCHING, LEG_PRESENTING, LEG_SECOND, LEG_OVER };

struct leg {
	struct leg_options options;
	enum leg_state state;
	struct lease *lease;
	uint64_t set;  /* the partner's result set, 0 none yet */
	bool searched; /* hits are known */
	bool retried;  /* a dead pooled connection was replaced once in this run */
	bool progress; /* this lease has answered something */
	bool noted;    /* its outcome was counted */
	bool blamed;   /* the partner is known to be late in this run */
	bool tardy;    /* was cut, and has not come to rest since */
	size_t had;    /* records when it was cut */
	unsigned long hits;
	unsigned wanted;
	msec_t due;	   /* when whoever wanted it leaves */
	unsigned patience; /* of that, as its partner is told: the same with every request */
	struct notice notice;
	struct vec records;
	struct second second;
	bool learned;		  /* of its order */
	struct outcome outcome;	  /* OVER: why; else OK */
	msec_t started, answered; /* loop time; -1 not yet */
	msec_t run;		  /* when what is under way began, or was added to */
	struct counts counts;
	struct wording wording; /* of the query, once it was sent */
	bool none;		/* zero hits with diacritics: it is asked without */
};

static void leg_on_lease(void *arg, enum lease_news news, const struct reply *reply);

struct leg *leg_create(const struct leg_options *options)
{
	struct leg *leg = calloc(1, sizeof *leg);

	if (!leg)
		abort();
	leg->options = *options;
	leg->started = -1;
	leg->answered = -1;
	if (!options->plan->ask) {
		leg->state = LEG_OVER;
		leg->outcome = options->plan->outcome;
		health_pass(targets_health(options->env->targets, options->plan->partner->id),
		    &leg->outcome);
	}
	return leg;
}

static void leg_drop_lease(struct leg *leg)
{
	if (leg->lease)
		lease_release(leg->lease);
	leg->lease = NULL;
}

void leg_destroy(struct leg *leg)
{
	leg_drop_lease(leg);
	vec_clear(&leg->records);
	second_clear(&leg->second);
	free(leg);
}

static const struct partner *leg_partner(const struct leg *leg)
{
	return leg->options.plan->partner;
}

static struct health *leg_health(const struct leg *leg)
{
	return targets_health(leg->options.env->targets, leg_partner(leg)->id);
}

/* Counts the outcome of the search itself, once. */
static void leg_note(struct leg *leg, const struct outcome *outcome)
{
	const struct search_env *env = leg->options.env;
	msec_t ms = leg->searched ? leg->answered - leg->started : -1;

	if (leg->noted)
		return;
	leg->noted = true;
	health_note(leg_health(leg), outcome, ms, loop_wall_clock(env->loop));
	lacking_learn(&leg_health(leg)->lacks, leg->options.question, outcome, loop_now(env->loop));
}

/* Tells the partner's breaker how this run ended, or that it has lasted too long. */
static void leg_judge(struct leg *leg, const struct outcome *outcome)
{
	if (!leg->blamed)
		targets_judge(leg->options.env->targets, leg_partner(leg), outcome);
}

static void leg_fail(struct leg *leg, const struct outcome *outcome)
{
	leg_drop_lease(leg);
	leg->state = LEG_OVER;
	leg->outcome = *outcome;
	if (leg->answered < 0)
		leg->answered = loop_now(leg->options.env->loop);
	leg_note(leg, outcome);
	leg_judge(leg, outcome);
	leg->options.fn(leg->options.arg, leg);
}

/* By its diagnostic, if it has one. */
static void leg_fail_by(struct leg *leg, const struct reply *reply, const char *otherwise)
{
	struct outcome outcome = reply->diagnostic.present
				     ? outcome_diagnostic(REASON_DIAGNOSTIC, &reply->diagnostic)
				     : outcome_failed(REASON_PROTOCOL, "%s", otherwise);

	leg_fail(leg, &outcome);
}

static bool leg_complete(const struct leg *leg)
{
	return leg->searched &&
	       (leg->records.count >= leg->wanted || leg->records.count >= leg->hits);
}

static void leg_rest(struct leg *leg)
{
	static const struct outcome ok;

	leg_drop_lease(leg);
	leg->state = LEG_RESTING;
	leg->tardy = false;
	leg_note(leg, &ok);
	leg_judge(leg, &ok);
	leg->options.fn(leg->options.arg, leg);
}

static void leg_start_lease(struct leg *leg, bool fresh)
{
	struct pool *pool = targets_pool(leg->options.env->targets, leg_partner(leg));

	leg->state = LEG_LEASING;
	leg->progress = false;
	leg->lease = pool_lease(pool, leg->set, fresh, leg_on_lease, leg);
}

void leg_want(struct leg *leg, unsigned upto, msec_t deadline, msec_t due)
{
	if (due > leg->due)
		leg->due = due;
	if (upto > leg->wanted) {
		leg->wanted = upto;
		if (!leg_is_settled(leg) && !leg_is_overdue(leg, deadline))
			leg->run = loop_now(leg->options.env->loop);
	}
	if (leg->state != LEG_RESTING || leg_complete(leg))
		return;
	if (!targets_pool(leg->options.env->targets, leg_partner(leg))) {
		/* Gone from the configuration since: what it delivered stays. */
		leg->state = LEG_OVER;
		leg->outcome = outcome_failed(REASON_DISABLED, "no longer configured");
		leg->outcome.status = OUTCOME_SKIPPED;
		return;
	}
	if (leg->started < 0)
		leg->started = loop_now(leg->options.env->loop);
	leg->run = loop_now(leg->options.env->loop);
	leg->retried = false;
	leg->blamed = false;
	leg_start_lease(leg, false);
}

static enum outcome_reason leg_waits_for(const struct leg *leg)
{
	enum outcome_reason reason;

	if (leg_is_settled(leg))
		return REASON_NONE;
	reason = lease_waits_for(leg->lease);
	if (reason != REASON_NONE)
		return reason;
	return leg->searched ? REASON_PRESENT : REASON_SEARCH;
}

/* All that is under way is the second question. */
static bool leg_is_content(const struct leg *leg)
{
	return leg->state == LEG_SECOND && leg_complete(leg);
}

struct outcome leg_outcome(const struct leg *leg)
{
	struct outcome outcome = {OUTCOME_OK, REASON_NONE, 0, 0, ""};

	switch (leg_is_content(leg) ? LEG_RESTING : leg->state) {
	case LEG_OVER: return leg->outcome;
	case LEG_RESTING:
		if (!leg_complete(leg))
			return leg->outcome; /* it was cut */
		if (leg->hits)
			wording_describe(&leg->wording, outcome.detail, sizeof outcome.detail);
		notice_tell(&leg->notice, outcome.detail);
		return outcome;
	default: break;
	}
	if (leg->tardy)
		return leg->outcome; /* until it has shown that it can */
	outcome.status = OUTCOME_LATE;
	outcome.reason = leg_waits_for(leg);
	return outcome;
}

void leg_cut(struct leg *leg)
{
	struct outcome outcome = leg_outcome(leg);
	bool again = leg->searched && !(leg->tardy && leg->records.count == leg->had);

	if (leg_is_settled(leg))
		return;
	leg_drop_lease(leg);
	if (leg_is_content(leg)) {
		leg->state = LEG_RESTING;
		return;
	}
	leg_note(leg, &outcome);
	leg->tardy = true;
	leg->had = leg->records.count;
	/* With a hit count it may be asked again for what it owes; without, it has had its chance.
	 */
	leg->state = again ? LEG_RESTING : LEG_OVER;
	leg->outcome = outcome;
	if (leg->answered < 0)
		leg->answered = loop_now(leg->options.env->loop);
	leg_judge(leg, &outcome);
}

msec_t leg_blame(struct leg *leg, msec_t deadline)
{
	msec_t due = leg->run + deadline;
	struct outcome outcome = leg_outcome(leg);

	if (leg_is_settled(leg) || leg->blamed)
		return MSEC_NEVER;
	if (loop_now(leg->options.env->loop) < due)
		return due;
	if (leg_is_content(leg)) {
		second_missed(&leg->second);
		return MSEC_NEVER;
	}
	leg_judge(leg, &outcome);
	if (!leg->noted)
		health_overdue(leg_health(leg), &outcome, loop_wall_clock(leg->options.env->loop));
	leg->blamed = true;
	return MSEC_NEVER;
}

/* Requests. */

static unsigned leg_next_chunk(const struct leg *leg)
{
	unsigned chunk = leg_partner(leg)->target.chunk;
	unsigned long until = leg->wanted;

	if (leg->searched && leg->hits < until)
		until = leg->hits;
	until -= leg->records.count;
	return until < chunk ? (unsigned)until : chunk;
}

static struct conn_question leg_question(const struct leg *leg)
{
	return (struct conn_question){
	    .rpn = leg->wording.query,
	    .encoded = leg->wording.encoded,
	    .tree = leg->wording.tree,
	    .refused = &leg->wording.refused,
	    .ordered = leg->options.plan->sorts,
	};
}

static void leg_send_search(struct leg *leg)
{
	const struct partner_target *target = &leg_partner(leg)->target;
	bool piggyback = target->piggyback && !leg->records.count;

	if (!wording_exists(&leg->wording)) {
		wording_begin(
		    &leg->wording, leg->options.arena, leg->options.plan, leg_health(leg));
		leg->patience = conn_patience(leg->due - loop_now(leg->options.env->loop));
	}

	struct conn_search search = {
	    .question = leg_question(leg),
	    .piggyback = piggyback && leg->wanted ? leg_next_chunk(leg) : 0,
	    .hop_mark = leg->options.hop_mark,
	    .patience = leg->patience,
	};

	leg->state = LEG_SEARCHING;
	leg->set = lease_search(leg->lease, &search);
}

static void leg_send_present(struct leg *leg)
{
	struct conn_present present = {
	    .question = leg_question(leg),
	    .start = (unsigned)leg->records.count + 1,
	    .count = leg_next_chunk(leg),
	    .hop_mark = leg->options.hop_mark,
	    .patience = leg->patience,
	};

	leg->state = LEG_PRESENTING;
	lease_present(leg->lease, leg->set, &present);
}

/* Replies. */

static void leg_take_records(struct leg *leg, const struct reply *reply)
{
	notice_take(&leg->notice, reply);
	for (size_t i = 0; i < reply->nrecords; i++) {
		const struct reply_record *record = &reply->records[i];

		/* Each position once and in order, whatever the target thinks. */
		if (record->position != leg->records.count + 1)
			continue;
		vec_push(&leg->records, second_meet(&leg->second, leg->options.arena, &leg->records,
					    hit_create(leg->options.arena, leg->options.scratch,
						leg_partner(leg), record, leg->options.sorter)));
	}
}

/* The second question. */

static bool leg_ask_second(struct leg *leg)
{
	static const struct outcome ok;
	const struct second_case known = {
	    .options = &leg->options,
	    .wanted = leg->wanted,
	    .hits = leg->hits,
	    .records = &leg->records,
	    .counts = &leg->counts,
	    .wording = &leg->wording,
	    .patience = leg->patience,
	};

	if (!second_begin(&leg->second, &known, leg->lease))
		return false;
	leg->state = LEG_SECOND;
	leg->tardy = false;
	leg_note(leg, &ok); /* the first has been answered */
	leg_judge(leg, &ok);
	leg->options.fn(leg->options.arg, leg);
	return true;
}

/* More of the first may have been wanted meanwhile, of a set that is no longer there. */
static void leg_end_second(struct leg *leg)
{
	if (leg_complete(leg)) {
		leg_rest(leg);
		return;
	}
	leg_drop_lease(leg);
	leg->state = LEG_RESTING;
	leg_want(leg, leg->wanted, MSEC_NEVER, leg->due);
	leg->options.fn(leg->options.arg, leg);
}

static void leg_go_on(struct leg *leg)
{
	static const struct outcome full = {
	    OUTCOME_FAILED, REASON_TOO_LARGE, 0, 0, "the search's memory is used up"};

	if (arena_over(leg->options.arena))
		leg_fail(leg, &full);
	else if (!leg_complete(leg))
		leg_send_present(leg);
	else if (!leg_ask_second(leg))
		leg_rest(leg);
}

/* A first answer that another wording may better: zero hits, or a refusal of the query's form. */
static bool leg_reword(struct leg *leg, const struct reply *reply)
{
	struct ask_server server;

	if (leg->searched || (reply->ok && reply->hits))
		return false;
	server = lease_server(leg->lease, leg->options.scratch);
	if (reply->ok ? !wording_found_nothing(&leg->wording)
		      : !wording_refused(&leg->wording, &reply->diagnostic, &server))
		return false;
	if (!lease_may_search_again(leg->lease))
		return false;
	leg->none = leg->none || reply->ok;
	leg_send_search(leg);
	return true;
}

static void leg_on_search(struct leg *leg, const struct reply *reply)
{
	static const struct reply nothing = {.kind = REPLY_SEARCH, .ok = true};

	if (leg_reword(leg, reply))
		return;
	if (!reply->ok && leg->none)
		reply = &nothing; /* the question as it was meant has been answered */
	if (!reply->ok) {
		leg_fail_by(leg, reply, "search failed without a diagnostic");
		return;
	}
	/* Searched again, it may have fewer than it has sent already. */
	leg->hits = reply->hits < leg->records.count ? leg->records.count : reply->hits;
	if (!leg->searched) {
		if (leg->wording.tree)
			snprintf(leg->wording.lost, sizeof leg->wording.lost, "%s",
			    lease_lost(leg->lease));
		wording_teach(&leg->wording, leg_health(leg));
		leg->searched = true;
		leg->answered = loop_now(leg->options.env->loop);
		counts_take(&leg->counts, leg->options.arena, reply);
	}
	leg_take_records(leg, reply);
	leg_go_on(leg);
}

static void leg_on_present(struct leg *leg, const struct reply *reply)
{
	size_t before = leg->records.count;

	leg_take_records(leg, reply);
	if (reply->ok && reply->hits >= leg->records.count && reply->hits)
		leg->hits = reply->hits; /* SRU: the count may have grown truer */
	if (reply->diagnostic.present || (leg->records.count == before && !leg_complete(leg)))
		leg_fail_by(leg, reply, "no records in a present response");
	else
		leg_go_on(leg);
}

/* A connection from the pool may have died while it was idle: that is found out by its first use.
 */
static bool leg_may_retry(const struct leg *leg, const struct outcome *outcome)
{
	return lease_is_reused(leg->lease) && !leg->progress && !leg->retried &&
	       outcome_lost_connection(outcome);
}

static void leg_on_failure(struct leg *leg)
{
	struct outcome outcome = *lease_outcome(leg->lease);

	/* Without a pool the partner has left the configuration meanwhile: there is no fresh
	 * connection. */
	if (!leg_may_retry(leg, &outcome) ||
	    !targets_pool(leg->options.env->targets, leg_partner(leg))) {
		leg_fail(leg, &outcome);
		return;
	}
	leg->retried = true;
	leg_drop_lease(leg);
	leg_start_lease(leg, true);
}

static void leg_on_lease(void *arg, enum lease_news news, const struct reply *reply)
{
	struct leg *leg = arg;

	switch (news) {
	case LEASE_GRANTED:
		if (leg->searched && lease_holds(leg->lease, leg->set))
			leg_send_present(leg);
		else
			leg_send_search(leg);
		return;
	case LEASE_ANSWERED:
		leg->progress = true;
		if (leg->state == LEG_SECOND && !second_answer(&leg->second, leg->lease, reply))
			leg_end_second(leg);
		else if (leg->state == LEG_SEARCHING)
			leg_on_search(leg, reply);
		else if (leg->state == LEG_PRESENTING)
			leg_on_present(leg, reply);
		return;
	case LEASE_FAILED:
		if (leg->state != LEG_SECOND) {
			leg_on_failure(leg);
			return;
		}
		second_missed(&leg->second);
		leg_end_second(leg);
		return;
	}
}

/* Questions. */

bool leg_is_settled(const struct leg *leg)
{
	return leg->state == LEG_RESTING || leg->state == LEG_OVER;
}

msec_t leg_since(const struct leg *leg)
{
	return leg_is_settled(leg) ? MSEC_NEVER : leg->run;
}

bool leg_owes(const struct leg *leg)
{
	if (leg->state == LEG_OVER)
		return false;
	return !leg->searched || leg->records.count < leg->hits;
}

bool leg_has_hits(const struct leg *leg)
{
	return leg->searched;
}

unsigned long leg_hits(const struct leg *leg)
{
	return leg->hits;
}

const struct notice *leg_notice(const struct leg *leg)
{
	return &leg->notice;
}

const struct plan_leg *leg_plan(const struct leg *leg)
{
	return leg->options.plan;
}

struct hit *const *leg_records(const struct leg *leg, size_t *count)
{
	*count = leg->records.count;
	return (struct hit *const *)leg->records.items;
}

const struct second *leg_second(const struct leg *leg)
{
	return &leg->second;
}

bool leg_is_overdue(const struct leg *leg, msec_t deadline)
{
	return !leg_is_settled(leg) &&
	       (leg->tardy || loop_now(leg->options.env->loop) - leg->run >= deadline);
}

bool leg_is_out(const struct leg *leg, msec_t deadline)
{
	struct outcome outcome = leg_outcome(leg);

	if (!leg_is_settled(leg) && !leg_is_content(leg))
		return leg_is_overdue(leg, deadline);
	return outcome_is_outage(&outcome);
}

msec_t leg_ms(const struct leg *leg)
{
	if (leg->started < 0)
		return -1;
	if (leg->answered >= 0)
		return leg->answered - leg->started;
	return loop_now(leg->options.env->loop) - leg->started;
}

void leg_learn_order(struct leg *leg, double agreement)
{
	if (leg->learned || agreement == 0)
		return;
	leg->learned = true;
	habits_note_order(&leg_health(leg)->habits, wording_ranks(&leg->wording), agreement);
}

const struct counts *leg_counts(const struct leg *leg)
{
	return &leg->counts;
}
