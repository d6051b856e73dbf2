#include "merge/fold.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "base/text.h"
#include "merge/latin_table.h"

/* Lower-case letter or digit; 0 for everything that is not part of a word. */
/* clang-format off */
static const char ascii_letter[128] = {
    ['0'] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
    ['A'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q',
    'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
    ['a'] = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q',
    'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z'};
/* clang-format on */

#define LONGEST_CHARACTER 4

void fold_init(struct fold *fold, char *out, size_t room, uint32_t *words, size_t max_words)
{
	*fold = (struct fold){.out = out,
	    .room = room,
	    .words = words,
	    .max_words = max_words,
	    .hash = FOLD_HASH_START};
}

uint32_t fold_hash(const char *word, size_t length)
{
	uint32_t hash = FOLD_HASH_START;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)word[i]) * FOLD_HASH_PRIME;
	return hash ? hash : 1;
}

uint64_t fold_hash64(const char *bytes, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

static void put_byte(struct fold *fold, char byte)
{
	fold->out[fold->length++] = byte;
	fold->hash = (fold->hash ^ (unsigned char)byte) * FOLD_HASH_PRIME;
}

static bool has_room(const struct fold *fold, size_t bytes)
{
	return fold->length + bytes < fold->room; /* one more for the blank */
}

static void put_text(struct fold *fold, const char *text)
{
	for (; *text && has_room(fold, 1); text++)
		put_byte(fold, *text);
}

static void end_word(struct fold *fold)
{
	if (fold->length == fold->word_start)
		return;
	if (fold->words) {
		if (fold->nwords == fold->max_words) {
			fold->length = fold->word_start;
			fold->hash = FOLD_HASH_START;
			return;
		}
		fold->words[fold->nwords++] = fold->hash ? fold->hash : 1;
	}
	fold->out[fold->length++] = ' ';
	fold->word_start = fold->length;
	fold->hash = FOLD_HASH_START;
}

void fold_break(struct fold *fold)
{
	if (fold->nwords && fold->nwords < fold->max_words && fold->words[fold->nwords - 1])
		fold->words[fold->nwords++] = 0;
}

const char *fold_next(const struct fold *fold, size_t *at, size_t *length)
{
	const char *word = fold->out + *at, *blank;

	if (*at >= fold->length)
		return NULL;
	blank = memchr(word, ' ', fold->length - *at);
	*length = (size_t)(blank - word);
	*at += *length + 1;
	return word;
}

static bool is_word_byte(unsigned char byte)
{
	return byte >= 0x80 || ascii_letter[byte];
}

/* French and Italian elision ("l'homme", "qu'un") parts two words; other apostrophes ("Qur'an",
 * "women's") stand inside one. */
static bool word_is_elided(const struct fold *fold)
{
	size_t length = fold->length - fold->word_start;
	const char *word = fold->out + fold->word_start;

	return (length == 1 && strchr("cdjlmnst", word[0])) ||
	       (length == 2 && word[0] == 'q' && word[1] == 'u');
}

static void put_apostrophe(struct fold *fold)
{
	if (word_is_elided(fold))
		end_word(fold);
}

/* Returns the bytes read: "C++" and "C#" are words of their own, "&" is "and". */
static size_t put_punctuation(struct fold *fold, const char *text)
{
	size_t length = fold->length - fold->word_start, run;

	switch (text[0]) {
	case '\'':
	case '`': put_apostrophe(fold); return 1;
	case '&':
		end_word(fold);
		put_text(fold, "and");
		end_word(fold);
		return 1;
	case '+':
		run = strspn(text, "+");
		if (length && run <= 2 && !is_word_byte((unsigned char)text[run]))
			for (size_t i = 0; i < run; i++)
				put_text(fold, "plus");
		end_word(fold);
		return run;
	case '#':
		if (length == 1 && !is_word_byte((unsigned char)text[1]))
			put_text(fold, "sharp");
		end_word(fold);
		return 1;
	default: end_word(fold); return 1;
	}
}

static void put_character(struct fold *fold, uint32_t c)
{
	char bytes[4];
	size_t count = text_encode(c, bytes);

	if (!has_room(fold, LONGEST_CHARACTER))
		return;
	for (size_t i = 0; i < count; i++)
		put_byte(fold, bytes[i]);
}

/* U+0600 to U+06FF: vowel signs and tatweel dropped, the forms of alef, ya and kaf unified, ta
 * marbuta as ha, digits as ours. */
static void put_arabic(struct fold *fold, uint32_t c)
{
	if ((c >= 0x610 && c <= 0x61A) || c == 0x640 || (c >= 0x64B && c <= 0x65F) || c == 0x670 ||
	    (c >= 0x6D6 && c <= 0x6ED && c != 0x6DD && c != 0x6DE && c != 0x6E9) || c == 0x621)
		return;
	if ((c >= 0x660 && c <= 0x669) || (c >= 0x6F0 && c <= 0x6F9)) {
		put_character(fold, '0' + (c & 15));
		return;
	}
	switch (c) {
	case 0x622:
	case 0x623:
	case 0x625:
	case 0x671: c = 0x627; break;
	case 0x624: c = 0x648; break;
	case 0x626:
	case 0x649:
	case 0x6CC: c = 0x64A; break;
	case 0x6A9: c = 0x643; break;
	case 0x629:
	case 0x6C0:
	case 0x6C1:
	case 0x6C2: c = 0x647; break;
	default: break;
	}
	if (c >= 0x620 && (u_isalnum((UChar32)c)))
		put_character(fold, c);
	else
		end_word(fold);
}

/* Marks that are a matter of spelling, not letters of their own (as the vowels of Thai or Hindi).
 */
static bool is_dropped_mark(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36F) || (c >= 0x483 && c <= 0x489) ||
	       (c >= 0x591 && c <= 0x5C7) || (c >= 0x8D3 && c <= 0x8FF) ||
	       (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
	       (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F) || c == 0x3099 ||
	       c == 0x309A;
}

static bool stands_alone(uint32_t c)
{
	return (c >= 0x3040 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x4DBF) ||
	       (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
	       (c >= 0x20000 && c <= 0x3FFFF);
}

static const char *latin_letters(uint32_t c)
{
	if (c >= 0xC0 && c <= 0x24F)
		return latin_extended[c - 0xC0];
	if (c >= 0x1E00 && c <= 0x1EFF)
		return latin_additional[c - 0x1E00];
	return "";
}

/* A character after compatibility folding: a letter as it will stand, or nothing. */
static void put_folded(struct fold *fold, uint32_t c)
{
	const char *latin = latin_letters(c);

	if (c < 0x80) {
		if (ascii_letter[c])
			put_character(fold, (uint32_t)ascii_letter[c]);
		else
			end_word(fold);
	} else if (latin[0] && latin[0] != ' ') {
		put_text(fold, latin);
	} else if (c >= 0x600 && c <= 0x6FF) {
		put_arabic(fold, c);
	} else if (is_dropped_mark(c) || (c >= 0x2B0 && c <= 0x2FF)) {
		return;
	} else if (stands_alone(c)) {
		end_word(fold);
		put_character(fold, c);
		end_word(fold);
	} else if (u_isalnum((UChar32)c) || (U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK)) {
		put_character(fold, c);
	} else {
		end_word(fold);
	}
}

static int32_t decompose(const UNormalizer2 *form, uint32_t c, UChar out[64])
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t length = unorm2_getDecomposition(form, (UChar32)c, out, 64, &error);

	return U_SUCCESS(error) ? length : -1;
}

/* Syllables that would only come apart into three letters each. */
static bool is_hangul(uint32_t c)
{
	return c >= 0xAC00 && c <= 0xD7A3;
}

static void put_decomposed(struct fold *fold, const UNormalizer2 *nfkd, uint32_t c)
{
	UChar units[64];
	int32_t length = is_hangul(c) ? -1 : decompose(nfkd, c, units);

	if (length < 0) {
		put_folded(fold, c);
		return;
	}
	for (int32_t i = 0; i < length;) {
		UChar32 part;

		U16_NEXT(units, i, length, part);
		put_folded(fold, (uint32_t)part);
	}
}

/* Both mappings are known character by character, so no text has to be converted to UTF-16. */
static void put_by_icu(struct fold *fold, uint32_t c)
{
	UErrorCode error = U_ZERO_ERROR;
	const UNormalizer2 *casefold = unorm2_getNFKCCasefoldInstance(&error);
	const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&error);
	UChar units[64];

	if (U_FAILURE(error)) {
		put_folded(fold, c);
		return;
	}
	int32_t length = is_hangul(c) ? -1 : decompose(casefold, c, units);

	if (length < 0)
		put_decomposed(fold, nfkd, c);
	for (int32_t i = 0; i < length;) {
		UChar32 part;

		U16_NEXT(units, i, length, part);
		put_decomposed(fold, nfkd, (uint32_t)part);
	}
}

