/* Title keys: a title as it is compared, in each form in which the record has it. */
#include <string.h>

#include "merge/doc_private.h"
#include "merge/fold.h"
#include "merge/normalise.h"
#include "merge/word_class.h"

#define LEADING_BLOCK 5 /* significant words of a title that find its likes */
#define LEADING_NAME 3	/* the same together with a name */
#define WORD_MAX 64

/* Of what goes with a book and is another, the kind. */
static char companion_of(unsigned classes)
{
	return classes & WORD_CORRECTION  ? 'c'
	       : classes & WORD_WORKBOOK  ? 'w'
	       : classes & WORD_SOLUTIONS ? 's'
	       : classes & WORD_REPLY	  ? 'r'
					  : 0;
}

bool doc_is_number(const char *word, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (word[i] < '0' || word[i] > '9')
			return false;
	return length > 0;
}

static bool is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

/* How much of two letters stands for one that romanisations of Arabic write in other ways, too:
 * with an h or a y behind it in Indonesian (Quthb, Shadr, Syaraf), with a dot below it elsewhere
 * (Quṭb). */
static bool is_emphatic(const char *at)
{
	return (at[1] == 'h' && strchr("tdsz", at[0])) || (at[0] == 'd' && at[1] == 'z') ||
	       (at[0] == 't' && at[1] == 's') || (at[0] == 's' && at[1] == 'y' && is_vowel(at[2]));
}

/* Vowels and half vowels: Bairut and Bayrut, Nauaui and Nawawi, Saiyid and Sayyid. 0: left out. */
static char half_vowel(char before, const char *at)
{
	bool inside = is_vowel(before) && is_vowel(at[1]);

	switch (at[0]) {
	case 'u': return is_vowel(before) && at[1] == 'w' ? 0 : inside ? 'w' : 'u';
	case 'w': return is_vowel(before) && !is_vowel(at[1]) ? 'u' : 'w';
	case 'i': return is_vowel(before) && at[1] == 'y' ? 0 : inside ? 'y' : 'i';
	case 'y': return is_vowel(before) && !is_vowel(at[1]) ? 'i' : 'y';
	default: return at[0];
	}
}

size_t doc_key_word(const char *word, size_t length, bool is_last, char *out, size_t room)
{
	char plain[WORD_MAX], spelled[WORD_MAX + 8];
	size_t at = 0;
	int roman;

	if (length >= sizeof plain)
		length = sizeof plain - 1;
	memcpy(plain, word, length);
	plain[length] = '\0';
	if ((length > 1 || is_last) && (roman = normalise_roman(plain))) {
		for (int unit = 100; unit; unit /= 10)
			if (roman >= unit && at + 1 < room)
				out[at++] = (char)('0' + roman / unit % 10);
		return at;
	}
	length = normalise_spell(plain, length, spelled, sizeof spelled);
	for (size_t i = 0; i < length && at + 1 < room; i++) {
		bool doubled = spelled[i] == spelled[i + 1] && spelled[i] >= 'a';
		char c = doubled ? 0 : half_vowel(at ? out[at - 1] : 0, spelled + i);

		c = c == 'y' ? 'j' : c;
		if (c && !(at && c == out[at - 1] && c >= 'a' && c <= 'z'))
			out[at++] = c;
		i += is_emphatic(spelled + i);
	}
	return at;
}

/* One title under way. */
struct title_maker {
	struct doc_draft *draft;
	struct doc_title title;
	uint32_t ordered[DOC_KEY_MAX / 2]; /* significant words in their order */
	size_t nordered;
	bool has_proper; /* a word that is neither filler nor generic */
};

static void add_key_word(struct title_maker *maker, const char *word, size_t length, bool is_last)
{
	unsigned classes = word_classes(word, length);
	struct doc_draft *draft = maker->draft;
	char key[WORD_MAX + 8];
	size_t size = doc_key_word(word, length, is_last, key, sizeof key);

	if (!size || maker->title.length + size + 1 > DOC_KEY_MAX ||
	    draft->nkeys + size + 1 > DOC_KEYS_MAX)
		return;
	if (maker->title.length) {
		draft->keys[draft->nkeys++] = ' ';
		maker->title.length++;
	} else {
		maker->title.latin = (unsigned char)key[0] < 0x80;
	}
	memcpy(draft->keys + draft->nkeys, key, size);
	draft->nkeys += size;
	maker->title.length = (uint16_t)(maker->title.length + size);
	if (doc_is_number(key, size))
		maker->title.numbers += fold_hash(key, size) | 1;
	if (classes & WORD_FILLER)
		return;
	if (!maker->title.companion)
		maker->title.companion = (uint8_t)companion_of(classes);
	if (classes & (!maker->nordered ? WORD_ANSWER : is_last ? WORD_LAST_ANSWER : 0))
		maker->title.companion = 'r';
	if (!(classes & WORD_GENERIC))
		maker->has_proper = true;
	if (maker->nordered < sizeof maker->ordered / sizeof *maker->ordered)
		maker->ordered[maker->nordered++] = fold_hash(key, size);
}

struct span {
	const char *word;
	size_t length;
};

