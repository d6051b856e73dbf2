/*
 * ISO 2709 read in place: leader, directory, then each field where the directory says it is. What
 * does not hold together is repaired from the terminators when they tell enough, else dropped.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "record/marc.h"
#include "record/marc_private.h"

#define LEADER 24
#define RECORD_END '\x1D'
#define FIELD_END '\x1E'
#define DELIMITER '\x1F'
#define SPANS_NEAR 96 /* directories up to here need no allocation */

struct span {
	size_t start, length; /* in the data, without the terminator once settled */
	bool told;	      /* the directory gave two numbers */
	bool usable;
};

struct reader {
	struct arena *arena;
	struct charset_converter *converter, *own;
	enum charset charset;
	const char *bytes;
	size_t length;
	/* From the leader: digits of a directory entry's parts, indicators, bytes of an identifier.
	 */
	size_t length_digits, start_digits, extra_bytes;
	size_t indicators, code_bytes;
	const char *directory;
	size_t nentries, entry_bytes;
	const char *data;
	size_t ndata;
	bool fits;  /* the directory is a whole number of entries */
	bool exact; /* each field is known to begin where its span begins */
	char *copy; /* of the data when it is clean UTF-8: values point into it. Else NULL */
	struct marc *marc;
	size_t nsubfields;
	struct marc_subfield *subfields;
};

/* Digits, perhaps after blanks (some systems pad so). */
static bool read_number(const char *text, size_t digits, size_t *number)
{
	size_t i = 0, n = 0;

	while (i + 1 < digits && text[i] == ' ')
		i++;
	for (; i < digits; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = n * 10 + (size_t)(text[i] - '0');
	}
	*number = n;
	return true;
}

static size_t digit(char c, size_t least, size_t otherwise)
{
	size_t n;

	return read_number(&c, 1, &n) && n >= least ? n : otherwise;
}

/* ---- where things are ---- */

static void read_leader(struct reader *reader)
{
	const char *leader = reader->bytes;

	reader->indicators = digit(leader[10], 1, 2);
	reader->code_bytes = digit(leader[11], 2, 2) - 1;
	marc_set_leader(reader->marc, leader, LEADER);
	reader->marc->leader[9] = 'a';
}

static void set_directory(struct reader *reader, size_t length)
{
	const char *map = reader->bytes + 20;

	reader->length_digits = digit(map[0], 1, 4);
	reader->start_digits = digit(map[1], 1, 5);
	reader->extra_bytes = digit(map[2], 0, 0);
	reader->directory = reader->bytes + LEADER;
	reader->entry_bytes =
	    3 + reader->length_digits + reader->start_digits + reader->extra_bytes;
	if (length % reader->entry_bytes && length % 12 == 0) {
		reader->length_digits = 4;
		reader->start_digits = 5;
		reader->extra_bytes = 0;
		reader->entry_bytes = 12;
	}
	reader->nentries = length / reader->entry_bytes;
	reader->fits = length % reader->entry_bytes == 0;
}

static struct span read_entry(const struct reader *reader, size_t i)
{
	const char *entry = reader->directory + i * reader->entry_bytes;
	struct span span = {0};

	span.told =
	    read_number(entry + 3, reader->length_digits, &span.length) &&
	    read_number(entry + 3 + reader->length_digits, reader->start_digits, &span.start);
	return span;
}

static bool entries_are_numbers(const struct reader *reader)
{
	for (size_t i = 0; i < reader->nentries; i++)
		if (!read_entry(reader, i).told)
			return false;
	return reader->nentries > 0 && reader->fits;
}

/* The directory ends at the first terminator, whatever the leader's base address says, unless that
 * makes no directory and the address does: then the terminator there is missing. */
static bool find_directory(struct reader *reader, size_t *base)
{
	const char *mark = memchr(reader->bytes + LEADER, FIELD_END, reader->length - LEADER);
	size_t told, found = mark ? (size_t)(mark - reader->bytes) + 1 : 0;

	if (found) {
		set_directory(reader, found - 1 - LEADER);
		*base = found;
		if (entries_are_numbers(reader))
			return true;
	}
	if (read_number(reader->bytes + 12, 5, &told) && told > LEADER && told <= reader->length &&
	    (!found || told < found)) {
		set_directory(reader, told - LEADER);
		if (!reader->fits)
			set_directory(reader, told - 1 - LEADER);
		*base = told;
		if (entries_are_numbers(reader))
			return true;
	}
	if (!found)
		return false;
	set_directory(reader, found - 1 - LEADER);
	reader->marc->lost += (found - 1 - LEADER) % reader->entry_bytes > 0;
	*base = found;
	return true;
}

