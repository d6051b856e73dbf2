/* Conditions on the rest of the world: count, pool, kept, log, heard, turns. */
#include <string.h>

#include "front/gateway.h"
#include "registry/config.h"
#include "scenes/library.h"
#include "scenes/play.h"
#include "scenes/words.h"
#include "scenes/world.h"
#include "search/share.h"
#include "target/pool.h"
#include "target/targets.h"

struct fact {
	const char *name;
	long long value;
};

/* `NAME RANGE` pairs from word 2 on. */
static bool check_facts(struct play *play, const struct words *words, unsigned from,
    const struct fact *facts, size_t count)
{
	for (unsigned at = from; at + 1 < words->count; at += 2) {
		struct range range;
		char text[64];
		size_t i = 0;

		while (i < count && strcmp(facts[i].name, words->list[at]))
			i++;
		if (i == count || !range_read(words->list[at + 1], &range))
			return play_fail(play, "no such count: %s", words->list[at]);
		if (!range_holds(&range, facts[i].value))
			return play_fail(play, "%s %s: %s is %lld, expected %s", words->list[0],
			    from > 1 ? words->list[1] : "", facts[i].name, facts[i].value,
			    range_print(&range, text));
	}
	return true;
}

#define COUNT(facts) (sizeof(facts) / sizeof *(facts))

/* `count ugm connections 1 searches 2 presents 0 open 1`: at the library */
static bool expect_count(struct play *play, const struct words *words)
{
	struct library *library =
	    world_library(play->world, words->count > 1 ? words->list[1] : "");
	const struct ztarget_stats *stats;

	if (!library)
		return play_fail(play, "no library of that id");
	stats = ztarget_stats(library->target);

	const struct fact facts[] = {{"connections", (long long)stats->connections},
	    {"attempts", fakehost_attempts(library->host)}, {"inits", (long long)stats->inits},
	    {"searches", (long long)stats->searches}, {"presents", (long long)stats->presents},
	    {"closes", (long long)stats->closes}, {"records", (long long)stats->records},
	    {"open", library_open(library)}, {"peak", (long long)stats->peak}};

	return check_facts(play, words, 2, facts, COUNT(facts));
}

/* `pool ugm idle 1 leased 0 opening 0 queued 0` */
static bool expect_pool(struct play *play, const struct words *words)
{
	const struct gateway *gateway = play->world->gateway;
	const struct partner *partner =
	    config_partner(gateway->config, words->count > 1 ? words->list[1] : "");
	struct pool *pool = partner ? targets_pool(gateway->targets, partner) : NULL;
	struct pool_counts counts;

	if (!pool)
		return play_fail(play, "no pool of that id");
	pool_counts(pool, &counts);

	const struct fact facts[] = {{"idle", counts.idle}, {"leased", counts.leased},
	    {"opening", counts.opening}, {"queued", counts.queued},
	    {"opened", (long long)counts.opened}};

	return check_facts(play, words, 2, facts, COUNT(facts));
}

/* `kept sets 2 searches 1 bytes 1..`: what the gateway holds */
static bool expect_kept(struct play *play, const struct words *words)
{
	struct share_counts counts;

	share_counts(play->world->gateway->share, &counts);

	const struct fact facts[] = {{"sets", (long long)counts.sets},
	    {"searches", (long long)counts.searches}, {"waiting", (long long)counts.waiting},
	    {"refused", (long long)counts.refused},
	    {"bytes", (long long)play->world->gateway->ledger.used},
	    {"open", play->world->gateway->open}};

	return check_facts(play, words, 1, facts, COUNT(facts));
}

/* `turns 20..`: of the loop since somebody last asked */
static bool expect_turns(struct play *play, const struct words *words)
{
	const struct fact facts[] = {
	    {"turns", (long long)(world_turns(play->world) - play->world->turns)}};

	return check_facts(play, words, 0, facts, COUNT(facts));
}

/* `log has TEXT` · `log lacks TEXT` · `log says TEXT 3` (times) */
static bool expect_log(struct play *play, const struct words *words)
{
	const char *how = words->count > 2 ? words->list[1] : "";
	unsigned count;

	if (!*how)
		return play_fail(play, "`log has TEXT`");
	count = transcript_count(&play->world->transcript, words->list[2]);
	if (!strcmp(how, "says")) {
		struct range range;

		return (words->count > 3 && range_read(words->list[3], &range) &&
			   range_holds(&range, count)) ||
		       play_fail(play, "\"%s\" is said %u times", words->list[2], count);
	}
	return (count > 0) == !strcmp(how, "has") ||
	       play_fail(play, "%u lines have \"%s\"", count, words->list[2]);
}

/* `heard ugm TEXT`: the library was sent these bytes (it must be `spied` before) */
static bool expect_heard(struct play *play, const struct words *words)
{
	struct library *library =
	    world_library(play->world, words->count > 1 ? words->list[1] : "");
	const char *text = words->count > 2 ? words->list[2] : "";

	if (!library || !library->spied)
		return play_fail(play, "nobody listens at that library");
	if (!strcmp(text, "$gateway"))
		text = play->world->gateway->id;
	return library_received(library, text) ||
	       play_fail(play, "%s was not sent \"%s\"", library->id, text);
}

bool expect_world(struct play *play, const struct words *words, bool *known)
{
	static const struct {
		const char *word;
		bool (*fn)(struct play *play, const struct words *words);
	} conditions[] = {{"count", expect_count}, {"pool", expect_pool}, {"kept", expect_kept},
	    {"log", expect_log}, {"heard", expect_heard}, {"turns", expect_turns}};

	*known = true;
	for (size_t i = 0; i < COUNT(conditions); i++)
		if (!strcmp(words->list[0], conditions[i].word))
			return conditions[i].fn(play, words);
	*known = false;
	return true;
}
