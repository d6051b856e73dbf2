/* Two records' authors: the best agreement of any two of their names. */
#include "merge/compare.h"
#include "merge/doc_private.h"
#include "merge/weights.h"

#define NEAR_NAME_MIN 4
/* Authors of a paper that say more together than one: two often write together. */
#define LIST_MIN 3

enum name_match { NAME_UNKNOWN, NAME_CONFLICT, NAME_PARTIAL, NAME_NEAR, NAME_SLIP, NAME_AGREES };

static bool stands_for(const struct doc_name_token *a, const struct doc_name_token *b)
{
	if (a->hash == b->hash)
		return true;
	if (a->initial != b->initial)
		return false;
	return a->is_initial || b->is_initial || a->may_be_initials != b->may_be_initials;
}

/* A word that may be another misspelt: of much the same letters and length. */
static bool is_near(const struct doc_name_token *a, const struct doc_name_token *b)
{
	int longer = a->length - b->length;

	return a->initial == b->initial && a->length >= NEAR_NAME_MIN &&
	       b->length >= NEAR_NAME_MIN && longer <= 1 && longer >= -1 && a->letters &&
	       b->letters && __builtin_popcount(a->letters ^ b->letters) <= 2;
}

/* Every full word of `from` stands in `in`, whole, as an initial, or perhaps misspelt. */
static bool is_inside(const struct doc_name_token *from, size_t nfrom,
    const struct doc_name_token *in, size_t nin, bool misspelt)
{
	bool found = true;

	for (size_t i = 0; i < nfrom && found; i++) {
		found = from[i].is_initial;
		for (size_t k = 0; k < nin && !found; k++)
			found =
			    stands_for(&from[i], &in[k]) || (misspelt && is_near(&from[i], &in[k]));
	}
	return found;
}

/* One of the names has nothing that the other has not. */
static bool fits(const struct doc_name_token *a, size_t na, const struct doc_name_token *b,
    size_t nb, bool misspelt)
{
	return is_inside(a, na, b, nb, misspelt) || is_inside(b, nb, a, na, misspelt);
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
	if (!fits(ta, na->ntokens, tb, nb->ntokens, true))
		return NAME_PARTIAL;
	return fits(ta, na->ntokens, tb, nb->ntokens, false) ? NAME_AGREES : NAME_SLIP;
}

/* How many authors of the one the other has too. */
static size_t shared_names(const struct doc *a, const struct doc *b)
{
	size_t count = 0;

	for (size_t i = 0; i < a->nnames; i++)
		for (size_t k = 0; k < b->nnames; k++)
			if (match_names(a, &a->names[i], b, &b->names[k]) >= NAME_SLIP) {
				count++;
				break;
			}
	return count;
}

enum list_match { LIST_UNKNOWN, LIST_DIFFERS, LIST_AGREES };

/* A paper names all who wrote it: of two whole lists, most of the shorter must be in both. */
static enum list_match match_lists(const struct doc *a, const struct doc *b)
{
	size_t few = a->nnames < b->nnames ? a->nnames : b->nnames, shared, other;

	if (!doc_is_paper(a) || !doc_is_paper(b) || few < 2)
		return LIST_UNKNOWN;
	shared = shared_names(a, b);
	other = shared_names(b, a); /* not the same where a name is there twice */
	shared = other < shared ? other : shared;
	if (shared == few && few >= LIST_MIN)
		return LIST_AGREES;
	return shared * 2 < few && a->nnames < DOC_NAMES_MAX && b->nnames < DOC_NAMES_MAX
		   ? LIST_DIFFERS
		   : LIST_UNKNOWN;
}

struct finding compare_authors(const struct doc *a, const struct doc *b)
{
	enum name_match best = NAME_UNKNOWN;
	bool mains = false;

	for (size_t i = 0; i < a->nnames && best != NAME_AGREES; i++)
		for (size_t k = 0; k < b->nnames && best != NAME_AGREES; k++) {
			enum name_match match = match_names(a, &a->names[i], b, &b->names[k]);

			mains |= match != NAME_UNKNOWN && a->names[i].main && b->names[k].main;
			best = match > best ? match : best;
		}
	if (best >= NAME_NEAR)
		switch (match_lists(a, b)) {
		case LIST_DIFFERS: best = NAME_PARTIAL; break;
		case LIST_AGREES: return FINDING(author_list, "all the same");
		case LIST_UNKNOWN: break;
		}
	switch (best) {
	case NAME_AGREES: return FINDING(author, "the same");
	case NAME_SLIP: return FINDING(author_slip, "the same but for a slip");
	case NAME_NEAR: return FINDING(author_near, "much the same spelling");
	case NAME_PARTIAL: return FINDING(author_partial, "a name in common, others not");
	case NAME_CONFLICT:
		return mains ? FINDING(author_conflict, "different")
			     : FINDING(author_conflict_added, "different, not both main entries");
	case NAME_UNKNOWN: break;
	}
	return NO_FINDING;
}