static void find_data(struct reader *reader, size_t base)
{
	size_t end = reader->length, told;
	const char *mark;

	if (read_number(reader->bytes, 5, &told) && told > base && told <= reader->length &&
	    reader->bytes[told - 1] == RECORD_END)
		end = told - 1;
	else if ((mark = memchr(reader->bytes + base, RECORD_END, reader->length - base)))
		end = (size_t)(mark - reader->bytes);
	reader->data = reader->bytes + base;
	reader->ndata = end - base;
}

/* ---- where each field is ---- */

/* The directory is right in all: each entry is one field with its terminator. */
static bool spans_agree(const struct reader *reader, const struct span *spans)
{
	size_t total = 0;

	for (size_t i = 0; i < reader->nentries; i++) {
		const char *start = reader->data + spans[i].start;
		size_t length = spans[i].length;

		if (!spans[i].told || !length || spans[i].start > reader->ndata ||
		    length > reader->ndata - spans[i].start)
			return false;
		if (spans[i].start && start[-1] != FIELD_END)
			return false;
		if (memchr(start, FIELD_END, length) != start + length - 1)
			return false;
		total += length;
	}
	return total <= reader->ndata;
}

static int compare_starts(const void *a, const void *b)
{
	const struct span *x = *(struct span *const *)a, *y = *(struct span *const *)b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x < y ? -1 : x > y;
}

static size_t count_fields(const struct reader *reader)
{
	size_t count = 0;
	const char *at = reader->data, *end = at + reader->ndata;

	while (at < end) {
		const char *mark = memchr(at, FIELD_END, (size_t)(end - at));

		count++;
		at = mark ? mark + 1 : end;
	}
	return count;
}

/* As many fields in the data as in the directory: they belong together one by one, whatever its
 * lengths say (lengths counted in characters, or past what the digits hold, are common). */
static bool spans_by_terminators(const struct reader *reader, struct span *spans)
{
	size_t n = reader->nentries;
	const char *at = reader->data, *end = at + reader->ndata;
	bool told = true;

	if (!n || count_fields(reader) != n)
		return false;

	struct span **order = arena_array(reader->arena, n, sizeof *order);

	for (size_t i = 0; i < n; i++) {
		order[i] = &spans[i];
		told &= spans[i].told;
	}
	if (told)
		qsort(order, n, sizeof *order, compare_starts);
	for (size_t i = 0; i < n; i++) {
		const char *mark = memchr(at, FIELD_END, (size_t)(end - at));

		order[i]->start = (size_t)(at - reader->data);
		order[i]->length = (size_t)((mark ? mark : end) - at);
		order[i]->usable = true;
		at = mark ? mark + 1 : end;
	}
	return true;
}

/* Each entry for itself, bounded by the data, its own terminator, and a budget (entries may
 * overlap). */
static void spans_one_by_one(const struct reader *reader, struct span *spans)
{
	size_t budget = reader->ndata * 2;

	for (size_t i = 0; i < reader->nentries; i++) {
		struct span *span = &spans[i];

		if (!span->told || span->start >= reader->ndata)
			continue;

		const char *start = reader->data + span->start;
		size_t most = reader->ndata - span->start;
		const char *mark = memchr(start, FIELD_END, most);
		size_t whole = mark ? (size_t)(mark - start) : most;
		bool next_follows = i + 1 < reader->nentries && spans[i + 1].told &&
				    spans[i + 1].start == span->start + span->length;

		if (span->length > whole || !next_follows)
			span->length = whole;
		if (span->length > budget)
			continue;
		budget -= span->length;
		span->usable = true;
	}
}

/* Fills the spans; true when no two of them overlap. */
static bool settle_spans(struct reader *reader, struct span *spans)
{
	for (size_t i = 0; i < reader->nentries; i++)
		spans[i] = read_entry(reader, i);
	reader->exact = true;
	if (spans_agree(reader, spans)) {
		for (size_t i = 0; i < reader->nentries; i++) {
			spans[i].length--;
			spans[i].usable = true;
		}
		return true;
	}
	if (spans_by_terminators(reader, spans))
		return true;
	reader->exact = false;
	spans_one_by_one(reader, spans);
	return false;
}

