#include "merge/normalise.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "merge/fold.h"

/* The longest a text grows: "&" becomes " and ", and U+FDFA, the worst, 11 times its three bytes.
 */
#define GROWTH 12

char *normalise_text(struct arena *arena, const char *text)
{
	struct fold fold;
	size_t room = strlen(text) * GROWTH + 8;
	char small[2048], *out = room <= sizeof small ? small : arena_alloc(arena, room);

	fold_init(&fold, out, room, NULL, 0);
	fold_add(&fold, text);
	if (fold.length)
		fold.length--;
	return arena_strndup(arena, out, fold.length);
}

size_t normalise_words(struct arena *arena, const char *normalised, const char ***words)
{
	size_t count = *normalised ? 1 : 0, at = 0;
	char *copy = arena_strdup(arena, normalised);

	for (const char *p = normalised; *p; p++)
		count += *p == ' ';
	*words = arena_array(arena, count + 1, sizeof **words);
	for (char *word = copy, *blank; at < count; word = blank + 1) {
		(*words)[at++] = word;
		blank = strchr(word, ' ');
		if (!blank)
			break;
		*blank = '\0';
	}
	return at;
}

/* The spelling before 1972 (van Ophuijsen, Soewandi) and the present one; every pair is two bytes.
 */
static const char spelling[][2][4] = {
    {"oe", "u"}, {"tj", "c"}, {"dj", "j"}, {"nj", "ny"}, {"sj", "sy"}, {"ch", "kh"}};

size_t normalise_spell(const char *word, size_t length, char *out, size_t room)
{
	size_t at = 0;

	for (size_t i = 0; i < length && at + 3 < room;) {
		const char *to = NULL;

		if (i + 1 < length &&
		    (word[i + 1] == 'e' || word[i + 1] == 'j' || word[i + 1] == 'h'))
			for (size_t k = 0; k < sizeof spelling / sizeof *spelling && !to; k++)
				if (word[i] == spelling[k][0][0] &&
				    word[i + 1] == spelling[k][0][1])
					to = spelling[k][1];
		if (!to) {
			out[at++] = word[i++];
			continue;
		}
		for (; *to; to++)
			out[at++] = *to;
		i += 2;
	}
	out[at] = '\0';
	return at;
}

char *normalise_spelling(struct arena *arena, const char *word)
{
	size_t length = strlen(word), room = length + 8;
	char *out = arena_alloc(arena, room);

	normalise_spell(word, length, out, room);
	return out;
}

static bool ends(const char *word, size_t length, const char *suffix)
{
	size_t n = strlen(suffix);

	return length >= n && !memcmp(word + length - n, suffix, n);
}

static bool is_plain(const char *word, size_t length)
{
	if (length < 4 || length >= NORMALISE_STEM_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!islower((unsigned char)word[i]))
			return false;
	return true;
}

static bool keep(char *out, const char *word, size_t length)
{
	memmove(out, word, length);
	out[length] = '\0';
	return true;
}

bool normalise_stem_plural(const char *word, char out[NORMALISE_STEM_MAX])
{
	size_t length = strlen(word);

	if (!is_plain(word, length) || word[length - 1] != 's')
		return false;
	if (ends(word, length, "ies") && length > 4) {
		keep(out, word, length - 3);
		strcpy(out + length - 3, "y");
		return true;
	}
	if (ends(word, length, "sses") || ends(word, length, "xes") || ends(word, length, "ches") ||
	    ends(word, length, "shes"))
		return keep(out, word, length - 2);
	if (ends(word, length, "ss") || ends(word, length, "us") || ends(word, length, "is"))
		return false;
	return keep(out, word, length - 1);
}

#define ROOT_MIN 4 /* letters left after an affix is taken off */

static bool is_vowel(char c)
{
	return c && strchr("aeiou", c);
}

/* Takes off an Indonesian prefix; `first` is the letter that the nasal swallowed, or 0. */
static size_t prefix_length(const char *word, char *first)
{
	static const char *const plain[] = {
	    "memper", "diper", "ber", "ter", "per", "bel", "di", "ke", "se"};
	bool nasal = (word[0] == 'm' || word[0] == 'p') && word[1] == 'e';

	*first = 0;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (!strncmp(word, plain[i], strlen(plain[i])) &&
		    (i != 5 || !strncmp(word, "belajar", 7)))
			return strlen(plain[i]);
	if (!nasal)
		return 0;
	if (!strncmp(word + 2, "ny", 2) && is_vowel(word[4])) {
		*first = 's';
		return 4;
	}
	if (!strncmp(word + 2, "ng", 2))
		return 4;
	if (word[2] == 'n') {
		*first = is_vowel(word[3]) ? 't' : 0;
		return 3;
	}
	if (word[2] == 'm') {
		*first = is_vowel(word[3]) ? 'p' : 0;
		return 3;
	}
	return word[2] && strchr("lrwy", word[2]) ? 2 : 0;
}

bool normalise_stem_indonesian(const char *word, char out[NORMALISE_STEM_MAX])
{
	static const char *const endings[] = {"nya", "lah", "kah"}, *const suffixes[] = {
									"kan", "an", "i"};
	size_t length = strlen(word), start;
	char first;

	if (!is_plain(word, length))
		return false;
	for (size_t i = 0; i < 3; i++)
		if (ends(word, length, endings[i]) && length - 3 >= ROOT_MIN) {
			length -= 3;
			break;
		}
	start = prefix_length(word, &first);
	if (start >= length || length - start + (first != 0) < ROOT_MIN)
		start = 0, first = 0;
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(suffixes[i]);

		if (ends(word, length, suffixes[i]) &&
		    length - start + (first != 0) >= n + ROOT_MIN + (n == 1)) {
			length -= n;
			break;
		}
	}
	if (!start && !word[length])
		return false;
	if (first)
		out[0] = first;
	return keep(out + (first != 0), word + start, length - start);
}

/* "al-" written together in Arabic script: the word is the same with and without. */
static const char *without_arabic_article(const char *word)
{
	size_t length = strlen(word);

	return length >= 10 && !memcmp(word, "\xD8\xA7\xD9\x84", 4) ? word + 4 : word;
}

char *normalise_stem(struct arena *arena, const char *word)
{
	char out[NORMALISE_STEM_MAX];

	if (normalise_stem_plural(word, out) || normalise_stem_indonesian(word, out))
		return arena_strdup(arena, out);
	return arena_strdup(arena, without_arabic_article(word));
}