/* "Jilid 2" and the like inside a title: the volume is compared by itself. Returns words to skip.
 */
static size_t volume_phrase(const struct span *words, size_t count, size_t i)
{
	char marker[WORD_MAX], number[WORD_MAX];
	size_t next = i + 1;

	if (words[i].length > 8 || next >= count)
		return 0;
	if (next + 1 < count && words[next].length == 2 && !memcmp(words[next].word, "ke", 2))
		next++;
	if (words[next].length >= sizeof number)
		return 0;
	memcpy(marker, words[i].word, words[i].length);
	marker[words[i].length] = '\0';
	if (!normalise_is_volume_word(marker))
		return 0;
	memcpy(number, words[next].word, words[next].length);
	number[words[next].length] = '\0';
	return normalise_number(number) ? next - i + 1 : 0;
}

static void sort_tokens(uint32_t *tokens, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		uint32_t token = tokens[i];
		size_t at = kept;

		while (at > 0 && tokens[at - 1] > token)
			at--;
		if (at > 0 && tokens[at - 1] == token)
			continue;
		memmove(tokens + at + 1, tokens + at, (kept - at) * sizeof *tokens);
		tokens[at] = token;
		kept++;
	}
	*count = kept;
}

static uint64_t leading(const struct title_maker *maker, size_t most)
{
	uint64_t hash = most;

	for (size_t i = 0; i < maker->nordered && i < most; i++)
		hash = doc_mix(hash, maker->ordered[i]);
	return hash & (((uint64_t)1 << 58) - 1);
}

static uint64_t trailing(const struct title_maker *maker, size_t most)
{
	uint64_t hash = most;

	for (size_t i = 0; i < maker->nordered && i < most; i++)
		hash = doc_mix(hash, maker->ordered[maker->nordered - 1 - i]);
	return hash & (((uint64_t)1 << 58) - 1);
}

/* Where to look for a record's likes: its leading words alone, with its year (in two overlapping
 * pairs of years, so that neighbours meet), and with each part of its first author's name; and, for
 * titles misspelt at the beginning, name and year; for papers, whose references begin with all
 * sorts of things, name and last words. */
static void add_blocks(struct title_maker *maker)
{
	struct doc_draft *draft = maker->draft;
	uint64_t start = leading(maker, LEADING_BLOCK);
	bool is_main = maker->title.kind == DOC_FULL || maker->title.kind == DOC_SHORT;

	doc_add_block(draft, start);
	if (is_main && draft->doc.year) {
		doc_add_block(draft, doc_mix(start, (uint64_t)(draft->doc.year / 2 * 2)));
		doc_add_block(draft, doc_mix(start, (uint64_t)((draft->doc.year + 1) / 2 * 2 + 1)));
	}
	if (!is_main || !draft->doc.nnames)
		return;
	for (size_t i = 0; i < draft->names[0].ntokens && i < 4; i++) {
		const struct doc_name_token *token = &draft->name_tokens[draft->names[0].token + i];

		if (token->is_initial)
			continue;
		doc_add_block(draft, doc_mix(leading(maker, LEADING_NAME), token->hash));
		if (doc_is_paper(&draft->doc))
			doc_add_block(draft, doc_mix(trailing(maker, LEADING_NAME), token->hash));
		if (draft->doc.year) /* a slip in the title's first words */
			doc_add_block(draft, doc_mix((uint64_t)draft->doc.year, token->hash));
		if (draft->doc.soft_year)
			doc_add_block(draft, doc_mix((uint64_t)draft->doc.year + 1, token->hash));
	}
}

static void keep_title(struct title_maker *maker)
{
	struct doc_draft *draft = maker->draft;
	struct doc_title *title = &maker->title;
	size_t count = maker->nordered;

	title->hash = fold_hash64(draft->keys + title->key, title->length);
	for (size_t i = 0; i < draft->doc.ntitles; i++)
		if (draft->titles[i].hash == title->hash) {
			draft->nkeys = title->key;
			return;
		}
	title->generic = !maker->has_proper;
	if (!draft->doc.ntitles && maker->nordered)
		draft->doc.first_word = maker->ordered[0];
	add_blocks(maker);
	if (draft->ntokens + count > DOC_TOKENS_MAX)
		count = DOC_TOKENS_MAX - draft->ntokens;
	sort_tokens(maker->ordered, &count);
	title->token = (uint16_t)draft->ntokens;
	title->ntokens = (uint8_t)count;
	memcpy(draft->tokens + draft->ntokens, maker->ordered, count * sizeof *maker->ordered);
	draft->ntokens += count;
	draft->titles[draft->doc.ntitles++] = *title;
}

static size_t split(const struct fold *fold, struct span *words, size_t max)
{
	size_t count = 0, at = 0;

	while (count < max && (words[count].word = fold_next(fold, &at, &words[count].length)))
		count++;
	return count;
}

