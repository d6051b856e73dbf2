/* Values as other schemas write them, into MARC's fields and codes. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/marc_build.h"

char *marc_build_line(struct arena *arena, const char *text)
{
	char *line = arena_alloc(arena, strlen(text) + 1), *out = line;

	for (; *text; text++) {
		bool blank = strchr(" \t\r\n", *text) != NULL;

		if (!blank)
			*out++ = *text;
		else if (out > line && out[-1] != ' ')
			*out++ = ' ';
	}
	if (out > line && out[-1] == ' ')
		out--;
	*out = '\0';
	return line;
}

/* ---- dates ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The first four digits that stand alone. */
static const char *find_year(const char *text)
{
	for (; *text; text++) {
		size_t length = strspn(text, "0123456789");

		if (length == 4 || length == 8 || length == 6) /* 20190131, 201901 */
			return text[0] == '1' || text[0] == '2' ? text : NULL;
		if (length)
			text += length - 1;
	}
	return NULL;
}

void marc_build_year(struct marc_build *build, const char *text)
{
	const char *year = find_year(text), *end;

	if (!year || is_digit(build->fixed[7]))
		return;
	build->fixed[6] = 's';
	memcpy(build->fixed + 7, year, 4);
	/* "1950-1956", and not "1950-12" or "1950-06-01" */
	end = year + 4;
	if (*end == '-' && strspn(end + 1, "0123456789") == 4 && memcmp(end + 1, year, 4) > 0) {
		build->fixed[6] = 'm';
		memcpy(build->fixed + 11, end + 1, 4);
	}
}

/* ---- languages ---- */

/* ISO 639-1, ISO 639-2's terminological codes and English or own names, to MARC's codes, for the
 * languages that catalogues hold most of. */
static const struct {
	const char *code; /* MARC's */
	const char *others;
} languages[] = {
    {"ind", " id in indonesian indonesia bahasa indonesia "},
    {"eng", " en english inggris "},
    {"may", " ms msa malay melayu "},
    {"jav", " jv javanese jawa "},
    {"sun", " su sundanese sunda "},
    {"mad", " madurese madura "},
    {"ban", " balinese bali "},
    {"min", " minangkabau "},
    {"ace", " acehnese aceh "},
    {"bug", " bugis buginese "},
    {"ara", " ar arabic arab "},
    {"dut", " nl nld dutch nederlands belanda "},
    {"ger", " de deu german deutsch jerman "},
    {"fre", " fr fra french fran\xC3\xA7"
	    "ais perancis prancis "},
    {"spa", " es spanish espa\xC3\xB1ol spanyol "},
    {"por", " pt portuguese portugu\xC3\xAAs "},
    {"ita", " it italian italiano "},
    {"lat", " la latin "},
    {"grc", " "},
    {"gre", " el ell greek "},
    {"rus", " ru russian "},
    {"ukr", " uk ukrainian "},
    {"pol", " pl polish polski "},
    {"cze", " cs ces czech "},
    {"slo", " sk slk slovak "},
    {"hun", " hu hungarian magyar "},
    {"rum", " ro ron romanian "},
    {"bul", " bg bulgarian "},
    {"hrv", " hr croatian "},
    {"srp", " sr serbian "},
    {"slv", " sl slovenian "},
    {"mac", " mk mkd macedonian "},
    {"alb", " sq sqi albanian "},
    {"swe", " sv swedish svenska "},
    {"dan", " da danish dansk "},
    {"nor", " no norwegian norsk "},
    {"fin", " fi finnish suomi "},
    {"ice", " is isl icelandic "},
    {"est", " et estonian "},
    {"lav", " lv latvian "},
    {"lit", " lt lithuanian "},
    {"wel", " cy cym welsh "},
    {"gle", " ga irish "},
    {"baq", " eu eus basque "},
    {"cat", " ca catalan "},
    {"glg", " gl galician "},
    {"chi", " zh zho chinese mandarin cina "},
    {"jpn", " ja japanese jepang "},
    {"kor", " ko korean "},
    {"vie", " vi vietnamese "},
    {"tha", " th thai "},
    {"khm", " km khmer "},
    {"bur", " my mya burmese "},
    {"tgl", " tl tagalog "},
    {"hin", " hi hindi "},
    {"urd", " ur urdu "},
    {"ben", " bn bengali "},
    {"tam", " ta tamil "},
    {"san", " sa sanskrit "},
    {"per", " fa fas persian "},
    {"tur", " tr turkish "},
    {"heb", " he iw hebrew "},
    {"arm", " hy hye armenian "},
    {"geo", " ka kat georgian "},
    {"tib", " bo bod tibetan "},
    {"afr", " af afrikaans "},
    {"swa", " sw swahili "},
};

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = strstr(words, word); at; at = strstr(at + 1, word))
		if (at[-1] == ' ' && at[length] == ' ')
			return true;
	return false;
}

