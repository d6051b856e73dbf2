#include "merge/facet.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucol.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/text.h"
#include "merge/doc_private.h"
#include "merge/fold.h"
#include "merge/material.h"

#define SLOTS_FIRST 256 /* a power of two */

struct slot {
	uint64_t hash; /* 0: empty */
	struct facet_term term;
	enum facet_field field;
};

struct facets {
	struct arena *arena;
	unsigned fields;
	struct slot *slots; /* open addressing, at most half full */
	size_t nslots, used;
	size_t counts[FACET_FIELDS]; /* different terms */
};

static const struct {
	const char *name, *set, *index, *full;
} fields[FACET_FIELDS] = {
    [FACET_SUBJECT] = {"subject", "dc", "subject", "dc.subject"},
    [FACET_AUTHOR] = {"author", "dc", "creator", "dc.creator"},
    [FACET_DATE] = {"date", "dc", "date", "dc.date"},
    [FACET_LANGUAGE] = {"language", "dc", "language", "dc.language"},
    [FACET_FORMAT] = {"format", "silang", "format", "silang.format"},
    [FACET_PUBLISHER] = {"publisher", "dc", "publisher", "dc.publisher"},
    [FACET_LIBRARY] = {"library", "rec", "collectionName", "rec.collectionName"},
};

const char *facets_name(enum facet_field field)
{
	return fields[field].name;
}

const char *facets_index(enum facet_field field)
{
	return fields[field].full;
}

bool facets_find(const char *set, const char *index, enum facet_field *out)
{
	for (int i = 0; i < FACET_FIELDS; i++) {
		bool name = !*set && text_equal_ignoring_case(index, fields[i].name);
		bool full = strcmp(set, fields[i].set) == 0 && strcmp(index, fields[i].index) == 0;

		if (!name && !full)
			continue;
		*out = (enum facet_field)i;
		return true;
	}
	/* Dublin Core's name for it, which in a query is the partners' (search/narrowing). */
	*out = FACET_FORMAT;
	return strcmp(set, "dc") == 0 && strcmp(index, "format") == 0;
}

struct facets *facets_create(struct arena *arena, unsigned wanted)
{
	struct facets *facets = arena_alloc(arena, sizeof *facets);

	facets->arena = arena;
	facets->fields = wanted;
	facets->nslots = SLOTS_FIRST;
	facets->slots = arena_array(arena, facets->nslots, sizeof *facets->slots);
	return facets;
}

static struct slot *find_slot(struct slot *slots, size_t nslots, uint64_t hash)
{
	size_t at = hash & (nslots - 1);

	while (slots[at].hash && slots[at].hash != hash)
		at = (at + 1) & (nslots - 1);
	return &slots[at];
}

static void grow(struct facets *facets)
{
	size_t nslots = facets->nslots * 2;
	struct slot *slots = arena_array(facets->arena, nslots, sizeof *slots);

	for (size_t i = 0; i < facets->nslots; i++)
		if (facets->slots[i].hash)
			*find_slot(slots, nslots, facets->slots[i].hash) = facets->slots[i];
	facets->slots = slots;
	facets->nslots = nslots;
}

/* The slot of a value of which only the hash is known yet; `term` is NULL when it is new. */
static struct slot *count(struct facets *facets, enum facet_field field, uint64_t hash)
{
	struct slot *slot;

	hash = doc_mix(hash, (uint64_t)field + 1) | 1;
	slot = find_slot(facets->slots, facets->nslots, hash);
	if (!slot->hash) {
		if (2 * ++facets->used > facets->nslots) {
			grow(facets);
			slot = find_slot(facets->slots, facets->nslots, hash);
		}
		slot->hash = hash;
		slot->field = field;
		facets->counts[field]++;
	}
	slot->term.count++;
	return slot;
}

static bool wants(const struct facets *facets, enum facet_field field)
{
	return facets->fields & 1u << field;
}

static void add_format(struct facets *facets, const struct doc *doc)
{
	unsigned format = material_of(doc);
	struct slot *slot;

	if (!format)
		return;
	slot = count(facets, FACET_FORMAT, format);
	if (!slot->term.term)
		slot->term.term = material_name(facets->arena, format);
}

static void add_language(struct facets *facets, uint32_t language)
{
	const char code[] = {(char)(language >> 16), (char)(language >> 8), (char)language, '\0'};
	struct slot *slot = count(facets, FACET_LANGUAGE, language);

	if (!slot->term.term)
		slot->term.term = arena_strdup(facets->arena, code);
}

static void add_year(struct facets *facets, int year)
{
	struct slot *slot = count(facets, FACET_DATE, (uint64_t)year);

	if (!slot->term.term)
		slot->term.term = arena_printf(facets->arena, "%d", year);
}

