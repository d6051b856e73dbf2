/* Two records' titles: the best agreement of any two forms of theirs. */
#include <string.h>

#include "merge/compare.h"
#include "merge/doc_private.h"
#include "merge/fold.h"
#include "merge/weights.h"

#define NAMED_MIN 4	  /* words that a title must have behind a name of its own */
#define SLIP_WORD_MIN 4	  /* letters of a title's word that may be misspelt */
#define SLIP_TITLE_MIN 7  /* and of a title */
#define NEAR_SHORT_MIN 16 /* letters of a title proper that are enough for likeness */

/* Common tokens of two sorted lists. */
static size_t overlap(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	size_t count = 0;

	for (size_t i = 0, k = 0; i < na && k < nb;) {
		if (a[i] == b[k])
			count++, i++, k++;
		else
			a[i] < b[k] ? i++ : k++;
	}
	return count;
}

/* Levenshtein's distance of two keys, or most + 1 when it is larger; only the band around the
 * diagonal is filled. */
static size_t distance(const char *a, size_t na, const char *b, size_t nb, size_t most)
{
	uint16_t row[DOC_KEY_MAX + 2];

	if ((na > nb ? na - nb : nb - na) > most)
		return most + 1;
	for (size_t k = 0; k <= nb; k++)
		row[k] = (uint16_t)k;
	for (size_t i = 1; i <= na; i++) {
		size_t from = i > most + 1 ? i - most : 1, to = i + most < nb ? i + most : nb,
		       least = most + 1;
		uint16_t corner = row[from - 1];

		row[from - 1] = (uint16_t)(from == 1 ? i : most + 1);
		for (size_t k = from; k <= to; k++) {
			uint16_t up = k == i + most ? (uint16_t)(most + 1) : row[k], best = corner;

			best = (uint16_t)(best + (a[i - 1] != b[k - 1]));
			best = up + 1 < best ? (uint16_t)(up + 1) : best;
			best = row[k - 1] + 1 < best ? (uint16_t)(row[k - 1] + 1) : best;
			corner = row[k];
			row[k] = best;
			least = best < least ? best : least;
		}
		if (least > most)
			return most + 1;
	}
	return row[nb];
}

static size_t word_length(const char *key, size_t length, size_t at)
{
	size_t from = at, to = at;

	while (from > 0 && key[from - 1] != ' ')
		from--;
	while (to < length && key[to] != ' ')
		to++;
	return to - from;
}

/* One letter wrong, missing, too many, or two exchanged, within a word that is not short. */
static bool is_one_slip(const char *a, size_t na, const char *b, size_t nb)
{
	size_t same = 0, end = 0, ra, rb;

	while (same < na && same < nb && a[same] == b[same])
		same++;
	while (end + same < na && end + same < nb && a[na - 1 - end] == b[nb - 1 - end])
		end++;
	ra = na - same - end;
	rb = nb - same - end;
	if (ra > 2 || rb > 2 || ra + rb == 0 || (ra == 2 || rb == 2 ? ra != rb : false))
		return false;
	if (ra == 2 && (a[same] != b[same + 1] || a[same + 1] != b[same]))
		return false;
	return word_length(a, na, same) >= SLIP_WORD_MIN &&
	       word_length(b, nb, same) >= SLIP_WORD_MIN;
}

static bool is_beginning(
    const char *shorter, size_t length, const char *longer, size_t longer_length)
{
	return length < longer_length && longer[length] == ' ' && !memcmp(shorter, longer, length);
}

/* A title that is one of the two behind a name and a colon: "XFilter: efficient filtering of …". */
static bool follows_name(
    const struct doc *doc, const struct doc_title *longer, const char *shorter, size_t length)
{
	const struct doc_title *name = &doc->titles[1];

	return doc->ntitles > 1 && longer == &doc->titles[0] && name->kind == DOC_SHORT &&
	       name->ntokens == 1 && name->length + 1 + length == longer->length &&
	       !memcmp(doc->keys + longer->key + name->length + 1, shorter, length);
}

static bool is_in_names(const struct doc *doc, uint32_t word)
{
	for (size_t i = 0; i < doc->nnames; i++)
		for (size_t k = 0; k < doc->names[i].ntokens; k++)
			if (doc->name_tokens[doc->names[i].token + k].hash == word)
				return true;
	return false;
}

