/*
 * Other forms of a word asked for, made here once a question instead of stemming every word of
 * every record: English plurals, Indonesian derivations of one root, old and new spelling, German
 * umlauts written out.
 */
#include <string.h>

#include "merge/normalise.h"
#include "merge/rank_plan.h"

#define FORM_MAX 96

struct maker {
	void (*add)(void *arg, const char *form, size_t length, bool indonesian);
	void *arg;
	const char *word;
};

static void add_parts(
    const struct maker *maker, const char *a, const char *b, const char *c, bool indonesian)
{
	char form[FORM_MAX];
	size_t na = strlen(a), nb = strlen(b), nc = strlen(c);

	if (na + nb + nc >= sizeof form)
		return;
	memcpy(form, a, na);
	memcpy(form + na, b, nb);
	memcpy(form + na + nb, c, nc + 1);
	if (strcmp(form, maker->word))
		maker->add(maker->arg, form, na + nb + nc, indonesian);
}

static void add_plurals(const struct maker *maker)
{
	char singular[NORMALISE_STEM_MAX];
	size_t length;

	if (!normalise_stem_plural(maker->word, singular)) {
		if (strlen(maker->word) < 3 || strlen(maker->word) >= sizeof singular)
			return;
		strcpy(singular, maker->word);
	}
	length = strlen(singular);
	add_parts(maker, singular, "", "", false);
	add_parts(maker, singular, "s", "", false);
	if (strchr("sxh", singular[length - 1]))
		add_parts(maker, singular, "es", "", false);
	if (singular[length - 1] == 'y') {
		singular[length - 1] = '\0';
		add_parts(maker, singular, "ies", "", false);
	}
}

static void add_endings(const struct maker *maker, const char *prefix, const char *root)
{
	static const char *const endings[] = {
	    "", "kan", "an", "i", "nya", "annya", "kannya", "inya"};

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		add_parts(maker, prefix, root, endings[i], true);
}

/* me- and pe- take a nasal that fits the root's first letter, which k, p, s and t give up to it. */
static void add_nasal(const struct maker *maker, const char *root)
{
	static const struct {
		const char *letters, *nasal;
		bool swallowed;
	} rules[] = {{"bfv", "m", false}, {"p", "m", true}, {"cdjz", "n", false}, {"t", "n", true},
	    {"s", "ny", true}, {"aeioughq", "ng", false}, {"k", "ng", true}, {"lmnrwy", "", false}};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		char prefix[8] = "me";

		if (!strchr(rules[i].letters, root[0]))
			continue;
		strcat(prefix, rules[i].nasal);
		add_endings(maker, prefix, root + rules[i].swallowed);
		prefix[0] = 'p';
		add_endings(maker, prefix, root + rules[i].swallowed);
	}
}

static void add_derivations(const struct maker *maker, const char *root)
{
	static const char *const prefixes[] = {
	    "", "di", "ber", "ter", "ke", "se", "per", "memper", "diper"};

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		add_endings(maker, prefixes[i], root);
	if (!strcmp(root, "ajar")) {
		add_endings(maker, "bel", root);
		add_endings(maker, "pel", root);
	}
	add_nasal(maker, root);
}

static void add_indonesian(const struct maker *maker)
{
	char root[NORMALISE_STEM_MAX + 1];
	size_t length = strlen(maker->word);

	if (length < 4 || length >= NORMALISE_STEM_MAX - 16)
		return;
	for (size_t i = 0; i < length; i++)
		if (maker->word[i] < 'a' || maker->word[i] > 'z')
			return;
	add_derivations(maker, maker->word);
	if (!normalise_stem_indonesian(maker->word, root))
		return;
	add_derivations(maker, root);
	/* meng- may have swallowed a k: "mengarang" is of "karang", "mengambil" of "ambil". */
	if (!strncmp(maker->word + 1, "eng", 3) && strchr("aeiou", root[0])) {
		memmove(root + 1, root, strlen(root) + 1);
		root[0] = 'k';
		add_derivations(maker, root);
	}
}

