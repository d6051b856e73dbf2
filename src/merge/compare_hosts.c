/* Two parts: the journals or proceedings that they were published in, and where in them. */
#include <stdlib.h>
#include <string.h>

#include "merge/compare.h"
#include "merge/doc_private.h"
#include "merge/weights.h"

#define ACRONYM_MAX 7 /* letters of a lone word that may stand for a whole name */

static size_t length_of(const char *word)
{
	const char *end = memchr(word, '\0', DOC_HOST_LETTERS);

	return end ? (size_t)(end - word) : DOC_HOST_LETTERS;
}

/* The same, or one an abbreviation of the other: its beginning ("sci" and "science"). */
static bool match(const char *a, const char *b)
{
	size_t la = length_of(a), lb = length_of(b);

	return !memcmp(a, b, la < lb ? la : lb);
}

/* How many words of the one name the other has. */
static size_t shared_words(const struct doc_host *a, const struct doc_host *b)
{
	size_t count = 0;

	for (size_t i = 0; i < a->nwords; i++)
		for (size_t k = 0; k < b->nwords; k++)
			if (match(a->words[i], b->words[k])) {
				count++;
				break;
			}
	return count;
}

/* "VLDB", "PNAS": nothing can be said about what it stands for. */
static bool is_acronym(const struct doc_host *host)
{
	return host->nwords == 1 && length_of(host->words[0]) <= ACRONYM_MAX;
}

static bool are_equal(const struct doc_host *a, const struct doc_host *b)
{
	size_t few = a->nwords < b->nwords ? a->nwords : b->nwords;
	size_t many = a->nwords + b->nwords - few;

	return few && (few == many || (few >= 2 && few * 2 >= many)) &&
	       shared_words(a->nwords == few ? a : b, a->nwords == few ? b : a) == few &&
	       (!a->kind || !b->kind || a->kind == b->kind);
}

static bool are_different(const struct doc_host *a, const struct doc_host *b)
{
	if (shared_words(a, b))
		return false;
	if (a->kind && b->kind && a->kind != b->kind)
		return true;
	return a->nwords && b->nwords && !is_acronym(a) && !is_acronym(b) &&
	       !(a->kind == DOC_HOST_MEETING && b->kind == DOC_HOST_MEETING);
}

struct finding compare_hosts(const struct doc *a, const struct doc *b)
{
	/* Any journal has editorials. */
	if (are_equal(&a->host, &b->host))
		return a->ntitles && a->titles[0].generic ? NO_FINDING : FINDING(host, "the same");
	return are_different(&a->host, &b->host) ? FINDING(host_conflict, "different") : NO_FINDING;
}

struct finding compare_host_pages(const struct doc *a, const struct doc *b)
{
	int first = a->host.first_page, other = b->host.first_page;
	int last = a->host.last_page, other_last = b->host.last_page;

	if (!first || !other)
		return NO_FINDING;
	if (first == other && last == other_last)
		return last > first ? FINDING(host_pages, "the same")
				    : FINDING(host_page, "the same first one");
	if (first == other)
		return last && other_last ? NO_FINDING : FINDING(host_page, "the same first one");
	last = last > first ? last : first;
	other_last = other_last > other ? other_last : other;
	return last < other || other_last < first ? FINDING(host_pages_conflict, "different")
						  : NO_FINDING;
}

/* Two issues of what may be the same journal. */
struct finding compare_host_issues(const struct doc *a, const struct doc *b)
{
	const struct doc_host *x = &a->host, *y = &b->host;

	bool other_volume = x->volume && y->volume && x->volume != y->volume;
	bool other_issue = x->issue && y->issue && x->issue != y->issue;

	return (other_volume || other_issue) && shared_words(x, y)
		   ? FINDING(host_issue_conflict, "different")
		   : NO_FINDING;
}
