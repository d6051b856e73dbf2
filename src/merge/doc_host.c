/* What a part was published in: the name of its journal or proceedings, and where in it. */
#include <stdlib.h>
#include <string.h>

#include "merge/doc_private.h"
#include "merge/fold.h"

#define NAME_BYTES 256
#define WORD_MAX 24

struct reading {
	struct doc_host *host;
	bool has_journal, has_meeting, has_proceedings, is_body, is_series; /* words say so */
};

static bool in_list(const char *list, const char *word, size_t length)
{
	char padded[WORD_MAX + 3];

	if (length > WORD_MAX)
		return false;
	padded[0] = ' ';
	memcpy(padded + 1, word, length);
	padded[length + 1] = ' ';
	padded[length + 2] = '\0';
	return strstr(list, padded);
}

/* Words that stand in too many names to tell them apart. */
static bool is_filler(const char *word, size_t length)
{
	static const char list[] =
	    " the of and in on for to a an at from its with de der des die du la le les l et en "
	    "und tot van dan pada acm ieee siam usenix springer inc press annual international "
	    "intl "
	    "int national hellip in th st nd rd ";

	return length == 1 || (word[0] >= '0' && word[0] <= '9') || in_list(list, word, length);
}

static bool is_journal(const char *word, size_t length)
{
	static const char list[] =
	    " journal j jnl jurnal zeitschrift transactions trans letters lett communications "
	    "commun comm annals ann quarterly bulletin bull magazine review reviews rev record "
	    "archives arch majalah revue bijdragen ";

	return in_list(list, word, length);
}

static bool is_meeting(const char *word, size_t length)
{
	static const char list[] = " conference conf symposium symp sympos workshop congress "
				   "colloquium meeting seminar konferensi prosiding ";

	return in_list(list, word, length);
}

/* Proceedings are those of a meeting, unless an academy has them. */
static bool is_proceedings(const char *word, size_t length)
{
	return in_list(" proceedings proc procs preproceedings ", word, length);
}

static bool is_body(const char *word, size_t length)
{
	static const char list[] =
	    " ieee royal society soc academy acad national natl institution institute ";

	return in_list(list, word, length);
}

/* A series of books, or no publication at all, says nothing about where it was published. */
static bool is_no_host(const char *word, size_t length)
{
	return in_list(" arxiv corr preprint manuscript thesis lecture lncs ", word, length);
}

static void take_word(struct reading *reading, const char *word, size_t length)
{
	struct doc_host *host = reading->host;
	bool proceedings = is_proceedings(word, length), meeting = is_meeting(word, length);

	reading->is_series |= is_no_host(word, length);
	reading->has_journal |= is_journal(word, length);
	reading->has_meeting |= meeting;
	reading->has_proceedings |= proceedings;
	reading->is_body |= is_body(word, length);
	if (meeting || proceedings || doc_month(word, length) || is_filler(word, length) ||
	    in_list(" journal jnl jurnal ", word, length) || host->nwords == DOC_HOST_WORDS_MAX)
		return;
	memcpy(host->words[host->nwords++], word,
	    length < DOC_HOST_LETTERS ? length : DOC_HOST_LETTERS);
}

static void read_name(struct doc_host *host, const char *name)
{
	struct reading reading = {.host = host, .has_journal = host->volume && host->issue};
	char folded[NAME_BYTES];
	struct fold fold;
	const char *word;

	fold_init(&fold, folded, sizeof folded, NULL, 0);
	fold_add(&fold, name);
	for (size_t at = 0, length; (word = fold_next(&fold, &at, &length));)
		take_word(&reading, word, length);
	reading.has_meeting |= reading.has_proceedings && !reading.is_body;
	if (reading.is_series) {
		memset(host->words, 0, sizeof host->words);
		host->nwords = 0;
	} else if (reading.has_journal != reading.has_meeting) {
		host->kind = reading.has_journal ? DOC_HOST_JOURNAL : DOC_HOST_MEETING;
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Letters before `at`, behind which there may be a full stop and blanks: "p. ", "vol ". */
static bool is_after_word(const char *text, const char *at, const char *list)
{
	char word[WORD_MAX];
	size_t length = 0;
	const char *end;

	while (at > text && (at[-1] == ' ' || at[-1] == '.' || at[-1] == ':'))
		at--;
	for (end = at; at > text && is_letter(at[-1]) && length < sizeof word - 1; length++)
		at--;
	for (size_t i = 0; at + i < end; i++)
		word[i] = (char)(at[i] | 32);
	return length && in_list(list, word, length);
}

static int number_at(const char *at)
{
	long number = strtol(at, NULL, 10);

	return number > 0 && number < 10000000 ? (int)number : 0;
}

/* Behind a hyphen or dash: the number there, whole where its beginning was left out (377-87). */
static int range_end(const char *at, int first)
{
	int last, whole = 1;

	while (*at == ' ')
		at++;
	if (*at == '-')
		at += strspn(at, "-");
	else if (!strncmp(at, "\xE2\x80\x93", 3) || !strncmp(at, "\xE2\x80\x94", 3))
		at += 3;
	else
		return 0;
	while (*at == ' ')
		at++;
	last = is_digit(*at) ? number_at(at) : 0;
	while (whole <= last)
		whole *= 10;
	return last && last < first ? first - first % whole + last : last;
}

/* Of a volume or an issue. */
static int16_t small(int number)
{
	return (int16_t)(number <= INT16_MAX ? number : 0);
}

static bool is_year(int number, size_t digits)
{
	return digits == 4 && number >= 1500 && number < 2100;
}

static void take_pages(struct doc_host *host, const char *behind, int number)
{
	host->first_page = number;
	host->last_page = range_end(behind, number);
}

/* "Vol. 24, no. 3 (Sept. 1970), p. 377-387", "13(6), 1970, 377-87", "24:3<377". */
static void read_place(struct doc_host *host, const char *text)
{
	for (const char *at = text; *at;) {
		size_t digits = strspn(at, "0123456789");
		int number = digits ? number_at(at) : 0;
		const char *next = at + (digits ? digits : 1);
		char before = at > text ? at[-1] : ' ';

		if (digits && !host->first_page &&
		    (before == '<' ||
			is_after_word(text, at, " p pp pg page pages s ss hlm hal halaman e ")))
			take_pages(host, next, number);
		else if (digits &&
			 is_after_word(text, at, " vol v volume jilid bd band t tome jg "))
			host->volume = small(number);
		else if (digits &&
			 (is_after_word(text, at, " no nr number issue heft iss nomor ") ||
			     (host->volume && !host->issue && before == '(' &&
				 !is_year(number, digits))))
			host->issue = small(number);
		else if (digits && !is_year(number, digits) && !host->first_page &&
			 range_end(next, number) > number && before != '(')
			take_pages(host, next, number);
		else if (digits && !is_year(number, digits) && !host->volume && !host->first_page)
			host->volume = small(number);
		at = next;
		if (host->last_page && digits)
			at += strspn(at, "- 0123456789");
	}
}

void doc_add_host(struct doc *doc, const struct bib *bib)
{
	if (bib->host_part)
		read_place(&doc->host, bib->host_part);
	if (bib->host)
		read_name(&doc->host, bib->host);
}

bool doc_is_paper(const struct doc *doc)
{
	return doc->level == BIB_PART || doc->host.nwords || doc->host.first_page;
}
