#include "merge/sort.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "merge/sort_fields.h"

#define KEY_BYTES_MAX 4096 /* of one key's collation key */

/* Where a record without the field goes; LAST is our choice when nothing was asked. */
enum missing { MISSING_LAST, MISSING_HIGH, MISSING_LOW, MISSING_VALUE };

/* What stands before each key's bytes. */
enum { TAG_BEFORE, TAG_PRESENT, TAG_AFTER };

struct sort_value {
	size_t length;
	unsigned char bytes[];
};

/* One key as its modifiers have it. */
struct key {
	const struct sort_field *field;
	bool descending, respect_case, ignore_accents;
	enum missing missing;
	const char *value;  /* MISSING_VALUE */
	const char *locale; /* "" the root */
};

struct sorter {
	size_t nkeys;
	struct {
		struct key key;
		UCollator *collator;
		char *value;
	} keys[QUERY_SORT_MAX];
};

static bool is_relevance(const struct query_sort_key *key)
{
	static const char *const sets[] = {"", "cql", "rel", "sort"};

	if (!text_equal_ignoring_case(key->index, "relevance") &&
	    !text_equal_ignoring_case(key->index, "score"))
		return false;
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		if (strcmp(key->set, sets[i]) == 0)
			return true;
	return false;
}

size_t sort_count(const struct query_sort_key *keys, size_t nkeys)
{
	size_t n = 0;

	while (n < nkeys && !is_relevance(&keys[n]))
		n++;
	return n;
}

/* Modifiers. */

static bool is_locale(const char *name)
{
	char language[8] = "";
	UErrorCode error = U_ZERO_ERROR;

	uloc_getLanguage(name, language, sizeof language, &error);
	return U_SUCCESS(error) && *language && *uloc_getISO3Language(name) &&
	       strlen(name) < ULOC_FULLNAME_CAPACITY && text_is_ascii(name, strlen(name));
}

static bool read_locale(struct key *key, const char *value, struct diag *diag)
{
	if (!value || !is_locale(value))
		return diag_set(diag, DIAG_SORT_SEQUENCE, "locale=%s", value ? value : "");
	key->locale = value;
	return true;
}

static bool takes_value(const char *name)
{
	return strcmp(name, "locale") == 0 || strcmp(name, "missingvalue") == 0 ||
	       strcmp(name, "unicodecollate") == 0;
}

static bool read_modifier(struct key *key, const struct query_modifier *modifier, struct diag *diag)
{
	const char *name = modifier->name;
	bool has_value = modifier->comparison && strcmp(modifier->comparison, "=") == 0;

	if (modifier->set && strcmp(modifier->set, "sort") != 0)
		return diag_set(diag, DIAG_SORT_SEQUENCE, "%s.%s", modifier->set, name);
	if (modifier->comparison && (!has_value || !takes_value(name)))
		return diag_set(diag, DIAG_SORT_SEQUENCE, "%s", name);
	if (strcmp(name, "locale") == 0)
		return read_locale(key, modifier->value, diag);
	if (strcmp(name, "missingvalue") == 0 && has_value) {
		key->missing = MISSING_VALUE;
		key->value = modifier->value;
		return true;
	}
	if (strncmp(name, "missing", 7) == 0) {
		key->missing = strcmp(name + 7, "high") == 0 ? MISSING_HIGH : MISSING_LOW;
		return strcmp(name + 7, "high") == 0 || strcmp(name + 7, "low") == 0 ||
		       diag_set(diag, DIAG_SORT_MISSING, "%s", name);
	}
	if (strcmp(name, "ascending") == 0 || strcmp(name, "descending") == 0)
		key->descending = *name == 'd';
	else if (strcmp(name, "ignorecase") == 0 || strcmp(name, "respectcase") == 0)
		key->respect_case = *name == 'r';
	else if (strcmp(name, "ignoreaccents") == 0 || strcmp(name, "respectaccents") == 0)
		key->ignore_accents = *name == 'i';
	else if (strcmp(name, "unicodecollate") != 0)
		return diag_set(diag, DIAG_SORT_SEQUENCE, "%s", name);
	return true;
}

