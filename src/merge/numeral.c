/*
 * Numbers in what cataloguers write: editions, pages, volumes, years. The part of
 * merge/normalise.h that reads statements in several languages.
 */
#include "merge/normalise.h"

#include <stdlib.h>
#include <string.h>

#include "merge/fold.h"

#define WORDS_MAX 32
#define VOLUME_MAX 999

/* A statement's folded words, in place. */
struct words {
	char text[384];
	const char *items[WORDS_MAX];
	int count;
};

static void words_of(struct words *words, const char *text)
{
	struct fold fold;

	fold_init(&fold, words->text, sizeof words->text, NULL, 0);
	fold_add(&fold, text);
	words->count = 0;
	for (size_t at = 0; at < fold.length && words->count < WORDS_MAX;) {
		char *blank = memchr(words->text + at, ' ', fold.length - at);

		*blank = '\0';
		words->items[words->count++] = words->text + at;
		at = (size_t)(blank - words->text) + 1;
	}
}

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (word[0] == list[i][0] && !strcmp(word, list[i]))
			return true;
	return false;
}

#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof *(list))

/* One line a number: English, Indonesian, Dutch, German, French, Arabic romanised and in script,
 * all folded. German and Dutch endings are taken off before looking up. */
static const char *const ordinals[][20] = {
    {"first", "pertama", "kesatu", "eerst", "erst", "premier", "premiere", "ula", "oula", "اولي",
	"الاولي", "الاول", "satu", "one", "eins", "een", "un", "primera"},
    {"second", "kedua", "tweed", "zweit", "deuxieme", "seconde", "thaniyah", "thaniya", "الثانيه",
	"الثاني", "dua", "two", "zwei", "twee", "deux", "segunda"},
    {"third", "ketiga", "derd", "dritt", "troisieme", "thalithah", "الثالثه", "الثالث", "tiga",
	"three", "drei", "drie", "trois"},
    {"fourth", "keempat", "vierd", "viert", "quatrieme", "rabiah", "الرابعه", "الرابع", "empat",
	"four", "vier", "quatre"},
    {"fifth", "kelima", "vijfd", "funft", "fuenft", "cinquieme", "khamisah", "الخامسه", "الخامس",
	"lima", "five", "funf", "vijf", "cinq"},
    {"sixth", "keenam", "zesd", "sechst", "sixieme", "sadisah", "السادسه", "السادس", "enam", "six",
	"sechs", "zes"},
    {"seventh", "ketujuh", "zevend", "siebt", "siebent", "septieme", "sabiah", "السابعه", "السابع",
	"tujuh", "seven", "sieben", "zeven", "sept"},
    {"eighth", "kedelapan", "achtst", "acht", "huitieme", "thaminah", "الثامنه", "الثامن",
	"delapan", "eight", "huit"},
    {"ninth", "kesembilan", "negend", "neunt", "neuvieme", "tasiah", "التاسعه", "التاسع",
	"sembilan", "nine", "neun", "negen", "neuf"},
    {"tenth", "kesepuluh", "tiend", "zehnt", "dixieme", "ashirah", "العاشره", "العاشر", "sepuluh",
	"ten", "zehn", "tien", "dix"},
    {"eleventh", "kesebelas", "elfd", "elft", "onzieme", "sebelas", "eleven"},
    {"twelfth", "keduabelas", "twaalfd", "zwolft", "douzieme", "duabelas", "twelve"},
};

int normalise_roman(const char *word)
{
	static const struct {
		const char *letters;
		int value;
	} steps[] = {{"c", 100}, {"xc", 90}, {"l", 50}, {"xl", 40}, {"x", 10}, {"ix", 9}, {"v", 5},
	    {"iv", 4}, {"i", 1}};
	int value = 0;

	if (!word[0] || !strchr("clxvi", word[0]))
		return 0;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		size_t length = strlen(steps[i].letters);
		int most =
		    length == 2 || steps[i].letters[0] == 'v' || steps[i].letters[0] == 'l' ? 1 : 3;

		for (int n = 0; n < most && !strncmp(word, steps[i].letters, length); n++) {
			value += steps[i].value;
			word += length;
		}
	}
	return *word ? 0 : value;
}

