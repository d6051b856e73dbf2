#include "merge/rank_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "merge/fold.h"
#include "merge/normalise.h"
#include "merge/weights.h"
#include "merge/word_class.h"

#define FORMS_MAX 65536
#define COMPOUND_MIN 6 /* letters of two words that may be written as one */

/* While a plan is made: the forms of one term on their way into the table. */
struct form_maker {
	struct rank_plan *plan;
	struct arena *arena;
	size_t term;
};

static struct rank_form *free_slot(
    struct rank_form *forms, size_t mask, const struct rank_form *form)
{
	size_t at = form->hash * FOLD_HASH_PRIME >> 7 & mask;

	while (forms[at].hash && (forms[at].hash != form->hash || forms[at].term != form->term))
		at = (at + 1) & mask;
	return &forms[at];
}

static void grow_forms(struct rank_plan *plan, struct arena *arena)
{
	size_t size = plan->forms ? (plan->mask + 1) * 2 : 1024;
	struct rank_form *forms = arena_array(arena, size, sizeof *forms);

	for (size_t i = 0; plan->forms && i <= plan->mask; i++)
		if (plan->forms[i].hash)
			*free_slot(forms, size - 1, &plan->forms[i]) = plan->forms[i];
	plan->forms = forms;
	plan->mask = size - 1;
}

/* The word itself comes first; a variant never takes its place. */
static void add_form(
    struct form_maker *maker, const char *form, size_t length, bool is_variant, bool indonesian)
{
	struct rank_plan *plan = maker->plan;
	struct rank_form new = {
	    fold_hash(form, length), (uint8_t)maker->term, is_variant, indonesian};
	struct rank_form *slot;

	if (!plan->forms || (plan->nforms * 3 > plan->mask && plan->mask < FORMS_MAX))
		grow_forms(plan, maker->arena);
	if (plan->nforms * 2 > plan->mask)
		return;
	slot = free_slot(plan->forms, plan->mask, &new);
	if (slot->hash) {
		slot->indonesian &= indonesian;
		return;
	}
	*slot = new;
	plan->nforms++;
	plan->filter[new.hash >> 6 & 63] |= (uint64_t)1 << (new.hash & 63);
}

static void add_variant(void *arg, const char *form, size_t length, bool indonesian)
{
	add_form(arg, form, length, true, indonesian);
}

void rank_plan_add_form(
    struct rank_plan *plan, struct arena *arena, size_t term, const char *form, size_t length)
{
	struct form_maker maker = {plan, arena, term};

	add_form(&maker, form, length, true, false);
}

static enum doc_field asked_field(enum terms_field field)
{
	switch (field) {
	case TERMS_TITLE: return DOC_TITLE;
	case TERMS_AUTHOR: return DOC_AUTHOR;
	case TERMS_SUBJECT: return DOC_SUBJECT;
	case TERMS_SERIES: return DOC_SERIES;
	case TERMS_PUBLISHER: return DOC_PUBLISHER;
	case TERMS_NOTES: return DOC_NOTES;
	case TERMS_ANY:
	case TERMS_IDENTIFIER:
	case TERMS_DATE:
	case TERMS_OTHER: break;
	}
	return DOC_FIELDS;
}

static void weigh_fields(struct rank_term *term)
{
	enum doc_field asked = asked_field(term->field);

	for (enum doc_field f = 0; f < DOC_FIELDS; f++) {
		bool is_asked = f == asked || (asked == DOC_TITLE && f == DOC_TITLE_REST);
		double factor = is_asked ? rank_weight.asked_field : rank_weight.other_field;

		term->weight[f] = rank_weight.field[f] * (asked == DOC_FIELDS ? 1 : factor);
	}
}

static size_t find_term(const struct rank_plan *plan, const char *text, size_t length,
    enum terms_field field, bool is_prefix)
{
	size_t i = 0;

	while (i < plan->nterms &&
	       (plan->terms[i].length != length || memcmp(plan->terms[i].text, text, length) ||
		   plan->terms[i].field != field || plan->terms[i].prefix != is_prefix))
		i++;
	return i;
}