/* The longer is the other behind words of the authors' names: "Mendelzon. Database techniques". */
static bool follows_author(const struct doc *a, const struct doc *b, const char *longer,
    size_t longer_length, const char *shorter, size_t length)
{
	size_t more = longer_length - length, names = 0;

	if (length + 1 >= longer_length || longer[more - 1] != ' ' ||
	    memcmp(longer + more, shorter, length) != 0)
		return false;
	for (size_t at = 0, end; at < more; at = end + 1) {
		uint32_t word;

		for (end = at; longer[end] != ' ';)
			end++;
		word = fold_hash(longer + at, end - at);
		if (is_in_names(a, word) || is_in_names(b, word))
			names++;
		else if (end - at > 1 && (end - at != 3 || memcmp(longer + at, "and", 3) != 0))
			return false;
	}
	return names > 0;
}

/* The longer has a number more between words that are the same: a page's, read along with them. */
static bool has_stray_number(
    const char *longer, size_t longer_length, const char *shorter, size_t length)
{
	size_t more = longer_length - length;

	for (size_t at = 1; more > 1 && at < length; at++)
		if (longer[at - 1] == ' ' && longer[at + more - 1] == ' ' &&
		    doc_is_number(longer + at, more - 1) && !memcmp(longer, shorter, at))
			return !memcmp(longer + at + more, shorter + at, length - at);
	return false;
}

/* "Data base" and "database", "on-line" and "online": the same letters. */
static bool differ_in_blanks(const char *a, size_t na, const char *b, size_t nb)
{
	size_t i = 0, k = 0;

	for (;;) {
		i += i < na && a[i] == ' ';
		k += k < nb && b[k] == ' ';
		if (i == na || k == nb || a[i] != b[k])
			return i == na && k == nb;
		i++, k++;
	}
}

/* Words that differ little, or stand in otherwise equal titles, and make them two books: any of the
 * one list against any of the other. */
static const char *const opposites[][2] = {
    {"mikro micro mikroekonomi mikroekonomika microeconomics microeconomic",
	"makro macro makroekonomi makroekonomika macroeconomics macroeconomic"},
    {"north", "south"}, {"east", "west"}, {"northern", "southern"}, {"eastern", "western"},
    {"utara", "selatan barat timur"}, {"timur", "barat tengah"}, {"selatan", "barat timur"},
    {"barat", "tengah"}, {"organic organik", "inorganic anorganik"}, {"men man", "women woman"},
    {"boys", "girls"}, {"student students siswa", "teacher teachers guru"}, {"putra", "putri"},
    {"import impor", "export ekspor"}, {"upper", "lower"}, {"primary", "secondary"},
    {"elementary", "advanced intermediate"}, {"intermediate", "advanced"}, {"internal", "external"},
    {"old lama", "new baru"}, {"junior", "senior"}, {"public", "private"}, {"perdata", "pidana"},
    {"materiil", "formil"}, {"mono", "stereo"}};

static bool has_token(const struct doc *doc, const struct doc_title *title, uint32_t token)
{
	for (size_t i = 0; i < title->ntokens; i++)
		if (doc->tokens[title->token + i] == token)
			return true;
	return false;
}

/* Which of two titles have any word of a list: 1 the first, 2 the second. */
static unsigned who_has(const char *list, const struct doc *a, const struct doc_title *ta,
    const struct doc *b, const struct doc_title *tb)
{
	unsigned who = 0;
	char key[64];

	for (size_t length; *list; list += length, list += strspn(list, " ")) {
		uint32_t token;

		length = strcspn(list, " ");
		token = fold_hash(key, doc_key_word(list, length, false, key, sizeof key));
		who |= has_token(a, ta, token) ? 1 : 0;
		who |= has_token(b, tb, token) ? 2 : 0;
	}
	return who;
}

/* One has the one word, the other has the other, and neither has both. */
static bool has_opposites(const struct doc *a, const struct doc_title *ta, const struct doc *b,
    const struct doc_title *tb)
{
	for (size_t i = 0; i < sizeof opposites / sizeof *opposites; i++) {
		unsigned one = who_has(opposites[i][0], a, ta, b, tb);

		if ((one == 1 || one == 2) && who_has(opposites[i][1], a, ta, b, tb) == 3 - one)
			return true;
	}
	return false;
}

#define OPPOSED FINDING(title_conflict, "opposite words")