static int ordinal(const char *word, size_t length)
{
	for (size_t n = 0; n < sizeof ordinals / sizeof *ordinals; n++)
		for (size_t i = 0; i < sizeof ordinals[n] / sizeof *ordinals[n] && ordinals[n][i];
		     i++)
			if (strlen(ordinals[n][i]) == length &&
			    !memcmp(ordinals[n][i], word, length))
				return (int)n + 1;
	return 0;
}

/* Digits with an ordinal ending: "2nd", "2e", "2eme", "3te", "ke2". */
static int digits(const char *word)
{
	static const char *const endings[] = {"", "st", "nd", "rd", "th", "e", "de", "ste", "te",
	    "eme", "re", "er", "ed", "a", "o", "p", "pp", "s", "hlm", "hal", "v"};
	char *end;
	long value;

	if (!strncmp(word, "ke", 2))
		word += 2;
	if (*word < '0' || *word > '9')
		return 0;
	value = strtol(word, &end, 10);
	return value > 0 && value < 100000 && IS_ONE_OF(end, endings) ? (int)value : 0;
}

int normalise_number(const char *word)
{
	size_t length = strlen(word);
	int value = digits(word);

	if (!value)
		value = ordinal(word, length);
	if (!value && length > 3 && word[length - 1] == 'e') /* tweede, zweite */
		value = ordinal(word, length - 1);
	if (!value && length > 4 && word[length - 2] == 'e') /* zweiten, zweiter, zweites */
		value = ordinal(word, length - 2);
	return value ? value : normalise_roman(word);
}

static const char *const edition_words[] = {"ed", "edn", "edition", "edisi", "editie", "aufl",
    "auflage", "ausg", "ausgabe", "druk", "edicion", "tabah", "tab", "tabaah", "الطبعه", "طبعه",
    "ط", "uitg", "uitgave"};
static const char *const printing_words[] = {"cetakan", "cet", "ctk", "cetak", "printing",
    "impression", "impr", "reprint", "reprinted", "repr", "print", "oplage", "tirage", "nachdruck",
    "nachdr", "impresi"};

/* The number at `i` counts printings: "cet. 3", "3rd printing". */
static bool counts_printings(const struct words *words, int i)
{
	int before = i > 0 && !strcmp(words->items[i - 1], "ke") ? i - 2 : i - 1;

	if (before >= 0 && IS_ONE_OF(words->items[before], printing_words))
		return true;
	/* In "edisi pertama, cetakan kedua" the printing's own number follows it. */
	return i + 1 < words->count && IS_ONE_OF(words->items[i + 1], printing_words) &&
	       (i + 2 >= words->count || !normalise_number(words->items[i + 2]));
}

static int edition_at(const struct words *words, int i)
{
	int value = i >= 0 && i < words->count && !counts_printings(words, i)
			? normalise_number(words->items[i])
			: 0;

	return value <= 200 ? value : 0;
}

/* A number up to three words before its word ("2nd rev. ed."), or up to two behind ("edisi ke-2",
 * "al-Tabah al-thaniyah"); directly behind wins where it stands behind in that language. */
static int edition_near(const struct words *words, int marker)
{
	static const char *const number_follows[] = {
	    "edisi", "tabah", "tab", "tabaah", "الطبعه", "طبعه", "ط"};
	bool behind = IS_ONE_OF(words->items[marker], number_follows);
	int value = 0;

	for (int k = 1; behind && k <= 2 && !value; k++)
		value = edition_at(words, marker + k);
	for (int k = 1; k <= 3 && !value; k++)
		value = edition_at(words, marker - k);
	for (int k = 1; k <= 2 && !value; k++)
		value = edition_at(words, marker + k);
	return value;
}

int normalise_edition(const char *text)
{
	struct words words;
	bool is_marked = false;

	if (!text)
		return 0;
	words_of(&words, text);
	for (int i = 0; i < words.count; i++) {
		int value = 0;

		if (IS_ONE_OF(words.items[i], edition_words)) {
			is_marked = true;
			value = edition_near(&words, i);
		}
		if (value)
			return value;
	}
	return !is_marked && words.count && words.count <= 2 ? edition_at(&words, 0) : 0;
}

