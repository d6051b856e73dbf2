/* The match keys of a doc: identifiers, names, publisher, numbers. Titles are in doc_titles.c. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "merge/doc_private.h"
#include "merge/fold.h"
#include "merge/normalise.h"
#include "merge/word_class.h"

uint64_t doc_mix(uint64_t a, uint64_t b)
{
	uint64_t hash = (a ^ (b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2))) * 0xff51afd7ed558ccdu;

	return hash ^ hash >> 32;
}

void doc_add_block(struct doc_draft *draft, uint64_t block)
{
	block = block ? block : 1; /* 0 is a free place among blocks */
	for (size_t i = 0; i < draft->doc.nblocks; i++)
		if (draft->blocks[i] == block)
			return;
	if (draft->doc.nblocks < DOC_BLOCKS_MAX)
		draft->blocks[draft->doc.nblocks++] = block;
}

/* Sorted by value, each once; a strong mention wins over a weak one. */
static void add_id(struct doc_draft *draft, uint64_t id)
{
	size_t at = 0;

	while (at < draft->doc.nids && (draft->ids[at] & DOC_ID_VALUE) < (id & DOC_ID_VALUE))
		at++;
	if (at < draft->doc.nids && !((draft->ids[at] ^ id) & DOC_ID_VALUE)) {
		draft->ids[at] &= id | ~DOC_ID_WEAK;
		draft->ids[at] |= id & DOC_ID_SET;
		return;
	}
	if (draft->doc.nids == DOC_IDS_MAX)
		return;
	memmove(draft->ids + at + 1, draft->ids + at, (draft->doc.nids - at) * sizeof *draft->ids);
	draft->ids[at] = id;
	draft->doc.nids++;
}

/* "(set)", "(jil. lengkap)", "(no.jil.lengkap)", "(complete)", "(Gesamtwerk)". */
static bool is_set_qualifier(const char *qualifier)
{
	static const char *const words[] = {
	    "set", "lengkap", "complete", "gesamt", "compleet", "collection"};
	char text[128];
	struct fold fold;

	if (!qualifier)
		return false;
	fold_init(&fold, text, sizeof text - 1, NULL, 0);
	fold_add(&fold, qualifier);
	text[fold.length] = '\0';
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		const char *found = strstr(text, words[i]);

		if (found && (found == text || found[-1] == ' '))
			return true;
	}
	return false;
}

static void add_isbns(struct doc_draft *draft, const struct bib *bib)
{
	char digits[14];

	for (size_t i = 0; i < bib->nisbns; i++) {
		const struct bib_identifier *isbn = &bib->isbns[i];
		const char *inside = isbn->value ? strchr(isbn->value, '(') : NULL;
		uint64_t id;

		if (!isbn->value || !normalise_isbn(isbn->value, digits))
			continue;
		id = DOC_ID(DOC_ISBN, strtoull(digits, NULL, 10));
		if (is_set_qualifier(isbn->qualifier) || is_set_qualifier(inside))
			id |= DOC_ID_SET;
		add_id(draft, isbn->cancelled ? id | DOC_ID_WEAK : id);
	}
}

/* On a monograph an ISSN is its series': good for finding, not for matching. */
static void add_issns(struct doc_draft *draft, const struct bib *bib)
{
	char digits[9];

	for (size_t i = 0; i < bib->nissns; i++) {
		bool weak = bib->level != BIB_SERIAL || bib->issns[i].cancelled;

		if (bib->issns[i].value && normalise_issn(bib->issns[i].value, digits))
			add_id(draft,
			    DOC_ID(DOC_ISSN, fold_hash64(digits, 8)) | (weak ? DOC_ID_WEAK : 0));
	}
}