/* One has words more, before or behind the other's. */
static struct finding compare_ends(const struct doc *a, const struct doc_title *longer,
    const struct doc *b, const struct doc_title *shorter)
{
	const char *ka = a->keys + longer->key, *kb = b->keys + shorter->key;
	size_t na = longer->length, nb = shorter->length;
	size_t few = longer->ntokens < shorter->ntokens ? longer->ntokens : shorter->ntokens;

	if (few >= 3 && is_beginning(kb, nb, ka, na))
		return FINDING(title_short, "one goes on where the other stops");
	if (few >= NAMED_MIN && follows_name(a, longer, kb, nb))
		return FINDING(title_short, "the same behind a name");
	if (few >= 2 && follows_author(a, b, ka, na, kb, nb))
		return FINDING(title_alternate, "the same behind an author's name");
	return NO_FINDING;
}

/* Whole titles that are not equal: nearly so, one going on where the other stops, or different. */
static struct finding compare_wording(const struct doc *a, const struct doc_title *ta,
    const struct doc *b, const struct doc_title *tb)
{
	const char *ka = a->keys + ta->key, *kb = b->keys + tb->key;
	size_t longest = ta->length > tb->length ? ta->length : tb->length;
	size_t shortest = ta->length + tb->length - longest;
	size_t few = ta->ntokens < tb->ntokens ? ta->ntokens : tb->ntokens;
	size_t common =
	    overlap(a->tokens + ta->token, ta->ntokens, b->tokens + tb->token, tb->ntokens);
	size_t all = (size_t)ta->ntokens + tb->ntokens - common;
	struct finding found;

	if (a->level == BIB_PART && b->level == BIB_PART && !ta->numbers != !tb->numbers &&
	    (ta->length == longest ? has_stray_number(ka, longest, kb, shortest)
				   : has_stray_number(kb, longest, ka, shortest)))
		return FINDING(title_close, "the same but for a number");
	if (ta->numbers != tb->numbers && ta->numbers && tb->numbers)
		return FINDING(title_conflict, "other numbers");
	if (ta->numbers == tb->numbers && shortest >= SLIP_TITLE_MIN &&
	    is_one_slip(ka, ta->length, kb, tb->length))
		return longest >= 20 ? FINDING(title_near, "the same but for a slip")
				     : FINDING(title_slip, "short, and the same but for a slip");
	if (ta->numbers == tb->numbers && shortest >= SLIP_TITLE_MIN &&
	    differ_in_blanks(ka, ta->length, kb, tb->length))
		return FINDING(title, "the same but for blanks");
	if (ta->numbers == tb->numbers && common * 2 >= few && common) {
		size_t apart = distance(ka, ta->length, kb, tb->length, longest / 10);

		if (apart * 20 <= longest)
			return FINDING(title_near, "nearly the same");
		if (apart * 10 <= longest)
			return FINDING(title_close, "much the same");
		found =
		    ta->length == longest ? compare_ends(a, ta, b, tb) : compare_ends(b, tb, a, ta);
		if (found.how)
			return found;
	}
	if (all && common * 5 >= all * 4 && ta->numbers == tb->numbers)
		return FINDING(title_words, "most words in common");
	return common * 2 >= all && all ? FINDING(title_similar, "half of the words in common")
					: FINDING(title_conflict, "different");
}

static struct finding unequal_titles(const struct doc *a, const struct doc_title *ta,
    const struct doc *b, const struct doc_title *tb)
{
	struct finding found = compare_wording(a, ta, b, tb);

	return found.value > 0 && has_opposites(a, ta, b, tb) ? OPPOSED : found;
}

/* Both have subtitles, which differ while the titles proper agree: the same when one subtitle
 * holds (nearly) all words of the other. */
static struct finding differing_subtitles(const struct doc *a, const struct doc *b)
{
	const struct doc_title *ta = &a->titles[0], *tb = &b->titles[0];
	size_t few = ta->ntokens < tb->ntokens ? ta->ntokens : tb->ntokens;
	size_t common =
	    overlap(a->tokens + ta->token, ta->ntokens, b->tokens + tb->token, tb->ntokens);

	if (ta->numbers != tb->numbers)
		return FINDING(title_subtitles, "the same, but other numbers in the subtitles");
	if (has_opposites(a, ta, b, tb))
		return OPPOSED;
	return common * 5 >= few * 4 ? FINDING(title_near, "the same, and nearly the same subtitle")
				     : FINDING(title_subtitles, "the same, but another subtitle");
}

static bool is_whole(const struct doc_title *title)
{
	return title->kind == DOC_FULL || title->kind == DOC_SCRIPT;
}

