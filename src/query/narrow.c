#include "query/narrow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "query/query.h"

#define WORDS_MAX 10	/* the rarest, that are put together; 2 to their power sets are looked at */
#define OPERANDS_MAX 24 /* words in what is sent: some targets refuse more */
#define CLUSTER_MAX 256
#define SLACK 1e-6 /* sums in different order */

/* ---- which words ---- */

struct finder {
	struct arena *arena;
	struct narrow_words words;
	bool opaque; /* something in it is more than words */
};

static void find_word(
    struct finder *finder, const struct query *clause, const char *term, size_t length)
{
	struct narrow_words *words = &finder->words;
	const char *text = arena_strndup(finder->arena, term, length);

	for (size_t i = 0; i < words->count; i++)
		if (words->items[i].clause == clause && !strcmp(words->items[i].term, text))
			return;
	if (words->count == CLUSTER_MAX)
		return;
	words->items[words->count++] = (struct narrow_word){
	    .clause = clause,
	    .term = text,
	    .text = query_plain_term(finder->arena, text, NULL, NULL),
	};
}

static void find_words(struct finder *finder, const struct query *query)
{
	const char *text = query->term;

	if (query->type == QUERY_OR) {
		find_words(finder, query->left);
		find_words(finder, query->right);
	} else if (query->type != QUERY_TERM) {
		finder->opaque = true;
	} else if (query->relation != QUERY_ANY) {
		find_word(finder, query, text, strlen(text));
	} else {
		for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
			size_t length = strcspn(text, " ");

			find_word(finder, query, text, length);
			text += length;
		}
	}
}

static void find_group(struct arena *arena, const struct query *query, struct narrow_words *best)
{
	struct finder finder = {.arena = arena, .words.group = query};

	switch (query->type) {
	case QUERY_TERM:
	case QUERY_OR:
		finder.words.items = arena_array(arena, CLUSTER_MAX, sizeof *finder.words.items);
		find_words(&finder, query);
		if (!finder.opaque && finder.words.count > 1 && finder.words.count > best->count)
			*best = finder.words;
		break;
	case QUERY_AND:
		find_group(arena, query->left, best);
		find_group(arena, query->right, best);
		break;
	case QUERY_NOT: find_group(arena, query->left, best); break;
	case QUERY_PROX:
	case QUERY_SET: break;
	}
}

void narrow_find(struct arena *arena, const struct query *query, struct narrow_words *out)
{
	*out = (struct narrow_words){0};
	find_group(arena, query, out);
}

bool narrow_is_whole(const struct query *query, const struct narrow_words *words)
{
	return words->group == query;
}

/* ---- how many records ---- */

struct pick {
	struct arena *arena;
	const struct narrow_word *words[WORDS_MAX]; /* the rarest first */
	double share[WORDS_MAX];		    /* of the collection's records that hold it */
	double worth[WORDS_MAX];		    /* what it says when a record holds it */
	size_t count;
	double least; /* what the words of a record must be worth together */
	double expected;
	size_t operands;
};

/* How large a collection would be in which these words, if they kept no company, were in `hits`
 * records. Words that do keep company make it smaller, and their meeting likelier, as it is. */
static double effective_size(const struct narrow_word *const *words, size_t count, double hits)
{
	double low = hits, high = 1000 * hits;

	for (int i = 0; i < 50; i++) {
		double size = sqrt(low * high), none = 1;

		for (size_t w = 0; w < count; w++)
			none *= 1 - fmin(words[w]->count / size, 1);
		if (size * (1 - none) < hits)
			low = size;
		else
			high = size;
	}
	return high;
}

