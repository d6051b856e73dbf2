#include "merge/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "merge/sort.h"

#define PUNCTUATION_TERMS 10

/* One library's term with its place in the order. */
struct item {
	const char *key;
	size_t list, place;
};

struct merge {
	struct item *items;
	size_t nitems;
	const char *start;	/* its key */
	const char *low, *high; /* nothing is sure beyond these; NULL: no bound */
};

/* Terms of mere punctuation are not shown. They stand where an index begins, so who begins there
 * asks for some more. */
void scan_ask(const char *start, unsigned position, unsigned maximum, unsigned *ask_position,
    unsigned *ask_count)
{
	bool outside = position == 0 || position > maximum;

	*ask_position = position ? position : 1;
	*ask_count = maximum + outside + (*start ? 0 : PUNCTUATION_TERMS);
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	if (order)
		return order;
	if (x->list != y->list)
		return x->list < y->list ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

/* A list that shows as many terms on a side as were asked for may go on there; so may one that was
 * cut. Beyond its outermost term, or where it begins, nothing is sure. */
static void bound(struct merge *merge, const struct scan_list *list, const struct item *items,
    size_t count, size_t before, size_t after)
{
	const char *least = merge->start, *most = merge->start;
	size_t nbefore = 0;

	for (size_t i = 0; i < count; i++) {
		const char *key = items[i].key;

		least = strcmp(key, least) < 0 ? key : least;
		most = strcmp(key, most) > 0 ? key : most;
		nbefore += strcmp(key, merge->start) < 0;
	}
	if ((list->cut || count - nbefore >= after) &&
	    (!merge->high || strcmp(most, merge->high) < 0))
		merge->high = most;
	if ((list->cut || nbefore >= before) && (!merge->low || strcmp(least, merge->low) > 0))
		merge->low = least;
}

/* One library's terms. Some servers repeat the last term of their index for as many as were asked
 * for: it is there once, and the index ends with it. Returns how many there are. */
static size_t collect_list(struct collator *collator, struct arena *arena,
    const struct scan_list *list, size_t number, struct item *items)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *term = list->entries[i].term;

		if (!i || strcmp(term, list->entries[i - 1].term) != 0)
			items[count++] =
			    (struct item){collator_key(collator, arena, term), number, i};
	}
	return count;
}

static void collect(struct merge *merge, struct arena *arena, const struct scan_list *lists,
    size_t nlists, unsigned position, unsigned maximum)
{
	unsigned ask_position, ask_count;
	struct collator *collator = collator_create();
	size_t room = 0;

	scan_ask(merge->start, position, maximum, &ask_position, &ask_count);
	for (size_t l = 0; l < nlists; l++)
		room += lists[l].count;
	merge->items = arena_array(arena, room, sizeof *merge->items);
	merge->start = collator_key(collator, arena, merge->start);
	for (size_t l = 0; l < nlists; l++) {
		struct item *items = merge->items + merge->nitems;

		size_t count = collect_list(collator, arena, &lists[l], l, items);

		merge->nitems += count;
		bound(merge, &lists[l], items, count, ask_position - 1,
		    ask_count - (ask_position - 1));
	}
	collator_destroy(collator);
	if (merge->nitems)
		qsort(merge->items, merge->nitems, sizeof *merge->items, compare_items);
}

static void add(struct scan_term *term, const struct scan_entry *entry, bool is_new)
{
	if (is_new)
		*term = (struct scan_term){
		    .term = entry->term, .display = entry->display, .has_count = true};
	term->count += entry->count;
	term->has_count &= entry->has_count;
}

/* Marks what is known of a term's place; `more`: there may be terms on that side. */
static void mark(struct scan_term *terms, size_t count, bool more_before, bool more_after)
{
	for (size_t i = 0; i < count; i++) {
		terms[i].is_first = i == 0 && !more_before;
		terms[i].is_last = i + 1 == count && !more_after;
		terms[i].is_inner = !terms[i].is_first && !terms[i].is_last;
	}
}

void scan_merge(struct arena *arena, const struct scan_list *lists, size_t nlists,
    const char *start, unsigned position, unsigned maximum, struct scan_piece *out)
{
	struct merge merge = {.start = start};
	struct scan_term *terms;
	size_t n = 0, nbefore = 0, from, to, want_before = position ? position - 1 : 0;
	bool more_before = false, more_after = false;
	const char *last = NULL;

	collect(&merge, arena, lists, nlists, position, maximum);
	terms = arena_array(arena, merge.nitems, sizeof *terms);
	for (size_t i = 0; i < merge.nitems; i++) {
		const struct item *item = &merge.items[i];
		bool is_new = !last || strcmp(item->key, last) != 0;
		bool too_low = merge.low && strcmp(item->key, merge.low) < 0;
		bool too_high = merge.high && strcmp(item->key, merge.high) > 0;
		bool is_start = position == 0 && strcmp(item->key, merge.start) == 0;

		more_before |= too_low || is_start;
		more_after |= too_high;
		if (too_low || too_high || is_start || !*item->key) /* mere punctuation */
			continue;
		last = item->key;
		if (is_new)
			nbefore += strcmp(item->key, merge.start) < 0;
		n += is_new;
		add(&terms[n - 1], &lists[item->list].entries[item->place], is_new);
	}
	from = nbefore > want_before ? nbefore - want_before : 0;
	if (position == 0)
		from = nbefore;
	to = nbefore + (maximum - want_before);
	if (to > n)
		to = n;
	more_before |= from > 0 || (merge.low && *merge.low);
	more_after |= to < n || merge.high;
	out->terms = terms + from;
	out->count = to > from ? to - from : 0;
	mark(out->terms, out->count, more_before, more_after);
}
