#ifndef SILANG_MERGE_RANK_PLAN_H
#define SILANG_MERGE_RANK_PLAN_H
/*
 * The question as ranking looks for it: its words folded, each once, with the forms that count as
 * it (stems, other spellings, beginnings), the order in which they were asked, and what they weigh.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "merge/doc_private.h"
#include "merge/merger.h"

struct arena;

#define RANK_TERMS_MAX 64
#define RANK_ORDER_MAX 96
#define RANK_ARTICLES 21

struct rank_term {
	const char *text; /* folded */
	size_t length;
	enum terms_field field;
	bool prefix;
	bool common;
	double weight[DOC_FIELDS];
	double idf;
	unsigned df;	     /* records fetched that have it */
	unsigned exact;	     /* of them, those that have it as it was asked */
	unsigned long count; /* records of all partners that have it, 0 unknown */
	uint64_t after;	     /* the words that stood right before it in the question */
	bool adjacent;	     /* they were asked as a phrase */
	double pair;	     /* what they weigh together with it */
};

/* One form that counts as a word. */
struct rank_form {
	uint32_t hash; /* 0: free */
	uint8_t term;
	bool is_variant;
	bool indonesian; /* not for records in languages that Indonesian affixes do not fit */
};

struct rank_plan {
	struct rank_term terms[RANK_TERMS_MAX];
	size_t nterms;
	uint8_t title[RANK_ORDER_MAX]; /* what a title would have to be: terms in order */
	size_t ntitle;
	uint64_t prefixes; /* bit by term: truncated on the right */
	struct rank_form *forms;
	size_t mask, nforms;
	uint64_t filter[64];	      /* bits of all forms' hashes */
	uint64_t ids[RANK_TERMS_MAX]; /* numbers asked for */
	size_t nids;
	double pairs;			  /* what all words with one right before them weigh */
	uint32_t articles[RANK_ARTICLES]; /* hashes of words that may lead a title and not count */
	double total;			  /* sum of idf */
};

void rank_plan_make(struct rank_plan *plan, struct arena *arena, const struct merge_params *params);
/* Adds a record's words that may be what a word found nowhere was meant to be (rank_spell.c). Words
 * of which `missing` has the bit are looked for; true when some were added. */
bool rank_plan_spell(
    struct rank_plan *plan, struct arena *arena, uint64_t missing, const struct doc *doc);
/* Words that are worth looking for in another spelling: found in no record, long enough. */
uint64_t rank_plan_missing(const struct rank_plan *plan);
/* Makes a folded word count as a term. */
void rank_plan_add_form(
    struct rank_plan *plan, struct arena *arena, size_t term, const char *form, size_t length);
/* Gives each word its idf; `records` is how many were fetched, of which term.df have it. */
void rank_plan_weigh(struct rank_plan *plan, const struct merge_params *params, size_t records);

/* Function words and the like (common_words.c). */
bool rank_is_common(const char *word);
/* Calls `add` for each other form of a folded word (variants.c). */
void rank_variants(const char *word, const char *asked,
    void (*add)(void *arg, const char *form, size_t length, bool indonesian), void *arg);

#endif