/* Replaces `from` by `to` at the places whose bits are set; returns how many places there are. */
static size_t replace(
    const char *word, const char *from, const char *to, unsigned places, char out[FORM_MAX])
{
	size_t nfrom = strlen(from), nto = strlen(to), at = 0, count = 0;

	while (*word && at + nto + 1 < FORM_MAX) {
		if (!strncmp(word, from, nfrom)) {
			bool here = count < 32 && (places >> count & 1);

			memcpy(out + at, here ? to : from, here ? nto : nfrom);
			at += here ? nto : nfrom;
			word += nfrom;
			count++;
		} else {
			out[at++] = *word++;
		}
	}
	out[at] = '\0';
	return count;
}

/* From the present spelling back to the old one; u and oe mix within a name, so each may change. */
static void add_old_spelling(const struct maker *maker, const char *word)
{
	static const char *const pairs[][2] = {
	    {"j", "dj"}, {"c", "tj"}, {"ny", "nj"}, {"sy", "sj"}, {"kh", "ch"}, {"y", "j"}};
	char old[FORM_MAX], form[FORM_MAX];
	size_t places;

	if (strlen(word) >= FORM_MAX / 2)
		return;
	strcpy(old, word);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		/* "y" became "j" only where it is not part of ny or sy, which are done before. */
		replace(old, pairs[i][0], pairs[i][1], i == 1 && strstr(old, "ch") ? 0 : ~0u, form);
		strcpy(old, form);
	}
	for (int is_old = 0; is_old < 2; is_old++) {
		const char *base = is_old ? old : word;

		places = replace(base, "u", "oe", 0, form);
		for (unsigned bits = 0; bits < 1u << (places > 3 ? 3 : places); bits++) {
			replace(base, "u", "oe", places > 3 && bits == 7 ? ~0u : bits, form);
			add_parts(maker, form, "", "", false);
		}
	}
}

static void add_spellings(const struct maker *maker)
{
	char modern[FORM_MAX], plain[FORM_MAX];
	size_t length = strlen(maker->word), at = 0;

	if (length < 4 || length >= FORM_MAX / 2 || (unsigned char)maker->word[0] >= 0x80)
		return;
	length = normalise_spell(maker->word, length, modern, sizeof modern);
	add_parts(maker, modern, "", "", false);
	add_old_spelling(maker, modern);
	/* An old j is a y today, and a doubled letter often single. */
	for (size_t i = 0; i < length; i++)
		if (!i || modern[i] != modern[i - 1])
			plain[at++] =
			    modern[i] == 'j' && strcmp(modern, maker->word) ? 'y' : modern[i];
	plain[at] = '\0';
	add_parts(maker, plain, "", "", false);
}

/* "Müller" is catalogued as "Mueller" too: asked with an umlaut, find both; asked written out, too.
 */
static void add_umlauts(const struct maker *maker, const char *asked)
{
	static const char *const pairs[][3] = {
	    {"a", "ae", "\xC3\xA4"}, {"o", "oe", "\xC3\xB6"}, {"u", "ue", "\xC3\xBC"}};
	char form[FORM_MAX];

	if (strlen(maker->word) >= FORM_MAX / 2)
		return;
	for (size_t i = 0; i < 3; i++) {
		if (strstr(asked, pairs[i][2]) &&
		    replace(maker->word, pairs[i][0], pairs[i][1], ~0u, form))
			add_parts(maker, form, "", "", false);
		if (strlen(maker->word) > 4 &&
		    replace(maker->word, pairs[i][1], pairs[i][0], ~0u, form))
			add_parts(maker, form, "", "", false);
	}
}

static void add_arabic(const struct maker *maker)
{
	static const char article[] = "\xD8\xA7\xD9\x84";

	if ((unsigned char)maker->word[0] < 0xD8 || (unsigned char)maker->word[0] > 0xDB)
		return;
	if (!strncmp(maker->word, article, 4) && strlen(maker->word) >= 10)
		add_parts(maker, maker->word + 4, "", "", false);
	else
		add_parts(maker, article, maker->word, "", false);
}

void rank_variants(const char *word, const char *asked,
    void (*add)(void *arg, const char *form, size_t length, bool indonesian), void *arg)
{
	const struct maker maker = {add, arg, word};

	if (strlen(word) >= FORM_MAX / 2)
		return;
	add_plurals(&maker);
	add_spellings(&maker);
	add_umlauts(&maker, asked);
	add_indonesian(&maker);
	add_arabic(&maker);
}