static struct finding equal_titles(const struct doc *a, const struct doc_title *ta,
    const struct doc *b, const struct doc_title *tb)
{
	if (ta->kind == DOC_SHORT && tb->kind == DOC_SHORT)
		return differing_subtitles(a, b);
	if (ta->kind == DOC_UNIFORM || tb->kind == DOC_UNIFORM)
		return FINDING(title, "the same uniform title");
	if (is_whole(ta) && is_whole(tb))
		return FINDING(title, "the same");
	if (ta->kind <= DOC_SHORT && tb->kind <= DOC_SHORT)
		return a->level == BIB_SERIAL ? FINDING(title_serial, "the same but for a subtitle")
					      : FINDING(title_short, "the same but for a subtitle");
	return FINDING(title_alternate, "the same in one of its forms");
}

static struct finding title_pair(const struct doc *a, const struct doc_title *ta,
    const struct doc *b, const struct doc_title *tb)
{
	struct finding found = NO_FINDING;

	if (ta->latin != tb->latin)
		return found;
	if (ta->hash == tb->hash)
		found = equal_titles(a, ta, b, tb);
	else if (ta->kind == tb->kind && is_whole(ta))
		found = unequal_titles(a, ta, b, tb);
	if (found.value > 0 && ta->generic)
		return (struct finding){found.value * cluster_weight.generic,
		    "the same or nearly, as titles of many works are"};
	return found;
}

/* The title proper of one is nearly that of the other, or nearly all of it. */
static bool is_nearly_short(const struct doc *a, const struct doc *b)
{
	for (size_t i = 0; i < a->ntitles && a->titles[i].kind <= DOC_SHORT; i++)
		for (size_t k = 0; k < b->ntitles && b->titles[k].kind <= DOC_SHORT; k++) {
			const struct doc_title *ta = &a->titles[i], *tb = &b->titles[k];
			size_t longest = ta->length > tb->length ? ta->length : tb->length;

			if ((ta->kind == DOC_FULL && tb->kind == DOC_FULL) || ta->generic ||
			    ta->numbers != tb->numbers || longest < NEAR_SHORT_MIN ||
			    distance(a->keys + ta->key, ta->length, b->keys + tb->key, tb->length,
				longest / 10) > longest / 10)
				continue;
			return !has_opposites(a, ta, b, tb);
		}
	return false;
}

/* Whatever else agrees: no two titles proper of them can be those of one book. */
static bool are_opposed(const struct doc *a, const struct doc *b)
{
	return a->ntitles && b->ntitles && a->titles[0].kind <= DOC_SHORT &&
	       b->titles[0].kind <= DOC_SHORT && has_opposites(a, &a->titles[0], b, &b->titles[0]);
}

/* One is a book, the other its corrections or workbook: told by the whole title of each. */
static bool are_companions(const struct doc *a, const struct doc *b)
{
	return a->ntitles && b->ntitles && a->titles[0].latin == b->titles[0].latin &&
	       a->titles[0].companion != b->titles[0].companion;
}

/* Titles in different scripts say nothing. */
struct finding compare_titles(const struct doc *a, const struct doc *b, enum merge_level level)
{
	struct finding best = NO_FINDING;
	bool is_other_form = false; /* the best is not of whole titles */

	for (size_t i = 0; i < a->ntitles; i++)
		for (size_t k = 0; k < b->ntitles; k++) {
			const struct doc_title *ta = &a->titles[i], *tb = &b->titles[k];
			struct finding found;

			if (level != MERGE_WORK &&
			    (ta->kind == DOC_UNIFORM || tb->kind == DOC_UNIFORM))
				continue;
			found = title_pair(a, ta, b, tb);
			if (found.value == cluster_weight.title && ta->kind <= DOC_SHORT)
				return found;
			if (!found.how || (best.how && found.value <= best.value))
				continue;
			best = found;
			is_other_form = ta->kind > DOC_SHORT || tb->kind > DOC_SHORT;
		}
	if (best.how && best.value < cluster_weight.title_near_short && is_nearly_short(a, b)) {
		best = FINDING(title_near_short, "the titles proper nearly the same");
		is_other_form = true;
	}
	if (best.value > 0 && are_companions(a, b))
		return FINDING(title_conflict, "one is a companion of the other");
	return is_other_form && best.value > 0 && are_opposed(a, b) ? OPPOSED : best;
}