void facets_add_doc(struct facets *facets, const struct doc *doc)
{
	static const enum facet_field of[] = {[DOC_FACET_SUBJECT] = FACET_SUBJECT,
	    [DOC_FACET_AUTHOR] = FACET_AUTHOR,
	    [DOC_FACET_PUBLISHER] = FACET_PUBLISHER};

	for (size_t i = 0; i < doc->nfacets; i++) {
		const struct doc_facet *facet = &doc->facets[i];
		struct slot *slot;

		if (!wants(facets, of[facet->kind]))
			continue;
		slot = count(facets, of[facet->kind], facet->hash);
		if (!slot->term.term)
			slot->term.term = doc->facet_text + facet->text;
	}
	if (wants(facets, FACET_DATE) && doc->year)
		add_year(facets, doc->year);
	if (wants(facets, FACET_LANGUAGE) && doc->language)
		add_language(facets, doc->language);
	if (wants(facets, FACET_FORMAT))
		add_format(facets, doc);
}

void facets_add_library(struct facets *facets, const char *id)
{
	struct slot *slot;

	if (!wants(facets, FACET_LIBRARY))
		return;
	slot = count(facets, FACET_LIBRARY, fold_hash64(id, strlen(id)));
	slot->term.term = id;
}

static size_t fold_value(const char *value, char *out, size_t room)
{
	struct fold fold;

	fold_init(&fold, out, room, NULL, 0);
	fold_add(&fold, value);
	return fold.length;
}

unsigned long facets_count(const struct facets *facets, enum facet_field field, const char *value)
{
	char asked[DOC_FACET_BYTES_MAX * 2], had[DOC_FACET_BYTES_MAX * 2];
	size_t length = fold_value(value, asked, sizeof asked);
	unsigned long sum = 0;

	for (size_t i = 0; length && i < facets->nslots; i++) {
		const struct slot *slot = &facets->slots[i];

		if (slot->hash && slot->field == field &&
		    fold_value(slot->term.term, had, sizeof had) == length &&
		    memcmp(asked, had, length) == 0)
			sum += slot->term.count;
	}
	return sum;
}

unsigned long facets_count_years(const struct facets *facets, long from, long to)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < facets->nslots; i++) {
		const struct slot *slot = &facets->slots[i];
		long year;

		if (!slot->hash || slot->field != FACET_DATE)
			continue;
		year = strtol(slot->term.term, NULL, 10);
		sum += year >= from && year <= to ? slot->term.count : 0;
	}
	return sum;
}

/* What sorting the terms needs; qsort has no place for it. */
struct sorted {
	struct facet_term term;
	unsigned char *key; /* collation key */
	const struct facet_order *order;
};

static int compare_terms(const struct sorted *x, const struct sorted *y)
{
	int order = strcmp((const char *)x->key, (const char *)y->key);

	return order ? order : strcmp(x->term.term, y->term.term);
}

static int compare(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	const struct facet_order *how = x->order;
	int order = (x->term.count > y->term.count) - (x->term.count < y->term.count);

	if (how->by_term)
		order = compare_terms(x, y);
	if (how->descending)
		order = -order;
	return order ? order : compare_terms(x, y);
}

static unsigned char *make_key(struct arena *arena, const UCollator *collator, const char *term)
{
	UChar text[256];
	unsigned char key[2048];
	int32_t length = 0, size;
	UErrorCode error = U_ZERO_ERROR;

	u_strFromUTF8WithSub(text, 256, &length, term, -1, 0xFFFD, NULL, &error);
	if (length > 256)
		length = 256;
	size = ucol_getSortKey(collator, text, length, key, sizeof key);
	if (size > (int32_t)sizeof key)
		size = sizeof key;
	key[size ? size - 1 : 0] = '\0';
	return arena_memdup(arena, key, size ? (size_t)size : 1);
}

static UCollator *open_collator(bool case_sensitive)
{
	UErrorCode error = U_ZERO_ERROR;
	UCollator *collator = ucol_open("", &error);

	if (U_FAILURE(error))
		abort();
	ucol_setStrength(collator, case_sensitive ? UCOL_TERTIARY : UCOL_SECONDARY);
	ucol_setAttribute(
	    collator, UCOL_CASE_FIRST, case_sensitive ? UCOL_UPPER_FIRST : UCOL_OFF, &error);
	return collator;
}

const struct facet_term *facets_terms(
    struct facets *facets, enum facet_field field, const struct facet_order *order, size_t *n)
{
	size_t total = facets->counts[field], at = 0;
	struct sorted *sorted = arena_array(facets->arena, total, sizeof *sorted);
	struct facet_term *terms = arena_array(facets->arena, total, sizeof *terms);
	UCollator *collator = open_collator(order->case_sensitive);

	for (size_t i = 0; i < facets->nslots; i++) {
		const struct slot *slot = &facets->slots[i];

		if (!slot->hash || slot->field != field)
			continue;
		sorted[at++] = (struct sorted){
		    slot->term, make_key(facets->arena, collator, slot->term.term), order};
	}
	ucol_close(collator);
	if (at)
		qsort(sorted, at, sizeof *sorted, compare);
	for (size_t i = 0; i < at; i++)
		terms[i] = sorted[i].term;
	*n = at;
	return terms;
}