/* Two modifiers of one kind would mean that one is silently not done. */
static bool check_contradiction(const struct query_sort_key *from, struct diag *diag)
{
	static const struct {
		const char *one, *other;
		enum diag_id diag;
	} pairs[] = {{"ascending", "descending", DIAG_SORT_DIRECTION},
	    {"ignorecase", "respectcase", DIAG_SORT_CASE},
	    {"ignoreaccents", "respectaccents", DIAG_SORT_SEQUENCE},
	    {"missinglow", "missinghigh", DIAG_SORT_MISSING},
	    {"missinglow", "missingvalue", DIAG_SORT_MISSING},
	    {"missinghigh", "missingvalue", DIAG_SORT_MISSING}};

	for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
		bool one = false, other = false;

		for (size_t i = 0; i < from->nmodifiers; i++) {
			one |= strcmp(from->modifiers[i].name, pairs[p].one) == 0;
			other |= strcmp(from->modifiers[i].name, pairs[p].other) == 0;
		}
		if (one && other)
			return diag_set(
			    diag, pairs[p].diag, "%s and %s", pairs[p].one, pairs[p].other);
	}
	return true;
}

static bool read_key(const struct query_sort_key *from, struct key *key, struct diag *diag)
{
	*key = (struct key){.field = sort_field_find(from->set, from->index), .locale = ""};
	if (!key->field)
		return diag_set(
		    diag, DIAG_SORT_PATH, "%s%s%s", from->set, *from->set ? "." : "", from->index);
	for (size_t i = 0; i < from->nmodifiers; i++)
		if (!read_modifier(key, &from->modifiers[i], diag))
			return false;
	return check_contradiction(from, diag);
}

bool sort_check(const struct query_sort_key *keys, size_t nkeys, struct diag *diag)
{
	struct key key;

	if (nkeys > QUERY_SORT_MAX)
		return diag_set(diag, DIAG_SORT_KEYS_MANY, "at most %d", QUERY_SORT_MAX);
	for (size_t i = 0; i < nkeys; i++)
		if (!read_key(&keys[i], &key, diag))
			return false;
	return true;
}

/* Sorters. */

static UCollator *open_collator(const struct key *key)
{
	UErrorCode error = U_ZERO_ERROR;
	UCollator *collator = ucol_open(key->locale, &error);

	if (U_FAILURE(error)) /* the locale was checked: only memory or ICU's data can be missing */
		abort();
	ucol_setStrength(collator, key->ignore_accents ? UCOL_PRIMARY : UCOL_SECONDARY);
	ucol_setAttribute(
	    collator, UCOL_CASE_LEVEL, key->respect_case ? UCOL_ON : UCOL_OFF, &error);
	ucol_setAttribute(collator, UCOL_NUMERIC_COLLATION, UCOL_ON, &error);
	ucol_setAttribute(collator, UCOL_NORMALIZATION_MODE, UCOL_ON, &error);
	return collator;
}

struct sorter *sorter_create(const struct query_sort_key *keys, size_t nkeys)
{
	struct sorter *sorter = calloc(1, sizeof *sorter);

	if (!sorter)
		abort();
	assert(nkeys <= QUERY_SORT_MAX);
	sorter->nkeys = nkeys;
	for (size_t i = 0; i < nkeys; i++) {
		struct key *key = &sorter->keys[i].key;
		bool known = read_key(&keys[i], key, NULL);

		assert(known);
		(void)known;
		sorter->keys[i].collator = open_collator(key);
		if (key->value) {
			sorter->keys[i].value = strdup(key->value);
			key->value = sorter->keys[i].value;
		}
		key->locale = NULL; /* the caller's */
	}
	return sorter;
}

void sorter_destroy(struct sorter *sorter)
{
	if (!sorter)
		return;
	for (size_t i = 0; i < sorter->nkeys; i++) {
		ucol_close(sorter->keys[i].collator);
		free(sorter->keys[i].value);
	}
	free(sorter);
}

/* Punctuation and blanks as one blank, apostrophes and transliteration signs as nothing. */
static int32_t clean_text(const char *text, UChar out[SORT_TEXT_MAX])
{
	size_t length = strlen(text);
	int32_t n = 0;
	bool blank = false;

	for (size_t i = 0, size; i < length && n + 3 < SORT_TEXT_MAX; i += size) {
		uint32_t c;

		size = text_decode(text + i, length - i, &c);
		if (!size)
			size = 1, c = ' ';
		if (c == '\'' || c == 0x2019 || u_charType((UChar32)c) == U_MODIFIER_LETTER)
			continue;
		if (c != SORT_TEXT_BREAK && !u_isalnum((UChar32)c) &&
		    !(U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK)) {
			blank = true;
			continue;
		}
		if (blank && n && c != SORT_TEXT_BREAK)
			out[n++] = ' ';
		blank = false;
		U16_APPEND_UNSAFE(out, n, c);
	}
	return n;
}