/* The place of a term among the plan's, added when new; RANK_TERMS_MAX when there is no room. */
static size_t add_term(struct rank_plan *plan, struct arena *arena, const char *text, size_t length,
    const struct terms_word *word, bool is_prefix)
{
	size_t i = find_term(plan, text, length, word->field, is_prefix);
	struct form_maker maker = {plan, arena, i};
	struct rank_term *term;

	if (i < plan->nterms || i == RANK_TERMS_MAX)
		return i;
	term = &plan->terms[plan->nterms++];
	*term = (struct rank_term){.text = arena_strndup(arena, text, length),
	    .length = length,
	    .field = word->field,
	    .prefix = is_prefix};
	term->common = rank_is_common(term->text);
	weigh_fields(term);
	if (is_prefix) {
		plan->prefixes |= (uint64_t)1 << i;
		return i;
	}
	add_form(&maker, text, length, false, false);
	if (!term->common)
		rank_variants(term->text, word->text, add_variant, &maker);
	return i;
}

/* One white-space separated word of the question may fold to none or to several. */
static void add_word(
    struct rank_plan *plan, struct arena *arena, const struct terms_word *word, size_t *previous)
{
	char *folded = normalise_text(arena, word->text), *end;

	for (char *at = folded; *at; at = end + (*end == ' ')) {
		size_t i, length;

		end = at + strcspn(at, " ");
		length = (size_t)(end - at);
		i = add_term(plan, arena, at, length, word, word->prefix && !*end);
		if (i == RANK_TERMS_MAX)
			return;
		if (*previous < i || (*previous > i && *previous < RANK_TERMS_MAX)) {
			plan->terms[i].after |= (uint64_t)1 << *previous;
			plan->terms[i].adjacent |= word->adjacent;
		}
		*previous = i;
	}
}

/* Two words side by side may stand in a record as one: "data base", "database". */
static void add_compounds(struct rank_plan *plan, struct arena *arena)
{
	for (size_t i = 0; i < plan->nterms; i++)
		for (size_t k = 0; k < plan->nterms; k++) {
			const struct rank_term *first = &plan->terms[k], *second = &plan->terms[i];
			const char *form;

			if (!(second->after >> k & 1) || first->common || second->common ||
			    first->prefix || second->prefix ||
			    first->length + second->length < COMPOUND_MIN)
				continue;
			form = arena_printf(arena, "%s%s", first->text, second->text);
			rank_plan_add_form(plan, arena, i, form, strlen(form));
			rank_plan_add_form(plan, arena, k, form, strlen(form));
		}
}

/* A number that was asked for as such, or a word that can only be one. */
static bool add_identifier(struct rank_plan *plan, const struct terms_word *word)
{
	char text[24];
	bool asked = word->field == TERMS_IDENTIFIER;
	size_t before = plan->nids;

	if (plan->nids + 6 > RANK_TERMS_MAX || (!asked && word->field != TERMS_ANY))
		return false;
	if (normalise_isbn(word->text, text))
		plan->ids[plan->nids++] = DOC_ID(DOC_ISBN, strtoull(text, NULL, 10));
	if ((asked || strchr(word->text, '-')) && normalise_issn(word->text, text))
		plan->ids[plan->nids++] = DOC_ID(DOC_ISSN, fold_hash64(text, 8));
	if (!asked)
		return plan->nids > before;
	if (normalise_lccn(word->text, text))
		plan->ids[plan->nids++] = DOC_ID(DOC_LCCN, fold_hash64(text, strlen(text)));
	if (normalise_oclc(word->text, text))
		plan->ids[plan->nids++] = DOC_ID(DOC_OCLC, fold_hash64(text, strlen(text)));
	plan->ids[plan->nids++] = DOC_ID(DOC_NATIONAL, fold_hash64(word->text, strlen(word->text)));
	plan->ids[plan->nids++] = DOC_ID(DOC_CONTROL, fold_hash64(word->text, strlen(word->text)));
	return true;
}

/* What a title would be that is just what was asked: the words asked of titles, or, when no field
 * was named, all words. A leading article does not count. */
static void order_title(struct rank_plan *plan, struct arena *arena, const struct terms *terms)
{
	enum terms_field wanted = TERMS_ANY;

	for (size_t i = 0; i < terms->count; i++)
		if (terms->words[i].field == TERMS_TITLE)
			wanted = TERMS_TITLE;
	for (size_t i = 0; i < terms->count; i++) {
		char *folded, *end;

		if (terms->words[i].field != wanted)
			continue;
		folded = normalise_text(arena, terms->words[i].text);
		for (char *at = folded; *at; at = end + (*end == ' ')) {
			size_t term;

			end = at + strcspn(at, " ");
			term = find_term(
			    plan, at, (size_t)(end - at), wanted, terms->words[i].prefix && !*end);
			if (term < plan->nterms && plan->ntitle < RANK_ORDER_MAX)
				plan->title[plan->ntitle++] = (uint8_t)term;
		}
	}
	if (plan->ntitle > 1 &&
	    word_classes(plan->terms[plan->title[0]].text, plan->terms[plan->title[0]].length) &
		WORD_ARTICLE)
		memmove(plan->title, plan->title + 1, --plan->ntitle);
}