static bool is_code(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz") == 3 && !text[3];
}

/* NULL: neither a code nor a name. */
static const char *language_code(struct arena *arena, const char *text)
{
	static const char *const heads[] = {"http://id.loc.gov/vocabulary/iso639-2/",
	    "http://id.loc.gov/vocabulary/languages/", "http://lexvo.org/id/iso639-3/"};
	char *word = text_lower(arena, text);

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (strncmp(word, heads[i], strlen(heads[i])) == 0)
			word += strlen(heads[i]);
	/* "en-US", "id_ID" */
	if (strcspn(word, "-_") == 2 || strcspn(word, "-_") == 3)
		word = arena_strndup(arena, word, strcspn(word, "-_"));
	for (size_t i = 0; *word && i < sizeof languages / sizeof *languages; i++)
		if (strcmp(word, languages[i].code) == 0 || has_word(languages[i].others, word))
			return languages[i].code;
	return is_code(word) ? word : NULL;
}

static void add_code(struct marc_build *build, const char *code)
{
	if (memcmp(build->fixed + 35, "und", 3) == 0)
		memcpy(build->fixed + 35, code, 3);
	for (size_t i = 0; i < build->marc->nfields; i++) {
		const struct marc_field *field = &build->marc->fields[i];

		if (strcmp(field->tag, "041") == 0 && strcmp(marc_subfield(field, 'a'), code) == 0)
			return;
	}
	marc_build_text(build, "041", "  ", 'a', code);
}

void marc_build_language(struct marc_build *build, const char *text)
{
	const char *line = marc_build_line(build->arena, text);
	const char *code = language_code(build->arena, line);

	if (!*line)
		return;
	if (code)
		add_code(build, code);
	else
		marc_build_text(build, "546", "  ", 'a', line);
}

/* ---- identifiers ---- */

/* Digits (and a last X) with hyphens and blanks between; the digits go into `out`. */
static size_t collect(const char *text, char out[16])
{
	size_t count = 0;

	for (; *text; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		if (count == 13 || (!is_digit(*text) && !(*text == 'X' || *text == 'x')) ||
		    (count && out[count - 1] == 'X'))
			break;
		out[count++] = *text == 'x' ? 'X' : *text;
	}
	out[count] = '\0';
	/* A qualifier may stand after it: "(pbk.)". */
	return !*text || *text == '(' || *text == ':' ? count : 0;
}

/* Weights from `count` down, modulo 11 (the old ISBN, and the ISSN). */
static bool checks_11(const char *digits, int count)
{
	int sum = 0;

	for (int i = 0; i < count; i++)
		sum += (digits[i] == 'X' ? 10 : digits[i] - '0') * (count - i);
	return sum % 11 == 0;
}

static bool looks_like_isbn(const char *text)
{
	char digits[16];
	size_t count = collect(text, digits);

	return (count == 13 && (memcmp(digits, "978", 3) == 0 || memcmp(digits, "979", 3) == 0)) ||
	       (count == 10 && checks_11(digits, 10));
}

static bool looks_like_issn(const char *text)
{
	char digits[16];

	return strlen(text) == 9 && text[4] == '-' && collect(text, digits) == 8 &&
	       checks_11(digits, 8);
}

enum number { NUMBER_ISBN, NUMBER_ISSN, NUMBER_LCCN, NUMBER_OCLC, NUMBER_DOI, NUMBER_OTHER };

static const struct {
	const char *head;
	enum number number;
} heads[] = {{"urn:isbn:", NUMBER_ISBN}, {"isbn", NUMBER_ISBN}, {"urn:issn:", NUMBER_ISSN},
    {"eissn", NUMBER_ISSN}, {"issn", NUMBER_ISSN}, {"info:lccn/", NUMBER_LCCN},
    {"lccn", NUMBER_LCCN}, {"(ocolc)", NUMBER_OCLC}, {"info:oclcnum/", NUMBER_OCLC},
    {"oclc", NUMBER_OCLC}, {"https://doi.org/", NUMBER_DOI}, {"http://dx.doi.org/", NUMBER_DOI},
    {"https://dx.doi.org/", NUMBER_DOI}, {"http://doi.org/", NUMBER_DOI}, {"info:doi/", NUMBER_DOI},
    {"doi:", NUMBER_DOI}, {"doi ", NUMBER_DOI}};

/* What it begins with says what it is: *text is behind it then. */
static enum number strip_head(const char **text)
{
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		size_t length = strlen(heads[i].head);

