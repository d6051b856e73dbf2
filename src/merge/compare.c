/* Two records: guards and evidence. */
#include <stdlib.h>
#include <string.h>

#include "merge/cluster.h"
#include "merge/doc_private.h"
#include "merge/fold.h"
#include "merge/weights.h"

#define SLIP_WORD_MIN 4	 /* letters of a title's word that may be misspelt */
#define SLIP_TITLE_MIN 7 /* and of a title */
#define NEAR_NAME_MIN 4
#define NEAR_SHORT_MIN 16 /* letters of a title proper that are enough for likeness */

struct cluster_guard cluster_guard_of(const struct doc *doc)
{
	return (struct cluster_guard){.level = doc->level,
	    .form = doc->form == BIB_MANUSCRIPT ? BIB_TEXT
						: doc->form, /* theses are catalogued as both */
	    .carrier = doc->carrier,
	    .volume = doc->volume,
	    .edition = doc->edition,
	    .is_set = doc->is_set};
}

const char *cluster_guard_conflict(
    const struct cluster_guard *a, const struct cluster_guard *b, enum merge_level level)
{
	if (a->level != b->level)
		return "level";
	if (a->form != b->form && a->form != BIB_FORM_UNKNOWN && b->form != BIB_FORM_UNKNOWN)
		return "form";
	if (a->volume != b->volume && ((a->volume && b->volume) || level == MERGE_STRICT))
		return "volume";
	if ((a->is_set && b->volume) || (b->is_set && a->volume))
		return "volume";
	if (level == MERGE_WORK)
		return NULL;
	if (a->carrier != b->carrier && a->carrier != BIB_CARRIER_UNKNOWN &&
	    b->carrier != BIB_CARRIER_UNKNOWN)
		return "carrier";
	if (a->edition && b->edition && a->edition != b->edition)
		return "edition";
	return NULL;
}

struct cluster_guard cluster_guard_join(struct cluster_guard a, const struct cluster_guard *b)
{
	a.form = a.form == BIB_FORM_UNKNOWN ? b->form : a.form;
	a.carrier = a.carrier == BIB_CARRIER_UNKNOWN ? b->carrier : a.carrier;
	a.volume = a.volume ? a.volume : b->volume;
	a.edition = a.edition ? a.edition : b->edition;
	a.is_set |= b->is_set;
	return a;
}

static void add(struct cluster_evidence *out, const char *name, double value)
{
	if (value == 0 || out->nrows == CLUSTER_ROWS_MAX)
		return;
	out->rows[out->nrows++] = (struct cluster_row){name, value};
	out->npositive += value > 0;
	out->total += value;
}

static double isbn_value(const struct cluster_pool *pool, const struct doc *a, const struct doc *b,
    uint64_t flags, uint64_t id)
{
	bool on_volume = (flags & DOC_ID_SET) ? a->volume || b->volume : !a->volume != !b->volume;

	if (flags & DOC_ID_WEAK)
		return cluster_weight.isbn_cancelled;
	if (pool && cluster_pool_is_shared(pool, id))
		return cluster_weight.isbn_shared;
	return on_volume ? cluster_weight.isbn_set : cluster_weight.isbn;
}

/* How many strong identifiers of a kind a record has. */
static unsigned count_ids(const struct doc *doc, enum doc_id_kind kind)
{
	unsigned count = 0;

	for (size_t i = 0; i < doc->nids; i++)
		count += DOC_ID_KIND(doc->ids[i]) == kind && !(doc->ids[i] & DOC_ID_WEAK);
	return count;
}

static bool both_have(const struct doc *a, const struct doc *b, enum doc_id_kind kind)
{
	return count_ids(a, kind) && count_ids(b, kind);
}