/* ---- what the text is ---- */

struct look {
	bool utf8, ascii;
	bool clean; /* UTF-8, with only XML's characters and our separators */
};

/* Our two separators are the two bytes below the blank: FIELD_END and DELIMITER. */
static struct look examine_data(const struct reader *reader)
{
	const char *at = reader->data, *end = at + reader->ndata;
	struct look look = {true, true, true};

	while ((at += text_plain_length(at, (size_t)(end - at), FIELD_END)) < end) {
		uint32_t c;
		size_t n = text_decode(at, (size_t)(end - at), &c);

		if (!n)
			return (struct look){false, false, false};
		look.ascii &= n == 1;
		look.clean &= text_is_xml_char(c);
		at += n;
	}
	return look;
}

static bool has_reference(const struct reader *reader)
{
	const char *at = reader->data, *end = at + reader->ndata;

	while ((at = memchr(at, '&', (size_t)(end - at)))) {
		if (end - at > 3 && at[1] == '#' && at[2] == 'x')
			return true;
		at++;
	}
	return false;
}

/* One look at all the data decides; only what is not plainly UTF-8 is converted value by value.
 * ASCII in a MARC-8 record may still hold character references. */
static void choose_charset(struct reader *reader, bool disjoint)
{
	struct look look = examine_data(reader);
	bool says_utf8 = reader->bytes[9] == 'a';

	if (reader->charset == CHARSET_AUTO) {
		bool marc8 = look.utf8 ? look.ascii && !says_utf8 : !says_utf8;

		reader->charset = marc8 ? CHARSET_MARC8 : CHARSET_UTF8;
	}
	if (reader->charset == CHARSET_MARC8 && look.ascii && has_reference(reader))
		return;
	if (look.clean && disjoint)
		reader->copy = arena_strndup(reader->arena, reader->data, reader->ndata);
}

/* A directory may point into the middle of a character. */
static bool is_cut(const struct reader *reader, const char *text, size_t length)
{
	const char *after = text + length;

	return ((unsigned char)*text & 0xC0) == 0x80 ||
	       (after < reader->data + reader->ndata && ((unsigned char)*after & 0xC0) == 0x80);
}

static const char *read_text(struct reader *reader, const char *text, size_t length)
{
	if (reader->copy && !(length && is_cut(reader, text, length))) {
		char *value = reader->copy + (text - reader->data);

		value[length] = '\0';
		return value;
	}
	if (!reader->converter)
		reader->converter = reader->own = charset_converter_create();
	return charset_to_utf8(reader->converter, reader->arena, reader->charset, text, length);
}

/* ---- one field ---- */

/* What stands before the first delimiter: two characters, or as many as the leader promises. Others
 * are blanks, unless it is not even sure that a field begins here. */
static bool read_indicators(
    struct reader *reader, const char *text, size_t length, struct marc_field *field)
{
	char indicators[2] = {' ', ' '};
	size_t count = 0;
	bool good = true;

	for (size_t at = 0, n; at < length; at += n, count++) {
		uint32_t c;

		n = text_decode(text + at, length - at, &c);
		if (!n)
			n = 1;
		if (count >= 2)
			continue;
		if (n == 1 && marc_is_indicator(text[at]))
			indicators[count] = text[at];
		else
			good = false;
	}
	if (count != 2 && count != reader->indicators) {
		if (!reader->exact)
			return false;
		good = false;
		if (!strchr(" 0123456789", indicators[0]) || !strchr(" 0123456789", indicators[1]))
			indicators[0] = indicators[1] = ' ';
	}
	reader->marc->lost += !good;
	field->indicator1 = indicators[0];
	field->indicator2 = indicators[1];
	return true;
}

static bool read_data_field(
    struct reader *reader, const char *text, size_t length, struct marc_field *field)
{
	const char *end = text + length, *at = memchr(text, DELIMITER, length);