static void add_numbers(struct doc_draft *draft, const struct bib *bib)
{
	char text[24];

	for (size_t i = 0; i < bib->lccns.count; i++)
		if (normalise_lccn(bib->lccns.items[i], text))
			add_id(draft, DOC_ID(DOC_LCCN, fold_hash64(text, strlen(text))));
	for (size_t i = 0; i < bib->oclc.count; i++)
		if (normalise_oclc(bib->oclc.items[i], text))
			add_id(draft, DOC_ID(DOC_OCLC, fold_hash64(text, strlen(text))));
	for (size_t i = 0; i < bib->nationals.count; i++)
		add_id(draft, DOC_ID(DOC_NATIONAL, fold_hash64(bib->nationals.items[i],
						       strlen(bib->nationals.items[i]))));
	if (bib->control_number)
		add_id(draft, DOC_ID(DOC_CONTROL,
				  fold_hash64(bib->control_number, strlen(bib->control_number))) |
				  DOC_ID_WEAK);
}

static void add_id_blocks(struct doc_draft *draft)
{
	for (size_t i = 0; i < draft->doc.nids; i++) {
		enum doc_id_kind kind = DOC_ID_KIND(draft->ids[i]);
		bool weak = draft->ids[i] & DOC_ID_WEAK;

		if (kind != DOC_CONTROL && !(kind == DOC_ISSN && weak))
			doc_add_block(draft, draft->ids[i] & DOC_ID_VALUE);
	}
}

static uint16_t first_letter(const char *word, size_t length)
{
	uint16_t letter = (unsigned char)word[0];

	return letter >= 0x80 && length > 1 ? (uint16_t)(letter << 8 | (unsigned char)word[1])
					    : letter;
}

static bool is_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Does a text have that folded word in capitals, and by itself? */
static bool has_in_capitals(const char *text, const char *word, size_t length)
{
	for (const char *at = text; *at; at++) {
		size_t same = 0;

		if (at > text && isalnum((unsigned char)at[-1]))
			continue;
		while (same < length && at[same] == word[same] - ('a' - 'A'))
			same++;
		if (same == length && !isalnum((unsigned char)at[same]))
			return true;
	}
	return false;
}

/* "Codd EF", "MJ Franklin": two or three capitals in a name of mixed letters; where letters are all
 * of one case, two, or three without a vowel. */
static bool may_be_initials(const char *text, const char *word, size_t length)
{
	bool capitals = false, small = false;

	if (length < 2 || length > 3)
		return false;
	for (size_t i = 0; i < length; i++)
		if (word[i] < 'a' || word[i] > 'z')
			return false;
	for (const char *at = text; *at; at++) {
		capitals |= is_capital(*at);
		small |= *at >= 'a' && *at <= 'z';
	}
	if (capitals && small)
		return has_in_capitals(text, word, length);
	return length == 2 || !memchr("aeiou", word[0], 5) + !memchr("aeiou", word[1], 5) +
				      !memchr("aeiou", word[2], 5) ==
				  3;
}

static void add_name_token(struct doc_draft *draft, struct doc_name *name, const char *text,
    const char *word, size_t length)
{
	struct doc_name_token *token;
	const char *folded = word;
	size_t written = length;
	char key[64];

	if (!name->corporate && length > 1 && word_classes(word, length) & WORD_HONORIFIC)
		return;
	length = doc_key_word(word, length, false, key, sizeof key);
	if (!length || draft->nname_tokens == DOC_NAME_TOKENS_MAX)
		return;
	token = &draft->name_tokens[draft->nname_tokens++];
	*token = (struct doc_name_token){
	    .hash = fold_hash(key, length),
	    .initial = first_letter(key, length),
	    .length = (uint8_t)(written < 64 ? written : 64),
	    .may_be_initials = may_be_initials(text, folded, written),
	    .is_initial = length == 1 || (length == 2 && (unsigned char)key[0] >= 0x80),
	};
	for (size_t i = 0; i < length; i++)
		if (key[i] >= 'a' && key[i] <= 'z')
			token->letters |= (uint32_t)1 << (key[i] - 'a');
	if (!name->ntokens)
		name->latin = (unsigned char)key[0] < 0x80;
	name->ntokens++;
}

static void add_name(struct doc_draft *draft, const char *text, bool corporate, bool is_main)
{
	struct doc_name name = {
	    .token = (uint8_t)draft->nname_tokens, .corporate = corporate, .main = is_main};
	char folded[256];
	struct fold fold;
	const char *word;

	if (!text || draft->doc.nnames == DOC_NAMES_MAX)
		return;
	fold_init(&fold, folded, sizeof folded, NULL, 0);
	fold_add(&fold, text);
	for (size_t at = 0, length; (word = fold_next(&fold, &at, &length));)
		add_name_token(draft, &name, text, word, length);
	if (name.ntokens)
		draft->names[draft->doc.nnames++] = name;
}

