#ifndef SILANG_MERGE_DOC_PRIVATE_H
#define SILANG_MERGE_DOC_PRIVATE_H
/*
 * The inside of a doc, for the rooms of merge/ and their tests. All arrays lie in one block behind
 * the struct. Words are hashes (fold_hash) in the order of the text; 0 among them is a boundary
 * that no phrase crosses. Match keys are looser than words: old Indonesian spelling, y and j,
 * doubled letters and Roman numerals are brought to one form.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/bib.h"

#define DOC_TEXT_MAX 8192  /* bytes of folded text */
#define DOC_WORDS_MAX 1400 /* of them, and boundaries */
#define DOC_IDS_MAX 24
#define DOC_TITLES_MAX 8
#define DOC_KEY_MAX 200 /* bytes of one title's key; the rest does not tell titles apart */
#define DOC_KEYS_MAX 1024
#define DOC_TOKENS_MAX 120
#define DOC_NAMES_MAX 6
#define DOC_NAME_TOKENS_MAX 36
#define DOC_PUBLISHER_MAX 4
#define DOC_BLOCKS_MAX 32
#define DOC_DATED_MAX 4
#define DOC_FACETS_MAX 16
#define DOC_FACET_BYTES_MAX 160 /* of one value */
#define DOC_FACET_TEXT_MAX 1200
#define DOC_HOST_WORDS_MAX 6
#define DOC_HOST_LETTERS 8 /* of a word; most abbreviations are shorter */

enum doc_field {
	DOC_TITLE,	/* title proper and its form in another script, each a segment */
	DOC_TITLE_REST, /* subtitle, parts, parallel and uniform titles */
	DOC_AUTHOR,
	DOC_SUBJECT,
	DOC_SERIES,
	DOC_NOTES,
	DOC_PUBLISHER,
	DOC_FIELDS
};

/* Identifiers are one number: kind, two flags, and the number itself or its hash. */
enum doc_id_kind { DOC_ISBN = 1, DOC_ISSN, DOC_LCCN, DOC_OCLC, DOC_NATIONAL, DOC_CONTROL };
#define DOC_ID_SET ((uint64_t)1 << 59)	/* of a whole set of volumes */
#define DOC_ID_WEAK ((uint64_t)1 << 58) /* cancelled, or of the series */
#define DOC_ID_VALUE (~(DOC_ID_SET | DOC_ID_WEAK))
#define DOC_ID(kind, value) ((uint64_t)(kind) << 60 | ((uint64_t)(value) & (DOC_ID_WEAK - 1)))
#define DOC_ID_KIND(id) ((enum doc_id_kind)((id) >> 60))

enum doc_title_kind { DOC_FULL, DOC_SHORT, DOC_SCRIPT, DOC_PARALLEL, DOC_UNIFORM };

struct doc_title {
	uint64_t hash;	      /* of the key */
	uint32_t numbers;     /* of the numbers in it, 0 when none */
	uint16_t key, length; /* in doc->keys */
	uint16_t token;	      /* first of its significant tokens in doc->tokens, sorted */
	uint8_t ntokens;
	uint8_t kind;
	bool latin;	   /* written in Latin letters */
	uint8_t companion; /* a letter for what goes with a book and is not it, 0 */
	bool generic;	   /* "poems", "annual report": says little by itself */
};

struct doc_name_token {
	uint32_t hash;
	uint32_t letters;     /* bit by letter of the alphabet */
	uint16_t initial;     /* its first letter */
	uint8_t length;	      /* as written: a key has lost doubled letters */
	bool is_initial;      /* nothing but a first letter */
	bool may_be_initials; /* several first letters written as one word: "Codd EF" */
};

struct doc_name {
	uint8_t token, ntokens; /* in doc->name_tokens */
	bool latin, corporate, main;
};

enum doc_host_kind { DOC_HOST_UNKNOWN, DOC_HOST_JOURNAL, DOC_HOST_MEETING };

/* What a part was published in, and where in it; all zero when the record does not say. */
struct doc_host {
	char words[DOC_HOST_WORDS_MAX][DOC_HOST_LETTERS]; /* cut, filled up with zeros */
	int32_t first_page, last_page;
	int16_t volume, issue;
	uint8_t nwords, kind;
};

/* A statement with a date in it, such as the number of a journal that an article stands in. */
struct doc_dated {
	uint32_t words; /* hash of its words and of where numbers stand among them */
	uint32_t date;	/* hash of the numbers and months */
};

