#include "query/rpn_term.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/diagbib1.h>
#include <yaz/oid_db.h>
#include <yaz/oid_util.h>

#include "base/arena.h"
#include "base/text.h"
#include "query/names.h"
#include "query/query.h"
#include "query/rpn.h"

enum attribute { USE = 1, RELATION, POSITION, STRUCTURE, TRUNCATION, COMPLETENESS, ATTRIBUTES };

enum { /* values of ATR.1 that matter here */
	RELATION_LT = 1,
	RELATION_LE,
	RELATION_EQ,
	RELATION_GE,
	RELATION_GT,
	RELATION_NE,
	RELATION_PHONETIC = 100,
	RELATION_STEM,
	RELATION_RELEVANCE,
	RELATION_ALWAYS,
	RELATION_WITHIN,
	POSITION_FIELD = 1,
	POSITION_SUBFIELD,
	POSITION_ANY,
	STRUCTURE_PHRASE = 1,
	STRUCTURE_WORD,
	STRUCTURE_WORD_LIST = 6,
	STRUCTURE_FREE_TEXT = 105,
	STRUCTURE_DOCUMENT_TEXT,
	TRUNCATION_RIGHT = 1,
	TRUNCATION_LEFT,
	TRUNCATION_BOTH,
	TRUNCATION_NONE = 100,
	TRUNCATION_HASH,
	TRUNCATION_REGEXP_1,
	TRUNCATION_REGEXP_2,
	TRUNCATION_Z3958
};

/* What was said of a term; 0: nothing. */
struct said {
	long value[ATTRIBUTES];
	const char *use_name; /* a use attribute by name */
};

bool rpn_fault_set(struct rpn_fault *fault, int bib1, const char *format, ...)
{
	va_list args;

	fault->bib1 = bib1;
	va_start(args, format);
	vsnprintf(fault->addinfo, sizeof fault->addinfo, format, args);
	va_end(args);
	fault
	    ->addinfo[text_cut(fault->addinfo, strlen(fault->addinfo), sizeof fault->addinfo - 1)] =
	    '\0';
	return false;
}

/* ---- attributes ---- */

static bool is_bib1(const Odr_oid *set, struct rpn_fault *fault)
{
	char text[OID_STR_MAX];

	if (!set || oid_oidcmp(set, yaz_oid_attset_bib_1) == 0)
		return true;
	oid_oid_to_dotstring(set, text);
	return rpn_fault_set(fault, YAZ_BIB1_UNSUPP_ATTRIBUTE_SET, "%s", text);
}

static int unsupported(int type)
{
	static const int codes[ATTRIBUTES] = {0, YAZ_BIB1_UNSUPP_USE_ATTRIBUTE,
	    YAZ_BIB1_UNSUPP_RELATION_ATTRIBUTE, YAZ_BIB1_UNSUPP_POSITION_ATTRIBUTE,
	    YAZ_BIB1_UNSUPP_STRUCTURE_ATTRIBUTE, YAZ_BIB1_UNSUPP_TRUNCATION_ATTRIBUTE,
	    YAZ_BIB1_UNSUPP_COMPLETENESS_ATTRIBUTE};

	return codes[type];
}

/* Names are plain: what diagnostics, logs and canonical CQL can hold. */
static bool is_name(const char *text)
{
	size_t length = strlen(text);

	if (!length || length > 64)
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr("._-", *text))
			return false;
	return true;
}

static bool read_complex(
    const Z_ComplexAttribute *complex, int type, struct said *said, struct rpn_fault *fault)
{
	const Z_StringOrNumeric *first = complex->num_list ? complex->list[0] : NULL;

	if (first && first->which == Z_StringOrNumeric_numeric) {
		said->value[type] = (long)*first->u.numeric;
		return true;
	}
	if (!first || type != USE || !is_name(first->u.string))
		return rpn_fault_set(
		    fault, unsupported(type), "%s", first ? first->u.string : "an empty list");
	said->use_name = first->u.string;
	return true;
}

static bool read_attribute(const Z_AttributeElement *element, const Odr_oid *set, struct said *said,
    struct rpn_fault *fault)
{
	Odr_int type = *element->attributeType;