static void add_names(struct doc_draft *draft, const struct bib *bib)
{
	for (size_t i = 0; i < bib->nnames; i++)
		if (bib->names[i].main)
			add_name(draft, bib->names[i].text, bib->names[i].corporate, true);
	for (size_t i = 0; i < bib->script_names.count && i < 2; i++)
		add_name(draft, bib->script_names.items[i], false, i == 0);
	for (size_t i = 0; i < bib->nnames; i++)
		if (!bib->names[i].main)
			add_name(draft, bib->names[i].text, bib->names[i].corporate, false);
}

static void add_publisher(struct doc_draft *draft, const char *text)
{
	char folded[160], key[64];
	struct fold fold;
	const char *word;

	if (!text)
		return;
	fold_init(&fold, folded, sizeof folded, NULL, 0);
	fold_add(&fold, text);
	for (size_t at = 0, length; (word = fold_next(&fold, &at, &length));) {
		if (draft->doc.npublisher == DOC_PUBLISHER_MAX)
			return;
		if (word_classes(word, length) & WORD_TRADE)
			continue;
		draft->doc.publisher[draft->doc.npublisher++] =
		    fold_hash(key, doc_key_word(word, length, false, key, sizeof key));
	}
}

/* ISO 639-2's terminological codes as the bibliographic ones; Malay as Indonesian, since older
 * cataloguing wrote "may" for both. */
static uint32_t language_code(const char *code)
{
	static const char pairs[][2][4] = {{"msa", "ind"}, {"may", "ind"}, {"deu", "ger"},
	    {"fra", "fre"}, {"nld", "dut"}, {"fas", "per"}, {"zho", "chi"}, {"jpn", "jpn"},
	    {"und", ""}, {"mul", ""}, {"zxx", ""}, {"mis", ""}};

	if (!code || strlen(code) != 3)
		return 0;
	for (size_t i = 0; i < 3; i++)
		if (code[i] < 'a' || code[i] > 'z')
			return 0;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (!memcmp(code, pairs[i][0], 3))
			code = pairs[i][1];
	return *code ? (uint32_t)code[0] << 16 | (uint32_t)code[1] << 8 | (uint32_t)code[2] : 0;
}