/* The best agreement of each kind counts once. */
static void add_identifiers(const struct cluster_pool *pool, const struct doc *a,
    const struct doc *b, struct cluster_evidence *out)
{
	double isbn = 0, issn = 0, number = 0;

	for (size_t i = 0, k = 0; i < a->nids && k < b->nids;) {
		uint64_t x = a->ids[i] & DOC_ID_VALUE, y = b->ids[k] & DOC_ID_VALUE;
		uint64_t flags = (a->ids[i] | b->ids[k]) & ~DOC_ID_VALUE;

		if (x != y) {
			x < y ? i++ : k++;
			continue;
		}
		if (DOC_ID_KIND(x) == DOC_ISBN) {
			double value = isbn_value(pool, a, b, flags, x);

			isbn = value > isbn ? value : isbn;
		} else if (DOC_ID_KIND(x) == DOC_ISSN) {
			issn = flags & DOC_ID_WEAK ? issn : cluster_weight.issn;
		} else if (DOC_ID_KIND(x) != DOC_CONTROL) {
			number = cluster_weight.number;
		}
		i++, k++;
	}
	if (!isbn && both_have(a, b, DOC_ISBN))
		isbn = cluster_weight.isbn_differs;
	if (!issn && both_have(a, b, DOC_ISSN))
		issn = cluster_weight.issn_differs;
	if (!number && both_have(a, b, DOC_LCCN))
		number = cluster_weight.number_differs;
	add(out, "isbn", isbn);
	add(out, "issn", issn);
	add(out, "number", number);
}

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

/* Words that differ little, or stand in otherwise equal titles, and make them two books. */
static const char *const opposites[][2] = {{"mikro", "makro"}, {"micro", "macro"},
    {"mikroekonomi", "makroekonomi"}, {"microeconomics", "macroeconomics"},
    {"microeconomic", "macroeconomic"}, {"mikroekonomika", "makroekonomika"}, {"north", "south"},
    {"east", "west"}, {"northern", "southern"}, {"eastern", "western"}, {"utara", "selatan"},
    {"timur", "barat"}, {"utara", "barat"}, {"utara", "timur"}, {"selatan", "barat"},
    {"selatan", "timur"}, {"timur", "tengah"}, {"barat", "tengah"}, {"organic", "inorganic"},
    {"organik", "anorganik"}, {"men", "women"}, {"man", "woman"}, {"boys", "girls"},
    {"student", "teacher"}, {"students", "teachers"}, {"siswa", "guru"}, {"putra", "putri"},
    {"import", "export"}, {"impor", "ekspor"}, {"upper", "lower"}, {"primary", "secondary"},
    {"elementary", "advanced"}, {"elementary", "intermediate"}, {"intermediate", "advanced"},
    {"internal", "external"}, {"old", "new"}, {"lama", "baru"}, {"junior", "senior"},
    {"public", "private"}, {"perdata", "pidana"}, {"materiil", "formil"}, {"mono", "stereo"}};

static uint32_t token_of(const char *word)
{
	char key[64];

	return fold_hash(key, doc_key_word(word, strlen(word), false, key, sizeof key));
}

static bool has_token(const struct doc *doc, const struct doc_title *title, uint32_t token)
{
	for (size_t i = 0; i < title->ntokens; i++)
		if (doc->tokens[title->token + i] == token)
			return true;
	return false;
}

/* One has the one word, the other has the other, and neither has both. */
static bool has_opposites(const struct doc *a, const struct doc_title *ta, const struct doc *b,
    const struct doc_title *tb)
{
	for (size_t i = 0; i < sizeof opposites / sizeof *opposites; i++) {
		uint32_t x = token_of(opposites[i][0]), y = token_of(opposites[i][1]);
		bool ax = has_token(a, ta, x), ay = has_token(a, ta, y);

		if (ax != ay && has_token(b, tb, x) == ay && has_token(b, tb, y) == ax)
			return true;
	}
	return false;
}