	if (!is_bib1(element->attributeSet ? element->attributeSet : set, fault))
		return false;
	if (type < USE || type >= ATTRIBUTES)
		return rpn_fault_set(
		    fault, YAZ_BIB1_UNSUPP_ATTRIBUTE_TYPE, "%lld", (long long)type);
	if (said->value[type] || (type == USE && said->use_name))
		return rpn_fault_set(fault, YAZ_BIB1_UNSUPP_ATTRIBUTE_COMBI,
		    "attribute type %lld twice", (long long)type);
	if (element->which == Z_AttributeValue_complex)
		return read_complex(element->value.complex, (int)type, said, fault);
	if (*element->value.numeric <= 0 || *element->value.numeric > 1000000)
		return rpn_fault_set(
		    fault, unsupported((int)type), "%lld", (long long)*element->value.numeric);
	said->value[type] = (long)*element->value.numeric;
	return true;
}

static bool one_of(long value, const long *values)
{
	for (; *values; values++)
		if (*values == value)
			return true;
	return !value;
}

/* The values there are and this project can keep; truncation is looked at with the term. */
static bool check_values(const struct said *said, struct rpn_fault *fault)
{
	static const long relations[] = {1, 2, 3, 4, 5, 6, 100, 101, 102, 103, 104, 0};
	static const long positions[] = {1, 2, 3, 0};
	static const long structures[] = {
	    1, 2, 3, 4, 5, 6, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 0};
	static const long completeness[] = {1, 2, 3, 0};
	const struct {
		int type;
		const long *values;
	} rows[] = {{RELATION, relations}, {POSITION, positions}, {STRUCTURE, structures},
	    {COMPLETENESS, completeness}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!one_of(said->value[rows[i].type], rows[i].values))
			return rpn_fault_set(
			    fault, unsupported(rows[i].type), "%ld", said->value[rows[i].type]);
	return true;
}

/* ---- index ---- */

/* Use attributes that the tree has an index for: what its questions rank by and every profile
 * knows. The others keep their number. */
static const struct {
	long use;
	const char *set, *index;
} indexes[] = {{4, "dc", "title"}, {1003, "dc", "creator"}, {1004, "bath", "personalName"},
    {1, "bath", "personalName"}, {2, "bath", "corporateName"}, {3, "bath", "conferenceName"},
    {1002, "bath", "name"}, {1020, "dc", "editor"}, {21, "dc", "subject"},
    {62, "dc", "description"}, {1018, "dc", "publisher"}, {31, "dc", "date"}, {30, "dc", "date"},
    {1031, "dc", "type"}, {1034, "dc", "format"}, {1007, "dc", "identifier"},
    {54, "dc", "language"}, {6, "bath", "uniformTitle"}, {33, "bath", "keyTitle"},
    {58, "bath", "geographicName"}, {1079, "bath", "topicalSubject"}, {1075, "bath", "genreForm"},
    {7, "bath", "isbn"}, {8, "bath", "issn"}, {9, "bath", "lccn"},
    {1044, "bath", "possessingInstitution"}, {63, "bath", "notes"}, {5, "bib", "titleSeries"},
    {43, "bib", "titleAbbreviated"}, {59, "bib", "originPlace"}, {13, "bib", "classificationDdc"},
    {16, "bib", "classificationLcc"}, {53, "bib", "callNumber"}, {1009, "bib", "subjectName"},
    {12, "rec", "identifier"}, {1019, "rec", "source"}, {1011, "rec", "creationDate"},
    {1012, "rec", "lastModificationDate"}, {1016, "cql", "anywhere"}, {1017, "cql", "anywhere"},
    {1035, "cql", "anywhere"}, {1010, "cql", "anywhere"}};

bool rpn_known_use(long use, const char **set, const char **index)
{
	for (size_t i = 0; i < sizeof indexes / sizeof *indexes; i++) {
		if (indexes[i].use != use)
			continue;
		*set = indexes[i].set;
		*index = indexes[i].index;
		return true;
	}
	return false;
}

static void name_index(struct arena *arena, const char *name, const char **set, const char **index)
{
	const char *dot = strchr(name, '.'), *known = NULL;

	/* A dot at either end parts nothing, as in CQL. */
	if (dot && dot != name && dot[1]) {
		char *prefix = arena_strndup(arena, name, (size_t)(dot - name));

		known = names_find_set(prefix);
		known = known ? known : text_lower(arena, prefix);
		name = dot + 1;
	}
	names_resolve(arena, known ? known : "", arena_strdup(arena, name), set, index);
}