enum doc_facet_kind { DOC_FACET_SUBJECT, DOC_FACET_AUTHOR, DOC_FACET_PUBLISHER };

struct doc_facet {
	uint64_t hash; /* of its folded words */
	uint16_t text; /* where in doc->facet_text it begins; ends with a NUL */
	uint8_t kind;
};

struct doc {
	const char
	    *text; /* the words themselves, each followed by a blank, without the boundaries */
	const uint32_t *words;
	const uint64_t *ids; /* sorted by DOC_ID_VALUE */
	const struct doc_title *titles;
	const char *keys;
	const uint32_t *tokens;
	const struct doc_name *names;
	const struct doc_name_token *name_tokens;
	const uint64_t *blocks; /* records that share one of these are compared */
	const struct doc_facet *facets;
	const char *facet_text;
	uint64_t series;		/* 0 when none */
	uint64_t signature;		/* equal for records that no comparison can tell apart */
	uint16_t field_end[DOC_FIELDS]; /* in words; a field begins where the one before ends */
	uint16_t nwords, text_length;
	uint16_t alternates; /* where, among the words, parallel and uniform titles begin */
	uint32_t publisher[DOC_PUBLISHER_MAX]; /* sorted */
	struct doc_dated dated[DOC_DATED_MAX];
	uint32_t first_word; /* first significant word of the title, 0 when it has none */
	uint32_t language;   /* three letters, 0 unknown; Malay counts as Indonesian */
	int32_t pages, series_volume;
	int16_t year, edition, volume;
	int16_t other_year; /* a second one in the imprint: of copyright, of the first printing */
	uint16_t completeness; /* how well it would stand for others */
	uint8_t nids, ntitles, nnames, npublisher, ndated, nblocks, nfacets;
	uint8_t level, form, carrier;
	struct doc_host host;
	bool is_set; /* describes several volumes at once */
	bool has_subtitle;
	bool soft_year;	   /* converted from a Hijri year: one more or less is the same */
	bool unindonesian; /* known to be in a language that Indonesian affixes do not fit */
};

/* What doc_create gathers before the sizes are known; several kilobytes, on the stack. */
struct doc_draft {
	struct doc doc;
	size_t nkeys, ntokens, nname_tokens, nfacet_text;
	uint64_t ids[DOC_IDS_MAX];
	struct doc_title titles[DOC_TITLES_MAX];
	struct doc_name names[DOC_NAMES_MAX];
	struct doc_name_token name_tokens[DOC_NAME_TOKENS_MAX];
	uint64_t blocks[DOC_BLOCKS_MAX];
	uint32_t tokens[DOC_TOKENS_MAX];
	char keys[DOC_KEYS_MAX];
	struct doc_facet facets[DOC_FACETS_MAX];
	char facet_text[DOC_FACET_TEXT_MAX];
	uint32_t words[DOC_WORDS_MAX];
	char text[DOC_TEXT_MAX];
};

/* doc_keys.c: everything that clustering compares. */
void doc_add_keys(struct doc_draft *draft, const struct bib *bib);
/* doc_host.c */
void doc_add_host(struct doc *doc, const struct bib *bib);
/* An article, also where a catalogue says no more than where it stands. */
bool doc_is_paper(const struct doc *doc);
/* doc_dated.c: after the host is known. */
void doc_add_dated(struct doc *doc, const struct bib *bib);
/* 1 to 12; 0 for any other word. */
unsigned doc_month(const char *word, size_t length);
/* doc_facets.c */
void doc_add_facets(struct doc_draft *draft, const struct bib *bib);
/* doc_titles.c: the title keys and the blocks made of them (after the names are known). */
void doc_add_titles(struct doc_draft *draft, const struct bib *bib);
/* A folded word in its looser form; returns its length, 0 for nothing left. */
size_t doc_key_word(const char *word, size_t length, bool is_last, char *out, size_t room);
/* Where a part's number begins that stands alone at the end of a title ("…, II"); 0 nowhere. */
size_t doc_part_suffix(const char *title, int *number);
void doc_add_block(struct doc_draft *draft, uint64_t block);
uint64_t doc_mix(uint64_t a, uint64_t b);
bool doc_is_number(const char *word, size_t length);
/* The order of titles by their keys; records without title come first. */
int doc_compare_titles(const struct doc *a, const struct doc *b);

#endif