static size_t collate(const UCollator *collator, const char *text, unsigned char *out)
{
	UChar clean[SORT_TEXT_MAX];
	int32_t length = clean_text(text, clean), size;

	if (!length)
		return 0;
	size = ucol_getSortKey(collator, clean, length, out, KEY_BYTES_MAX);
	while (size > KEY_BYTES_MAX && length > 1) /* hardly: the text itself is bounded */
		size = ucol_getSortKey(collator, clean, length /= 2, out, KEY_BYTES_MAX);
	return (size_t)size;
}

static size_t put_year(int year, unsigned char *out)
{
	if (!year)
		return 0;
	out[0] = (unsigned char)((year + 0x8000) >> 8);
	out[1] = (unsigned char)(year + 0x8000);
	return 2;
}

static size_t key_bytes(const struct sorter *sorter, size_t number, const struct bib *bib,
    const char *instead, unsigned char *out)
{
	const struct key *key = &sorter->keys[number].key;
	char text[SORT_TEXT_MAX * 4];

	if (key->field->year)
		return put_year(instead ? atoi(instead) : sort_year(bib), out);
	if (instead)
		return collate(sorter->keys[number].collator, instead, out);
	key->field->write(bib, text);
	return collate(sorter->keys[number].collator, text, out);
}

/* A tag and the key's bytes, which no other key of the field begins with: inverted they sort the
 * other way round. */
static size_t put_key(
    const struct sorter *sorter, size_t number, const struct bib *bib, unsigned char *out)
{
	const struct key *key = &sorter->keys[number].key;
	size_t length = key_bytes(sorter, number, bib, NULL, out + 1);

	if (!length && key->missing == MISSING_VALUE)
		length = key_bytes(sorter, number, bib, key->value, out + 1);
	if (!length) {
		bool before = (key->missing == MISSING_LOW && !key->descending) ||
			      (key->missing == MISSING_HIGH && key->descending);

		out[0] = before ? TAG_BEFORE : TAG_AFTER;
		return 1;
	}
	out[0] = TAG_PRESENT;
	for (size_t i = 1; key->descending && i <= length; i++)
		out[i] ^= 0xFF;
	return length + 1;
}

const struct sort_value *sorter_value(
    const struct sorter *sorter, struct arena *arena, const struct bib *bib)
{
	unsigned char bytes[KEY_BYTES_MAX + 1];
	struct sort_value *value = NULL;

	for (size_t i = 0; i < sorter->nkeys; i++) {
		size_t size = put_key(sorter, i, bib, bytes), have = value ? value->length : 0;
		struct sort_value *longer = arena_alloc(arena, sizeof *longer + have + size);

		if (have)
			memcpy(longer->bytes, value->bytes, have);
		memcpy(longer->bytes + have, bytes, size);
		longer->length = have + size;
		value = longer;
	}
	return value;
}

/* Terms of indexes. */

struct collator {
	UCollator *collator;
};

struct collator *collator_create(void)
{
	struct collator *collator = calloc(1, sizeof *collator);
	UErrorCode error = U_ZERO_ERROR;

	if (!collator)
		abort();
	collator->collator = ucol_open("", &error);
	if (U_FAILURE(error))
		abort();
	/* Numbers digit by digit, as libraries' indexes have them. */
	ucol_setStrength(collator->collator, UCOL_PRIMARY);
	ucol_setAttribute(collator->collator, UCOL_NORMALIZATION_MODE, UCOL_ON, &error);
	return collator;
}

void collator_destroy(struct collator *collator)
{
	ucol_close(collator->collator);
	free(collator);
}

const char *collator_key(const struct collator *collator, struct arena *arena, const char *text)
{
	unsigned char key[KEY_BYTES_MAX];
	size_t length = collate(collator->collator, text, key);

	return length ? arena_memdup(arena, key, length) : "";
}

int sort_compare(const struct sort_value *a, const struct sort_value *b)
{
	size_t shorter = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->bytes, b->bytes, shorter);

	return order ? order : (a->length > b->length) - (a->length < b->length);
}