void rpn_use_index(
    struct arena *arena, long use, const char *name, const char **set, const char **index)
{
	*set = "cql";
	*index = "serverChoice";
	if (name) {
		name_index(arena, name, set, index);
		return;
	}
	if (!use)
		return;
	if (rpn_known_use(use, set, index))
		return;
	*set = "bib1";
	*index = arena_printf(arena, "%ld", use);
}

static void find_index(
    struct arena *arena, const struct said *said, const char **set, const char **index)
{
	rpn_use_index(arena, said->value[USE], said->use_name, set, index);
}

/* ---- the term ---- */

/* Bytes that are no UTF-8 are taken for ISO 8859-1; control characters become blanks. */
static char *clean(struct arena *arena, const char *bytes, size_t length)
{
	char *out = arena_alloc(arena, 2 * length + 1);
	bool utf8 = text_is_utf8(bytes, length);
	size_t at = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c < 0x20 || c == 0x7F)
			out[at++] = ' ';
		else if (c < 0x80 || utf8)
			out[at++] = (char)c;
		else
			at += text_encode(c < 0xA0 ? ' ' : c, out + at);
	}
	return text_trim(arena, out, at);
}

static bool term_text(
    struct arena *arena, const Z_Term *term, const char **out, struct rpn_fault *fault)
{
	size_t length;

	switch (term->which) {
	case Z_Term_general:
		length = (size_t)term->u.general->len;
		if (length <= QUERY_BYTES_MAX)
			*out = clean(arena, term->u.general->buf, length);
		break;
	case Z_Term_characterString:
		length = strlen(term->u.characterString);
		if (length <= QUERY_BYTES_MAX)
			*out = clean(arena, term->u.characterString, length);
		break;
	case Z_Term_numeric:
		length = 0;
		*out = arena_printf(arena, "%lld", (long long)*term->u.numeric);
		break;
	default: return rpn_fault_set(fault, YAZ_BIB1_TERM_TYPE_UNSUPP, "%s", "");
	}
	if (length > QUERY_BYTES_MAX)
		return rpn_fault_set(fault, YAZ_BIB1_TOO_MANY_CHARS_IN_SEARCH_STATEMENT,
		    "at most %d", QUERY_BYTES_MAX);
	return true;
}

/* Masks as one way of truncation writes them into the tree's: *out grows. False: a character that
 * means something the tree cannot say. */
static bool mask(long truncation, const char **text, char **out)
{
	const char *t = *text;

	switch (truncation) {
	case TRUNCATION_HASH:
		if (*t == '#') {
			*(*out)++ = '*';
			return true;
		}
		break;
	case TRUNCATION_Z3958:
		if (*t == '?' && !isdigit((unsigned char)t[1])) {
			*(*out)++ = '*';
			return true;
		}
		if (*t == '#') {
			*(*out)++ = '?';
			return true;
		}
		if (*t == '?')
			return false;
		break;
	case TRUNCATION_REGEXP_1:
	case TRUNCATION_REGEXP_2:
		if (t[0] == '.' && t[1] == '*') {
			*(*out)++ = '*';
			(*text)++;
			return true;
		}
		if (*t == '.') {
			*(*out)++ = '?';
			return true;
		}
		if (*t == '\\' && t[1])
			t = ++*text;
		else if (strchr("*+?()[]{}|^$\\", *t))
			return false;
		break;
	default: break;
	}
	if (strchr("*?^\\", *t))
		*(*out)++ = '\\';
	*(*out)++ = *t;
	return true;
}

/* The term as the tree writes it: its own masks and anchors live, everything else escaped. */
static bool write_term(struct arena *arena, const struct said *said, const char *text,
    const char **out, struct rpn_fault *fault)
{
	long truncation = said->value[TRUNCATION];
	bool first =
	    said->value[POSITION] == POSITION_FIELD || said->value[POSITION] == POSITION_SUBFIELD;
	char *term = arena_alloc(arena, 2 * strlen(text) + 5), *to = term;

	if (truncation && (truncation < TRUNCATION_RIGHT || truncation > TRUNCATION_BOTH) &&
	    (truncation < TRUNCATION_NONE || truncation > TRUNCATION_Z3958))
		return rpn_fault_set(
		    fault, YAZ_BIB1_UNSUPP_TRUNCATION_ATTRIBUTE, "%ld", truncation);
	if (first && said->value[COMPLETENESS] <= 1)
		*to++ = '^';
	if (truncation == TRUNCATION_LEFT || truncation == TRUNCATION_BOTH)
		*to++ = '*';
	for (; *text; text++)
		if (!mask(truncation, &text, &to))
			return rpn_fault_set(fault, YAZ_BIB1_UNSUPP_TRUNCATION_ATTRIBUTE,
			    "%ld with \"%s\"", truncation, text);
	if (truncation == TRUNCATION_RIGHT || truncation == TRUNCATION_BOTH)
		*to++ = '*';
	*to = '\0';
	*out = term;
	return true;
}