	if (!at || !read_indicators(reader, text, (size_t)(at - text), field))
		return false;
	field->subfields = reader->subfields + reader->nsubfields;
	while (at < end) {
		const char *code = at + 1, *value = code + reader->code_bytes;

		at = memchr(code, DELIMITER, (size_t)(end - code));
		if (!at)
			at = end;
		if (value > at || !marc_is_code(*code)) {
			reader->marc->lost++;
			continue;
		}

		struct marc_subfield *subfield = &field->subfields[field->nsubfields++];

		subfield->code = *code;
		subfield->value = read_text(reader, value, (size_t)(at - value));
	}
	reader->nsubfields += field->nsubfields;
	return field->nsubfields > 0;
}

static void read_field(struct reader *reader, const char *tag, const struct span *span)
{
	struct marc *marc = reader->marc;
	struct marc_field *field = &marc->fields[marc->nfields];

	if (!span->usable || !marc_is_tag(tag)) {
		marc->lost++;
		return;
	}

	const char *text = reader->data + span->start;

	memset(field, 0, sizeof *field);
	memcpy(field->tag, tag, 3);
	if (marc_is_control(tag))
		field->data = memchr(text, DELIMITER, span->length)
				  ? text_xml_clean(reader->arena, text, span->length)
				  : read_text(reader, text, span->length);
	else if (!read_data_field(reader, text, span->length, field)) {
		marc->lost++;
		return;
	}
	marc->nfields++;
}

static bool read_fields(struct reader *reader, struct diag *diag)
{
	struct span near[SPANS_NEAR], *spans = near;
	size_t delimiters = 0;

	if (reader->nentries > MARC_FIELDS_MAX)
		return diag_set(
		    diag, DIAG_RECORD_TOO_LARGE, "more than %d fields", MARC_FIELDS_MAX);
	if (reader->nentries > SPANS_NEAR)
		spans = arena_array(reader->arena, reader->nentries, sizeof *spans);
	choose_charset(reader, settle_spans(reader, spans));
	for (size_t i = 0; i < reader->nentries; i++) {
		const char *at = reader->data + spans[i].start, *end = at + spans[i].length;

		while (spans[i].usable && (at = memchr(at, DELIMITER, (size_t)(end - at)))) {
			delimiters++;
			at++;
		}
	}
	if (delimiters > MARC_SUBFIELDS_MAX)
		return diag_set(
		    diag, DIAG_RECORD_TOO_LARGE, "more than %d subfields", MARC_SUBFIELDS_MAX);
	reader->marc->fields =
	    arena_array(reader->arena, reader->nentries, sizeof(struct marc_field));
	reader->subfields = arena_array(reader->arena, delimiters, sizeof *reader->subfields);
	for (size_t i = 0; i < reader->nentries; i++)
		read_field(reader, reader->directory + i * reader->entry_bytes, &spans[i]);
	if (!reader->marc->nfields && reader->marc->lost)
		return diag_set(diag, DIAG_RECORD_RETRIEVAL, "no field of the record can be read");
	return true;
}

bool marc_decode_iso2709_using(struct charset_converter *converter, struct arena *arena,
    const void *bytes, size_t length, enum charset encoding, struct marc **out, struct diag *diag)
{
	struct reader reader = {
	    .arena = arena, .converter = converter, .charset = encoding, .bytes = bytes};
	size_t base;

	if (length > MARC_RECORD_MAX)
		return diag_set(diag, DIAG_RECORD_TOO_LARGE, "record of %zu bytes", length);
	/* Files often have line ends between records. */
	for (; length && (*reader.bytes == '\n' || *reader.bytes == '\r'); length--)
		reader.bytes++;
	if (length < LEADER)
		return diag_set(diag, DIAG_RECORD_RETRIEVAL, "record shorter than a leader");
	reader.length = length;
	reader.marc = arena_alloc(arena, sizeof *reader.marc);
	read_leader(&reader);
	if (!find_directory(&reader, &base))
		return diag_set(diag, DIAG_RECORD_RETRIEVAL, "record without a directory");
	find_data(&reader, base);

	bool done = read_fields(&reader, diag);

	charset_converter_destroy(reader.own);
	*out = reader.marc;
	return done;
}

bool marc_decode_iso2709(struct arena *arena, const void *bytes, size_t length,
    enum charset encoding, struct marc **out, struct diag *diag)
{
	return marc_decode_iso2709_using(NULL, arena, bytes, length, encoding, out, diag);
}