static const char *const page_words[] = {"p", "pp", "pages", "page", "pag", "hlm", "hal", "halaman",
    "s", "seiten", "seite", "blz", "bladzijden", "bladz", "ص", "صفحه", "leaves", "l", "pgs"};

/* "345p": digits and the word in one. */
static bool is_fused_page(const char *word)
{
	size_t count = strspn(word, "0123456789");

	return count && word[count] && IS_ONE_OF(word + count, page_words);
}

int normalise_pages(const char *extent)
{
	struct words words;
	int largest = 0, found = 0;

	if (!extent)
		return 0;
	words_of(&words, extent);
	for (int i = 0; i < words.count; i++) {
		const char *word = words.items[i];
		bool is_page = IS_ONE_OF(word, page_words), is_fused = is_fused_page(word);
		int value = word[0] >= '0' && word[0] <= '9' ? (int)strtol(word, NULL, 10) : 0;

		if (value > largest && value < 100000 &&
		    (is_fused || strspn(word, "0123456789") == strlen(word)))
			largest = value;
		if ((is_page || is_fused) && largest > found)
			found = largest;
	}
	return found || words.count != 1 ? found : largest;
}

static const char *const volume_words[] = {"jilid", "jil", "jld", "djilid", "djil", "juz", "juzu",
    "vol", "vols", "volume", "volumes", "v", "bd", "bde", "band", "bande", "t", "tome", "tomo",
    "tom", "teil", "tl", "deel", "dl", "part", "pt", "bagian", "bag", "buku", "book", "جز", "الجز",
    "ج", "مجلد", "المجلد", "مج"};

bool normalise_is_volume_word(const char *word)
{
	return IS_ONE_OF(word, volume_words);
}

static int volume_at(const struct words *words, int i)
{
	int value;

	if (i >= 0 && i < words->count && !strcmp(words->items[i], "ke"))
		i++;
	if (i < 0 || i >= words->count)
		return 0;
	value = normalise_number(words->items[i]);
	return value <= VOLUME_MAX ? value : 0;
}

static int volume_of(const struct words *words)
{
	static const char *const number_before[] = {"bd", "band", "teil", "deel", "dl", "tl"};

	for (int i = 0; i < words->count; i++) {
		int value;

		if (!normalise_is_volume_word(words->items[i]))
			continue;
		value = volume_at(words, i + 1);
		if (!value && i > 0 && IS_ONE_OF(words->items[i], number_before))
			value = volume_at(words, i - 1);
		if (value)
			return value;
	}
	return 0;
}

int normalise_volume(const char *text)
{
	struct words words;

	if (!text)
		return 0;
	words_of(&words, text);
	return volume_of(&words);
}

int normalise_part(const char *text)
{
	static const char *const number_words[] = {"no", "nr", "nomor", "number", "seri", "series"};
	struct words words;
	int value;

	if (!text)
		return 0;
	words_of(&words, text);
	value = volume_of(&words);
	if (!value && words.count == 1)
		value = volume_at(&words, 0);
	if (!value && words.count == 2 && IS_ONE_OF(words.items[0], number_words))
		value = volume_at(&words, 1);
	return value;
}

bool normalise_is_set(const char *extent)
{
	static const char *const counted[] = {"jilid", "jil", "jld", "vol", "vols", "volume",
	    "volumes", "v", "bd", "bde", "band", "bande", "t", "tomes", "teile", "delen", "parts"};
	struct words words;

	if (!extent)
		return false;
	words_of(&words, extent);
	for (int i = 0; i + 1 < words.count; i++)
		if (atoi(words.items[i]) > 1 &&
		    strspn(words.items[i], "0123456789") == strlen(words.items[i]) &&
		    IS_ONE_OF(words.items[i + 1], counted))
			return true;
	return false;
}

/* A Hijri year is 354.37 days; year 1 began in July 622. */
int normalise_hijri_year(int year)
{
	return (int)(year * 0.970224 + 621.5774);
}