static bool fits_indonesian(uint32_t language)
{
	static const char *const codes[] = {"ind", "jav", "sun", "min", "bug", "ace", "ban", "mad"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (language == language_code(codes[i]))
			return true;
	return language == 0;
}

/* Years in an imprint: "1998, c1994". A year that is only guessed at ("18--?", "[189-]") says
 * nothing. */
static void add_years(struct doc *doc, const char *date)
{
	for (const char *at = date; at && *at;) {
		size_t digits = strspn(at, "0123456789");

		if (digits == 4 && doc->year && !doc->other_year && atoi(at) != doc->year)
			doc->other_year = (int16_t)atoi(at);
		if ((digits == 2 || digits == 3) && at[digits] == '-' &&
		    !strchr("0123456789", at[digits + 1]))
			doc->year = 0;
		at += digits ? digits : 1;
	}
}

static void add_statements(struct doc *doc, const struct bib *bib)
{
	int year = bib->year, volume = normalise_part(bib->part_number);

	if (bib->hijri && year > 0 && year < 1600) {
		year = normalise_hijri_year(year);
		doc->soft_year = true;
	}
	doc->year = (int16_t)(year > 0 && year < 3000 ? year : 0);
	add_years(doc, bib->date);
	if (!volume)
		volume = normalise_volume(bib->title);
	if (!volume)
		volume = normalise_volume(bib->subtitle);
	if (!volume && bib->title)
		doc_part_suffix(bib->title, &volume);
	doc->volume = (int16_t)volume;
	doc->edition = (int16_t)normalise_edition(bib->edition);
	doc->pages = bib->level == BIB_SERIAL ? 0 : normalise_pages(bib->extent);
	doc->is_set = !volume && normalise_is_set(bib->extent);
	doc->language = language_code(bib->language);
	doc->unindonesian = !fits_indonesian(doc->language);
	doc->level = (uint8_t)bib->level;
	doc->form = (uint8_t)bib->form;
	doc->carrier = (uint8_t)bib->carrier;
}

static void add_series(struct doc *doc, const struct bib *bib)
{
	char folded[256];
	struct fold fold;

	if (!bib->series.count)
		return;
	fold_init(&fold, folded, sizeof folded, NULL, 0);
	fold_add(&fold, bib->series.items[0]);
	doc->series = fold.length ? fold_hash64(folded, fold.length) : 0;
	if (bib->series_volumes.count)
		doc->series_volume = normalise_part(bib->series_volumes.items[0]);
}

/* How well a record stands for the others: the fuller and the better made. Encoding levels that
 * say "brief", "preliminary" or "not examined" (leader/17) count against it. */
static uint16_t completeness(const struct doc *doc, const struct bib *bib)
{
	unsigned points = 20 + (bib->nfields < 60 ? bib->nfields : 60);

	points += bib->script_titles.count ? 8 : 0;
	points += 2 * (unsigned)(bib->subjects.count < 5 ? bib->subjects.count : 5);
	points += bib->notes.count || bib->abstracts.count ? 3 : 0;
	points += (doc->nids != 0) * 3u + (doc->year != 0) * 3u + (doc->pages != 0) * 2u +
		  (doc->nnames != 0) * 3u;
	if (bib->encoding_level && strchr("23578M", bib->encoding_level))
		points -= 15;
	return (uint16_t)points;
}

/* Everything that a comparison looks at, in one number. */
static uint64_t signature(const struct doc_draft *draft)
{
	const struct doc *doc = &draft->doc;
	uint64_t hash = doc_mix((uint64_t)doc->year << 32 | (uint32_t)doc->pages, doc->series);

	for (size_t i = 0; i < doc->nids; i++)
		if (DOC_ID_KIND(draft->ids[i]) != DOC_CONTROL)
			hash = doc_mix(hash, draft->ids[i]);
	for (size_t i = 0; i < doc->ntitles; i++)
		hash = doc_mix(hash, draft->titles[i].hash + draft->titles[i].kind);
	for (size_t i = 0; i < doc->nnames; i++)
		for (size_t k = 0; k < draft->names[i].ntokens; k++) {
			const struct doc_name_token *token =
			    &draft->name_tokens[draft->names[i].token + k];

			hash = doc_mix(hash, (uint64_t)token->length << 32 | (token->hash + i));
		}
	for (size_t i = 0; i < doc->npublisher; i++)
		hash = doc_mix(hash, doc->publisher[i]);
	for (size_t i = 0; i < doc->ndated; i++)
		hash = doc_mix(hash, (uint64_t)doc->dated[i].words << 32 | doc->dated[i].date);
	hash = doc_mix(hash, (uint64_t)doc->language << 32 | (uint64_t)doc->level << 16 |
				 (uint64_t)doc->form << 8 | doc->carrier);
	hash = doc_mix(hash, fold_hash64((const char *)&doc->host, sizeof doc->host));
	hash = doc_mix(hash, (uint64_t)(uint16_t)doc->other_year << 32 |
				 (uint64_t)(uint16_t)doc->edition << 16 | (uint16_t)doc->volume);
	return doc_mix(hash, (uint64_t)doc->series_volume << 3 | doc->is_set << 2 |
				 doc->has_subtitle << 1 | doc->soft_year);
}

void doc_add_keys(struct doc_draft *draft, const struct bib *bib)
{
	add_isbns(draft, bib);
	add_issns(draft, bib);
	add_numbers(draft, bib);
	add_id_blocks(draft);
	add_names(draft, bib);
	add_publisher(draft, bib->publisher);
	add_statements(&draft->doc, bib);
	add_series(&draft->doc, bib);
	doc_add_host(&draft->doc, bib);
	doc_add_dated(&draft->doc, bib);
	doc_add_titles(draft, bib);
	draft->doc.completeness = completeness(&draft->doc, bib);
	draft->doc.signature = signature(draft);
}