static void put_general_punctuation(struct fold *fold, uint32_t c)
{
	if (c == 0x2018 || c == 0x2019 || c == 0x201B || c == 0x2032)
		put_apostrophe(fold);
	else if (!((c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
		     (c >= 0x2060 && c <= 0x206F)))
		end_word(fold);
}

static void put_wide(struct fold *fold, uint32_t c)
{
	const char *latin = latin_letters(c);

	if (latin[0] == ' ')
		end_word(fold);
	else if (latin[0])
		put_text(fold, latin);
	else if (c < 0xA0 || c == 0xAD || (c >= 0x2B0 && c <= 0x36F))
		return; /* MARC's non-sorting marks, soft hyphen, transliteration signs, accents */
	else if (c >= 0x600 && c <= 0x6FF)
		put_arabic(fold, c);
	else if (c >= 0x2000 && c <= 0x206F)
		put_general_punctuation(fold, c);
	else
		put_by_icu(fold, c);
}

/* As many plain letters and digits as follow each other and have room; nearly all text is these.
 * Returns how many. */
static size_t put_letters(struct fold *fold, const char *text)
{
	char *out = fold->out + fold->length;
	size_t count = 0, room = fold->room - 1 - fold->length;
	uint32_t hash = fold->hash;

	for (unsigned char byte;
	     count < room && (byte = (unsigned char)text[count]) < 0x80 && ascii_letter[byte];
	     count++) {
		out[count] = ascii_letter[byte];
		hash = (hash ^ (unsigned char)out[count]) * FOLD_HASH_PRIME;
	}
	fold->length += count;
	fold->hash = hash;
	return count;
}

void fold_add(struct fold *fold, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end && has_room(fold, 1)) {
		unsigned char byte = (unsigned char)*text;
		uint32_t c;
		size_t count;

		if (byte < 0x80 && ascii_letter[byte]) {
			text += put_letters(fold, text);
		} else if (byte < 0x80) {
			text += put_punctuation(fold, text);
		} else if ((count = text_decode(text, (size_t)(end - text), &c))) {
			put_wide(fold, c);
			text += count;
		} else {
			end_word(fold);
			text++;
		}
	}
	if (text < end && is_word_byte((unsigned char)*text)) {
		fold->length = fold->word_start; /* cut inside a word: leave it out */
		fold->hash = FOLD_HASH_START;
	}
	end_word(fold);
}