static void add_title(struct doc_draft *draft, enum doc_title_kind kind, const struct fold *fold)
{
	struct title_maker maker = {.draft = draft};
	struct span words[80];
	size_t count = split(fold, words, sizeof words / sizeof *words), i = 0;

	if (!count || draft->doc.ntitles == DOC_TITLES_MAX)
		return;
	maker.title.kind = (uint8_t)kind;
	maker.title.key = (uint16_t)draft->nkeys;
	for (size_t w = 0; w < count; w++)
		if (word_classes(words[w].word, words[w].length) & WORD_SPOKEN_ARTICLE)
			words[w] = (struct span){"al", 2};
	if (count > 1 && word_classes(words[0].word, words[0].length) & WORD_ARTICLE)
		i = 1;
	for (size_t skip; i < count; i++) {
		skip = i ? volume_phrase(words, count, i) : 0;
		if (skip)
			i += skip - 1;
		else
			add_key_word(&maker, words[i].word, words[i].length, i + 1 == count);
	}
	if (maker.title.length)
		keep_title(&maker);
	else
		draft->nkeys = maker.title.key;
}

/* Folds up to a parallel title or a statement of responsibility, which a plain format may hold. */
static void fold_title(struct fold *fold, const char *text, size_t length)
{
	char part[1024];

	if (length >= sizeof part)
		length = sizeof part - 1;
	memcpy(part, text, length);
	part[length] = '\0';
	fold_add(fold, part);
}

/* Without a parallel title and a statement of responsibility. */
static size_t whole_length(const char *text)
{
	const char *parallel = strstr(text, " = "), *by = strstr(text, " / ");
	size_t length = strlen(text);

	if (by && (size_t)(by - text) < length)
		length = (size_t)(by - text);
	if (parallel && (size_t)(parallel - text) < length)
		length = (size_t)(parallel - text);
	return length;
}

/* Where other title information begins when it was not told apart: at a colon or semicolon, or at
 * a comma behind two words ("Uncommon sense, by D. C. Coyle"); `length` when nowhere. */
static size_t proper_length(const char *text, size_t length)
{
	size_t blanks = 0;

	for (size_t i = 1; i + 1 < length; i++) {
		blanks += text[i] == ' ';
		if (text[i + 1] == ' ' &&
		    (text[i] == ':' || text[i] == ';' || (text[i] == ',' && blanks)))
			return i;
	}
	return length;
}

static void add_texts(
    struct doc_draft *draft, enum doc_title_kind kind, const struct bib_texts *texts, size_t max)
{
	for (size_t i = 0; i < texts->count && i < max; i++) {
		char out[512];
		struct fold fold;

		fold_init(&fold, out, sizeof out, NULL, 0);
		fold_title(&fold, texts->items[i], whole_length(texts->items[i]));
		add_title(draft, kind, &fold);
	}
}

size_t doc_part_suffix(const char *title, int *number)
{
	const char *comma = strrchr(title, ','), *at;
	char roman[8];
	size_t length;

	if (!comma || comma == title || comma[1] != ' ' ||
	    (size_t)(comma - title) > whole_length(title)) /* a king's, perhaps */
		return 0;
	at = comma + 2;
	length = strspn(at, "IVX");
	if (!length || length >= sizeof roman || at[length])
		return 0;
	for (size_t i = 0; i <= length; i++)
		roman[i] = (char)(i < length ? at[i] | 32 : 0);
	*number = normalise_roman(roman);
	return *number ? (size_t)(comma - title) : 0;
}

static void add_main(struct doc_draft *draft, const struct bib *bib)
{
	const char *title = bib->title, *end;
	char out[1024];
	struct fold fold;
	size_t whole, proper, short_length;
	int part;

	if (!strncmp(title, "\xC2\x98", 2) && (end = strstr(title, "\xC2\x9C")))
		title = end + 2;
	whole = whole_length(title);
	if ((proper = doc_part_suffix(title, &part)))
		whole = proper;
	proper = bib->subtitle ? whole : proper_length(title, whole);
	fold_init(&fold, out, sizeof out, NULL, 0);
	fold_title(&fold, title, proper);
	short_length = fold.length;
	fold_title(&fold, title + proper, whole - proper);
	if (bib->subtitle)
		fold_add(&fold, bib->subtitle);
	draft->doc.has_subtitle = fold.length > short_length;
	if (bib->part_name)
		fold_add(&fold, bib->part_name);
	add_title(draft, DOC_FULL, &fold);
	if (fold.length > short_length) {
		fold.length = short_length;
		add_title(draft, DOC_SHORT, &fold);
	}
}

void doc_add_titles(struct doc_draft *draft, const struct bib *bib)
{
	if (bib->title)
		add_main(draft, bib);
	add_texts(draft, DOC_SCRIPT, &bib->script_titles, 2);
	add_texts(draft, DOC_PARALLEL, &bib->parallel_titles, 2);
	add_texts(draft, DOC_UNIFORM, &bib->uniform_titles, 2);
}

int doc_compare_titles(const struct doc *a, const struct doc *b)
{
	size_t na = a->ntitles ? a->titles[0].length : 0, nb = b->ntitles ? b->titles[0].length : 0;
	int order = 0;

	if (na && nb)
		order = memcmp(
		    a->keys + a->titles[0].key, b->keys + b->titles[0].key, na < nb ? na : nb);
	return order ? order : (na > nb) - (na < nb);
}