/* ---- relation ---- */

static enum query_relation find_relation(const struct said *said)
{
	switch (said->value[RELATION]) {
	case RELATION_LT: return QUERY_LT;
	case RELATION_LE: return QUERY_LE;
	case RELATION_GE: return QUERY_GE;
	case RELATION_GT: return QUERY_GT;
	case RELATION_NE: return QUERY_NE;
	case RELATION_WITHIN: return QUERY_WITHIN;
	default: break;
	}
	if (said->value[COMPLETENESS] >= 2)
		return QUERY_EXACT;
	switch (said->value[STRUCTURE]) {
	case STRUCTURE_WORD_LIST:
	case STRUCTURE_FREE_TEXT:
	case STRUCTURE_DOCUMENT_TEXT: return QUERY_ALL;
	default: break;
	}
	return !said->value[USE] && !said->use_name && !said->value[RELATION] ? QUERY_SCR
									      : QUERY_EQ;
}

static void add_modifier(struct arena *arena, struct query *clause, const char *name)
{
	clause->modifiers = arena_alloc(arena, sizeof *clause->modifiers);
	clause->modifiers->name = name;
	clause->nmodifiers = 1;
}

/* "Always matches" of any field is every record; of one field the tree has no word for it. */
static bool read_always(struct arena *arena, const struct said *said, const char *index,
    const struct query **out, struct rpn_fault *fault)
{
	if (strcmp(index, "anywhere") != 0 && strcmp(index, "serverChoice") != 0)
		return rpn_fault_set(fault, YAZ_BIB1_UNSUPP_RELATION_ATTRIBUTE, "%ld with use %ld",
		    said->value[RELATION], said->value[USE]);
	*out = query_term(arena, "cql", "allRecords", QUERY_EQ, "1");
	return true;
}

static bool read_attributes(
    const Z_AttributeList *list, const Odr_oid *set, struct said *said, struct rpn_fault *fault)
{
	for (int i = 0; i < list->num_attributes; i++)
		if (!read_attribute(list->attributes[i], set, said, fault))
			return false;
	return true;
}

bool rpn_attributes_index(struct arena *arena, const Z_AttributeList *attributes,
    const Odr_oid *set, const char **index_set, const char **index, struct rpn_fault *fault)
{
	struct said said = {0};

	if (!is_bib1(set, fault) || !read_attributes(attributes, set, &said, fault))
		return false;
	find_index(arena, &said, index_set, index);
	return true;
}

bool rpn_name_index(
    struct arena *arena, const char *name, const char **index_set, const char **index)
{
	if (!is_name(name))
		return false;
	name_index(arena, name, index_set, index);
	return true;
}

bool rpn_term_read(struct arena *arena, const Z_AttributesPlusTerm *apt, const Odr_oid *set,
    const struct query **out, struct rpn_fault *fault)
{
	struct said said = {0};
	const char *text = "", *term = "", *index_set, *index;
	struct query *clause;

	if (!is_bib1(set, fault))
		return false;
	if (!read_attributes(apt->attributes, set, &said, fault))
		return false;
	if (!check_values(&said, fault) || !term_text(arena, apt->term, &text, fault))
		return false;
	find_index(arena, &said, &index_set, &index);
	if (said.value[RELATION] == RELATION_ALWAYS)
		return read_always(arena, &said, index, out, fault);
	if (!write_term(arena, &said, text, &term, fault))
		return false;
	clause = query_term(arena, index_set, index, find_relation(&said), term);
	if (said.value[RELATION] == RELATION_PHONETIC)
		add_modifier(arena, clause, "phonetic");
	if (said.value[RELATION] == RELATION_STEM)
		add_modifier(arena, clause, "stem");
	if (said.value[RELATION] == RELATION_RELEVANCE)
		add_modifier(arena, clause, "relevant");
	*out = clause;
	return true;
}