/* Whole titles that are not equal: nearly so, one going on where the other stops, or different. */
static double compare_wording(const struct doc *a, const struct doc_title *ta, const struct doc *b,
    const struct doc_title *tb)
{
	const char *ka = a->keys + ta->key, *kb = b->keys + tb->key;
	size_t longest = ta->length > tb->length ? ta->length : tb->length;
	size_t shortest = ta->length + tb->length - longest;
	size_t few = ta->ntokens < tb->ntokens ? ta->ntokens : tb->ntokens;
	size_t common =
	    overlap(a->tokens + ta->token, ta->ntokens, b->tokens + tb->token, tb->ntokens);
	size_t all = (size_t)ta->ntokens + tb->ntokens - common;

	if (ta->numbers != tb->numbers && ta->numbers && tb->numbers)
		return cluster_weight.title_conflict;
	if (ta->numbers == tb->numbers && shortest >= SLIP_TITLE_MIN &&
	    is_one_slip(ka, ta->length, kb, tb->length))
		return longest >= 20 ? cluster_weight.title_near : cluster_weight.title_slip;
	if (ta->numbers == tb->numbers && common * 2 >= few && common) {
		size_t apart = distance(ka, ta->length, kb, tb->length, longest / 10);

		if (apart * 20 <= longest)
			return cluster_weight.title_near;
		if (apart * 10 <= longest)
			return cluster_weight.title_close;
		if (few >= 3 && is_beginning(ta->length == shortest ? ka : kb, shortest,
				    ta->length == shortest ? kb : ka, longest))
			return cluster_weight.title_short;
	}
	if (all && common * 5 >= all * 4 && ta->numbers == tb->numbers)
		return cluster_weight.title_words;
	return common * 2 >= all && all ? cluster_weight.title_similar
					: cluster_weight.title_conflict;
}

static double unequal_titles(const struct doc *a, const struct doc_title *ta, const struct doc *b,
    const struct doc_title *tb)
{
	double value = compare_wording(a, ta, b, tb);

	return value > 0 && has_opposites(a, ta, b, tb) ? cluster_weight.title_conflict : value;
}

/* Both have subtitles, which differ while the titles proper agree: the same when one subtitle
 * holds (nearly) all words of the other. */
static double differing_subtitles(const struct doc *a, const struct doc *b)
{
	const struct doc_title *ta = &a->titles[0], *tb = &b->titles[0];
	size_t few = ta->ntokens < tb->ntokens ? ta->ntokens : tb->ntokens;
	size_t common =
	    overlap(a->tokens + ta->token, ta->ntokens, b->tokens + tb->token, tb->ntokens);

	if (ta->numbers != tb->numbers)
		return cluster_weight.title_subtitles;
	if (has_opposites(a, ta, b, tb))
		return cluster_weight.title_conflict;
	return common * 5 >= few * 4 ? cluster_weight.title_near : cluster_weight.title_subtitles;
}

static bool is_whole(const struct doc_title *title)
{
	return title->kind == DOC_FULL || title->kind == DOC_SCRIPT;
}

static double equal_titles(const struct doc *a, const struct doc_title *ta, const struct doc *b,
    const struct doc_title *tb)
{
	if (ta->kind == DOC_SHORT && tb->kind == DOC_SHORT)
		return differing_subtitles(a, b);
	if (ta->kind == DOC_UNIFORM || tb->kind == DOC_UNIFORM || (is_whole(ta) && is_whole(tb)))
		return cluster_weight.title;
	if (ta->kind <= DOC_SHORT && tb->kind <= DOC_SHORT)
		return a->level == BIB_SERIAL ? cluster_weight.title_serial
					      : cluster_weight.title_short;
	return cluster_weight.title_alternate;
}

#define NOT_COMPARED (-1e6)