static int compare_rarity(const void *a, const void *b)
{
	const struct narrow_word *x = *(const struct narrow_word *const *)a,
				 *y = *(const struct narrow_word *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return x < y ? -1 : 1;
}

/* The sets of words a record may hold. */
struct holding {
	double worth, expected;
};

static int compare_worth(const void *a, const void *b)
{
	const struct holding *x = a, *y = b;

	return x->worth > y->worth ? -1 : x->worth < y->worth;
}

/* How much a record's words must be worth for `room` records to be worth it. */
static void pick_least(struct pick *pick, double size, double room)
{
	size_t sets = (size_t)1 << pick->count;
	struct holding *holdings = arena_array(pick->arena, sets, sizeof *holdings);

	for (size_t s = 0; s < sets; s++) {
		holdings[s].expected = size;
		for (size_t i = 0; i < pick->count; i++) {
			bool held = s >> i & 1;

			holdings[s].expected *= held ? pick->share[i] : 1 - pick->share[i];
			holdings[s].worth += held ? pick->worth[i] : 0;
		}
	}
	qsort(holdings, sets, sizeof *holdings, compare_worth);
	pick->least = holdings[0].worth;
	pick->expected = holdings[0].expected;
	for (size_t s = 1; s < sets - 1; s++) { /* the last holds none */
		if (pick->expected + holdings[s].expected > room)
			return;
		pick->expected += holdings[s].expected;
		pick->least = holdings[s].worth;
	}
}

/* ---- as a question ---- */

static const struct query *join(
    struct arena *arena, enum query_type type, const struct query *left, const struct query *right)
{
	return !left ? right : !right ? left : query_bool(arena, type, left, right);
}

static bool is_list(const struct query *clause)
{
	return clause->relation == QUERY_ANY;
}

/* One of the words `from` to before `to`: those of one list stay a list. */
static const struct query *one_of(struct pick *pick, size_t from, size_t to)
{
	const struct query *out = NULL;

	pick->operands += to - from;
	for (size_t i = from; i < to; i++) {
		const struct query *clause = pick->words[i]->clause;
		struct query *copy;
		bool done = false;

		for (size_t k = from; k < i; k++)
			done |= pick->words[k]->clause == clause;
		if (done)
			continue;
		copy = arena_memdup(pick->arena, clause, sizeof *clause);
		if (is_list(clause))
			copy->term = pick->words[i]->term;
		for (size_t k = i + 1; is_list(clause) && k < to; k++)
			if (pick->words[k]->clause == clause)
				copy->term = arena_printf(
				    pick->arena, "%s %s", copy->term, pick->words[k]->term);
		out = join(pick->arena, QUERY_OR, out, copy);
	}
	return out;
}

static bool is_reachable(const struct pick *pick, size_t from, double least)
{
	for (; from < pick->count; from++)
		least -= pick->worth[from];
	return least <= SLACK;
}

/* Records whose words, from the word `from` on, are worth so much; NULL: there are none. Words that
 * are worth it alone come first: they are the rarest. */
static const struct query *worth_at_least(struct pick *pick, size_t from, double least)
{
	size_t alone = from;
	const struct query *out;

	while (alone < pick->count && pick->worth[alone] >= least - SLACK)
		alone++;
	out = alone > from ? one_of(pick, from, alone) : NULL;
	for (; is_reachable(pick, alone, least) && pick->operands <= OPERANDS_MAX; alone++) {
		const struct query *word = one_of(pick, alone, alone + 1),
				   *rest =
				       worth_at_least(pick, alone + 1, least - pick->worth[alone]);

		if (!rest) /* too long */
			break;
		out = join(
		    pick->arena, QUERY_OR, out, query_bool(pick->arena, QUERY_AND, word, rest));
	}
	return out;
}

/* The question with one of its parts replaced. */
static const struct query *replace(struct arena *arena, const struct query *query,
    const struct query *old, const struct query *new)
{
	struct query *copy;

	if (query == old)
		return new;
	if (query->type != QUERY_AND && query->type != QUERY_NOT)
		return query;
	copy = arena_memdup(arena, query, sizeof *query);
	copy->left = replace(arena, query->left, old, new);
	copy->right = replace(arena, query->right, old, new);
	return copy;
}

const struct query *narrow_by_words(struct arena *arena, const struct query *query,
    const struct narrow_words *words, double hits, double room, double *expected)
{
	const struct narrow_word **held = arena_array(arena, words->count + 1, sizeof *held);
	const struct query *group = NULL;
	struct pick pick = {.arena = arena};
	size_t count = 0;
	double size;

	for (size_t i = 0; i < words->count; i++)
		if (words->items[i].count > 0)
			held[count++] = &words->items[i];
	if (count < 2)
		return NULL;
	qsort(held, count, sizeof *held, compare_rarity);
	size = effective_size(held, count, hits);
	for (; pick.count < count && pick.count < WORDS_MAX; pick.count++) {
		pick.words[pick.count] = held[pick.count];
		pick.share[pick.count] = fmin(held[pick.count]->count / size, 1);
		pick.worth[pick.count] = log(1 + 1 / pick.share[pick.count]);
	}
	/* Fewer words when they make too long a question. */
	for (;; pick.count--) {
		pick.operands = 0;
		pick_least(&pick, size, room);
		group = worth_at_least(&pick, 0, pick.least);
		if (pick.operands <= OPERANDS_MAX || pick.count == 2)
			break;
	}
	*expected = pick.expected;
	return replace(arena, query, words->group, group);
}

/* ---- titles ---- */

static bool is_anywhere(const struct query *clause)
{
	static const char *const names[] = {"anywhere", "serverChoice", "keywords", "anyIndexes"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(clause->set, "cql") && !strcmp(clause->index, names[i]))
			return true;
	return false;
}

/* `words`: how many are asked of titles now. */
static const struct query *to_titles(struct arena *arena, const struct query *query, size_t *words)
{
	struct query *copy;

	if (query->type == QUERY_SET || (query->type == QUERY_TERM && !is_anywhere(query)) ||
	    (query->type == QUERY_TERM && query->relation == QUERY_NE))
		return query;
	copy = arena_memdup(arena, query, sizeof *query);
	if (query->type == QUERY_TERM) {
		copy->set = "dc";
		copy->index = "title";
		*words += text_count_words(query->term);
		return copy;
	}
	copy->left = to_titles(arena, query->left, words);
	if (query->type != QUERY_NOT) /* what is excluded must not become less */
		copy->right = to_titles(arena, query->right, words);
	return copy;
}

const struct query *narrow_to_titles(struct arena *arena, const struct query *query)
{
	size_t words = 0;
	const struct query *titles = to_titles(arena, query, &words);

	return words > 1 ? titles : NULL;
}