static void add_frequency(
    struct rank_plan *plan, struct arena *arena, const struct merge_frequency *frequency)
{
	const char *folded = normalise_text(arena, frequency->word);

	for (size_t i = 0; i < plan->nterms; i++)
		if (!strcmp(plan->terms[i].text, folded) && frequency->count > plan->terms[i].count)
			plan->terms[i].count = frequency->count;
}

static void add_articles(struct rank_plan *plan)
{
	static const char *const articles[RANK_ARTICLES] = {"the", "a", "an", "de", "het", "een",
	    "der", "die", "das", "ein", "eine", "le", "la", "les", "l", "un", "une", "el", "los",
	    "las", "al"};

	for (size_t i = 0; i < RANK_ARTICLES; i++)
		plan->articles[i] = fold_hash(articles[i], strlen(articles[i]));
}

void rank_plan_make(struct rank_plan *plan, struct arena *arena, const struct merge_params *params)
{
	const struct terms *terms = params->terms;
	size_t previous = RANK_TERMS_MAX;
	int field = -1;

	memset(plan, 0, sizeof *plan);
	for (size_t i = 0; terms && i < terms->count; i++) {
		const struct terms_word *word = &terms->words[i];

		if (field != (int)word->field)
			previous = RANK_TERMS_MAX;
		field = (int)word->field;
		if (add_identifier(plan, word) || word->field >= TERMS_IDENTIFIER)
			continue;
		add_word(plan, arena, word, &previous);
	}
	add_compounds(plan, arena);
	if (!plan->forms)
		grow_forms(plan, arena);
	if (terms)
		order_title(plan, arena, terms);
	add_articles(plan);
	for (size_t i = 0; i < params->nfrequencies; i++)
		add_frequency(plan, arena, &params->frequencies[i]);
}

static double clamp_idf(double idf)
{
	return idf < rank_weight.idf_min   ? rank_weight.idf_min
	       : idf > rank_weight.idf_max ? rank_weight.idf_max
					   : idf;
}

/* At least so many records there are with all partners. */
static double collection_size(
    const struct rank_plan *plan, const struct merge_params *params, size_t records)
{
	double hits = 0, size = (double)records;

	for (size_t i = 0; i < params->nsources; i++)
		hits += (double)params->sources[i].hits;
	size = hits > size ? hits : size;
	for (size_t i = 0; i < plan->nterms; i++)
		size = (double)plan->terms[i].count > size ? (double)plan->terms[i].count : size;
	return 2 * size;
}

/* Two words together say as much as the commoner of them: "of the" says nothing. */
static void weigh_pairs(struct rank_plan *plan)
{
	plan->pairs = 0;
	for (size_t i = 0; i < plan->nterms; i++) {
		struct rank_term *term = &plan->terms[i];

		term->pair = 0;
		for (uint64_t left = term->after; left; left &= left - 1) {
			double before = plan->terms[__builtin_ctzll(left)].idf;
			double both = before < term->idf ? before : term->idf;

			term->pair = both > term->pair ? both : term->pair;
		}
		plan->pairs += term->pair;
	}
}

/* Partners count a word as it was asked, ranking finds its other forms, too: how many times more
 * records that makes, those fetched show. */
static double count_of_all_forms(const struct rank_term *term)
{
	return (double)term->count * (term->df + 0.5) / (term->exact + 0.5);
}

/* Rarity among what was fetched is biased by the question itself, so it only nudges; what the
 * partners say of a word counts, where they do. */
void rank_plan_weigh(struct rank_plan *plan, const struct merge_params *params, size_t records)
{
	double size = collection_size(plan, params, records);

	plan->total = 0;
	for (size_t i = 0; i < plan->nterms; i++) {
		struct rank_term *term = &plan->terms[i];
		double df = term->df, pool = log(1 + ((double)records - df + 0.5) / (df + 0.5));
		double idf = rank_weight.idf_prior + rank_weight.idf_pool * pool;

		if (term->count)
			idf = log(1 + size / count_of_all_forms(term));
		if (term->common && idf > rank_weight.idf_common)
			idf = rank_weight.idf_common;
		term->idf = clamp_idf(idf);
		plan->total += term->idf;
	}
	weigh_pairs(plan);
}