static double title_pair(const struct doc *a, const struct doc_title *ta, const struct doc *b,
    const struct doc_title *tb)
{
	double value;

	if (ta->latin != tb->latin)
		return NOT_COMPARED;
	if (ta->hash == tb->hash)
		value = equal_titles(a, ta, b, tb);
	else if (ta->kind == tb->kind && is_whole(ta))
		value = unequal_titles(a, ta, b, tb);
	else
		return NOT_COMPARED;
	return value > 0 && ta->generic ? value * cluster_weight.generic : value;
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

/* The best agreement of any two forms; titles in different scripts say nothing. */
static double title_value(const struct doc *a, const struct doc *b, enum merge_level level)
{
	double best = NOT_COMPARED;

	for (size_t i = 0; i < a->ntitles; i++)
		for (size_t k = 0; k < b->ntitles; k++) {
			const struct doc_title *ta = &a->titles[i], *tb = &b->titles[k];
			double value;

			if (level != MERGE_WORK &&
			    (ta->kind == DOC_UNIFORM || tb->kind == DOC_UNIFORM))
				continue;
			value = title_pair(a, ta, b, tb);
			if (value == cluster_weight.title)
				return value;
			best = value > best ? value : best;
		}
	if (best < cluster_weight.title_near_short && best != NOT_COMPARED)
		best = is_nearly_short(a, b) ? cluster_weight.title_near_short : best;
	return best == NOT_COMPARED ? 0 : best;
}

enum name_match { NAME_UNKNOWN, NAME_CONFLICT, NAME_PARTIAL, NAME_NEAR, NAME_AGREES };

static bool stands_for(const struct doc_name_token *a, const struct doc_name_token *b)
{
	return a->hash == b->hash || ((a->is_initial || b->is_initial) && a->initial == b->initial);
}

/* Full words of `from` that `in` has neither whole nor as an initial. */
static size_t unmatched(
    const struct doc_name_token *from, size_t nfrom, const struct doc_name_token *in, size_t nin)
{
	size_t count = 0;

	for (size_t i = 0; i < nfrom; i++) {
		bool found = from[i].is_initial;

		for (size_t k = 0; k < nin && !found; k++)
			found = stands_for(&from[i], &in[k]);
		count += !found;
	}
	return count;
}

static size_t common_words(
    const struct doc_name_token *a, size_t na, const struct doc_name_token *b, size_t nb)
{
	size_t count = 0;

	for (size_t i = 0; i < na; i++)
		for (size_t k = 0; k < nb; k++)
			if (!a[i].is_initial && a[i].hash == b[k].hash) {
				count++;
				break;
			}
	return count;
}

/* A word that may be another misspelt: of much the same letters and length. */
static bool is_near(const struct doc_name_token *a, const struct doc_name_token *b)
{
	int longer = a->length - b->length;

	return a->length >= NEAR_NAME_MIN && b->length >= NEAR_NAME_MIN && longer <= 1 &&
	       longer >= -1 && a->letters && b->letters &&
	       __builtin_popcount(a->letters ^ b->letters) <= 2 && a->initial == b->initial;
}

static bool have_near_words(
    const struct doc_name_token *a, size_t na, const struct doc_name_token *b, size_t nb)
{
	for (size_t i = 0; i < na; i++)
		for (size_t k = 0; k < nb; k++)
			if (is_near(&a[i], &b[k]))
				return true;
	return false;
}

/* Names as sets of words, since not every name has a family name in a place of its own: they agree
 * when they share a word and neither has words that speak against the other. */
static enum name_match match_names(
    const struct doc *a, const struct doc_name *na, const struct doc *b, const struct doc_name *nb)
{
	const struct doc_name_token *ta = a->name_tokens + na->token,
				    *tb = b->name_tokens + nb->token;
	size_t few = na->ntokens < nb->ntokens ? na->ntokens : nb->ntokens, common;

	if (na->latin != nb->latin || na->corporate != nb->corporate)
		return NAME_UNKNOWN;
	common = common_words(ta, na->ntokens, tb, nb->ntokens);
	if (na->corporate)
		return common * 5 >= few * 3 ? NAME_AGREES : NAME_CONFLICT;
	if (!common)
		return have_near_words(ta, na->ntokens, tb, nb->ntokens) ? NAME_NEAR
									 : NAME_CONFLICT;
	if (common >= 2 && common * 2 > few)
		return NAME_AGREES;
	if (unmatched(ta, na->ntokens, tb, nb->ntokens) &&
	    unmatched(tb, nb->ntokens, ta, na->ntokens))
		return NAME_PARTIAL;
	return NAME_AGREES;
}

static double author_value(const struct doc *a, const struct doc *b)
{
	enum name_match best = NAME_UNKNOWN;
	bool mains = false;

	for (size_t i = 0; i < a->nnames; i++)
		for (size_t k = 0; k < b->nnames; k++) {
			enum name_match match = match_names(a, &a->names[i], b, &b->names[k]);

			mains |= match != NAME_UNKNOWN && a->names[i].main && b->names[k].main;
			best = match > best ? match : best;
		}
	switch (best) {
	case NAME_AGREES: return cluster_weight.author;
	case NAME_NEAR: return cluster_weight.author_near;
	case NAME_PARTIAL: return cluster_weight.author_partial;
	case NAME_CONFLICT:
		return mains ? cluster_weight.author_conflict
			     : cluster_weight.author_conflict_added;
	case NAME_UNKNOWN: break;
	}
	return 0;
}

static double year_value(const struct doc *a, const struct doc *b)
{
	int apart = abs(a->year - b->year);

	if (!a->year || !b->year)
		return 0;
	if (a->level == BIB_SERIAL || b->level == BIB_SERIAL)
		return apart <= 1 ? cluster_weight.year_serial
				  : cluster_weight.year_serial_conflict;
	if (apart == 0 || (apart == 1 && (a->soft_year || b->soft_year)))
		return cluster_weight.year;
	if (apart == 1)
		return cluster_weight.year_near;
	if (a->year == b->other_year || b->year == a->other_year ||
	    (a->other_year && a->other_year == b->other_year))
		return cluster_weight.year_other;
	return cluster_weight.year_conflict;
}

static double pages_value(const struct doc *a, const struct doc *b)
{
	int apart = abs(a->pages - b->pages), most = a->pages > b->pages ? a->pages : b->pages;

	if (!a->pages || !b->pages)
		return 0;
	if (apart <= 5 || apart * 100 <= most * 3)
		return cluster_weight.pages;
	return apart * 10 > most ? cluster_weight.pages_conflict : 0;
}

static double publisher_value(const struct doc *a, const struct doc *b)
{
	if (!a->npublisher || !b->npublisher)
		return 0;
	for (size_t i = 0; i < a->npublisher; i++)
		for (size_t k = 0; k < b->npublisher; k++)
			if (a->publisher[i] == b->publisher[k])
				return cluster_weight.publisher;
	return cluster_weight.publisher_conflict;
}

static double series_value(const struct doc *a, const struct doc *b)
{
	if (!a->series || a->series != b->series || !a->series_volume || !b->series_volume)
		return 0;
	return a->series_volume == b->series_volume ? cluster_weight.series
						    : cluster_weight.series_conflict;
}

/* What tells editions of a work apart: left out when works are asked for. */
static void add_edition_evidence(
    const struct doc *a, const struct doc *b, struct cluster_evidence *out)
{
	add(out, "year", year_value(a, b));
	add(out, "pages", pages_value(a, b));
	add(out, "publisher", publisher_value(a, b));
	add(out, "series", series_value(a, b));
	if (a->edition && a->edition == b->edition)
		add(out, "edition", cluster_weight.edition);
	if (a->language && b->language && a->language != b->language)
		add(out, "language", cluster_weight.language_conflict);
}

static bool judge_pair(const struct cluster_pool *pool, const struct doc *a, const struct doc *b,
    enum merge_level level, struct cluster_evidence *out)
{
	struct cluster_guard ga = cluster_guard_of(a), gb = cluster_guard_of(b);

	out->guard = cluster_guard_conflict(&ga, &gb, level);
	out->nrows = out->npositive = 0;
	out->total = 0;
	out->threshold = cluster_weight.threshold[level];
	add_identifiers(pool, a, b, out);
	add(out, "title", title_value(a, b, level));
	add(out, "author", author_value(a, b));
	if (a->volume || b->volume)
		add(out, "volume",
		    a->volume == b->volume ? cluster_weight.volume
					   : cluster_weight.volume_one_sided);
	if (level != MERGE_WORK)
		add_edition_evidence(a, b, out);
	out->same =
	    !out->guard && out->npositive >= CLUSTER_POSITIVES && out->total >= out->threshold;
	return out->same;
}

/* One publication is one work: where the work's own evidence does not suffice, the edition's may.
 */
bool cluster_compare_among(const struct cluster_pool *pool, const struct doc *a,
    const struct doc *b, enum merge_level level, struct cluster_evidence *out)
{
	struct cluster_evidence edition;

	if (judge_pair(pool, a, b, level, out))
		return true;
	if (level != MERGE_WORK || !judge_pair(pool, a, b, MERGE_NORMAL, &edition))
		return false;
	*out = edition;
	return true;
}

bool cluster_compare(
    const struct doc *a, const struct doc *b, enum merge_level level, struct cluster_evidence *out)
{
	return cluster_compare_among(NULL, a, b, level, out);
}