		if (strncasecmp(*text, heads[i].head, length) != 0)
			continue;
		*text += length;
		/* "ISBN-13: 978…", "ISBN 10: …" */
		if (heads[i].number == NUMBER_ISBN &&
		    (strncmp(*text, "-1", 2) == 0 || strncmp(*text, " 1", 2) == 0) && (*text)[2] &&
		    strchr(": ", (*text)[3]))
			*text += 3;
		*text += strspn(*text, ": ");
		return heads[i].number;
	}
	return NUMBER_OTHER;
}

static enum number number_of(const char *type, const char **text)
{
	enum number number = strip_head(text);

	if (number != NUMBER_OTHER)
		return number;
	for (size_t i = 0; type && i < sizeof heads / sizeof *heads; i++) {
		/* "dcterms:ISBN", "isbn13" */
		const char *colon = strrchr(type, ':'), *name = colon ? colon + 1 : type;
		size_t length = strlen(heads[i].head);

		if (strncasecmp(name, heads[i].head, length) == 0 ||
		    (heads[i].head[length - 1] == ':' && strlen(name) == length - 1 &&
			strncasecmp(name, heads[i].head, length - 1) == 0))
			return heads[i].number;
	}
	if (looks_like_isbn(*text))
		return NUMBER_ISBN;
	return looks_like_issn(*text) ? NUMBER_ISSN : NUMBER_OTHER;
}

static bool is_address(const char *text)
{
	return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0 ||
	       strncasecmp(text, "ftp://", 6) == 0;
}

void marc_build_identifier(
    struct marc_build *build, const char *type, const char *value, bool invalid)
{
	const char *text = marc_build_line(build->arena, value);
	char code = invalid ? 'z' : 'a';

	switch (number_of(type, &text)) {
	case NUMBER_ISBN: marc_build_text(build, "020", "  ", code, text); return;
	case NUMBER_ISSN: marc_build_text(build, "022", "  ", code, text); return;
	case NUMBER_LCCN: marc_build_text(build, "010", "  ", code, text); return;
	case NUMBER_OCLC:
		text = arena_printf(build->arena, "(OCoLC)%s", text);
		marc_build_text(build, "035", "  ", code, text);
		return;
	case NUMBER_DOI:
		marc_build_field(build, "024", '7', ' ');
		marc_build_add(build, code, text);
		marc_build_add(build, '2', "doi");
		return;
	case NUMBER_OTHER: break;
	}
	if (is_address(text)) {
		marc_build_text(build, "856", "40", 'u', text);
		return;
	}
	if (!*text)
		return;
	marc_build_field(build, "024", type ? '7' : '8', ' ');
	marc_build_add(build, code, text);
	marc_build_add(build, '2', type);
}

/* ---- scripts ---- */

const char *marc_build_script(const char *text)
{
	static const struct {
		uint32_t first, last;
		const char *code;
	} scripts[] = {{0x41, 0x24F, ""}, {0x1E00, 0x1EFF, ""}, {0x370, 0x3FF, "(S"},
	    {0x1F00, 0x1FFF, "(S"}, {0x400, 0x52F, "(N"}, {0x590, 0x5FF, "(2"},
	    {0x600, 0x77F, "(3"}, {0xFB50, 0xFDFF, "(3"}, {0x2E80, 0x9FFF, "$1"},
	    {0xAC00, 0xD7AF, "$1"}};
	size_t length = strlen(text), taken;
	uint32_t c;

	for (; length && (taken = text_decode(text, length, &c)) > 0;
	     length -= taken, text += taken)
		for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
			if (c >= scripts[i].first && c <= scripts[i].last)
				return scripts[i].code;
	return NULL;
}

static void link_title(struct marc_build *build, struct marc_field *title)
{
	struct marc_subfield *subfields =
	    arena_array(build->arena, title->nsubfields + 1, sizeof *subfields);

	subfields[0] = (struct marc_subfield){'6', "880-01"};
	memcpy(subfields + 1, title->subfields, title->nsubfields * sizeof *subfields);
	title->subfields = subfields;
	title->nsubfields++;
	build->nsubfields++;
}

bool marc_build_script_title(struct marc_build *build, const char *title, const char *rest)
{
	const struct marc_field *first = marc_find(build->marc, "245", NULL);
	const char *own, *other = marc_build_script(title);

	if (!first || !first->nsubfields || marc_build_has(build, "880") || !other)
		return false;
	own = marc_build_script(first->subfields[0].value);
	if (!own || strcmp(own, other) == 0)
		return false;
	link_title(build, &build->marc->fields[first - build->marc->fields]);
	marc_build_field(build, "880", first->indicator1, '0');
	marc_build_add(build, '6',
	    arena_printf(build->arena, "245-01%s%s%s", *other ? "/" : "", other,
		strcmp(other, "(3") && strcmp(other, "(2") ? "" : "/r"));
	marc_build_add(build, 'a', title);
	marc_build_add(build, 'b', rest);
	return true;
}
