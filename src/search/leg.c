#include "search/leg_parts.h"

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
	if (leg->state != LEG_RESTING || leg_is_complete(leg))
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
	if (leg_is_complete(leg)) {
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
	else if (!leg_is_complete(leg))
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
	if (reply->diagnostic.present || (leg->records.count == before && !leg_is_complete(leg)))
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

void leg_learn_order(struct leg *leg, double agreement)
{
	if (leg->learned || agreement == 0)
		return;
	leg->learned = true;
	habits_note_order(&leg_health(leg)->habits, wording_ranks(&leg->wording), agreement);
}
