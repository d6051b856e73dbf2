/* Records: made from a work's number, or from the script's file; in any syntax; damaged on demand.
 */
#include "tests/support/ztarget_parts.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaz/marcdisp.h>
#include <yaz/oid_db.h>
#include <yaz/xmalloc.h>

#define SUBFIELD "\x1F"
#define FIELD_END 0x1E
#define RECORD_END 0x1D

enum { FIELDS_MAX = 12 };

/* The fields of one record. All but the title stand whatever is asked, and are kept: making them
 * for each answer would cost the target more than the gateway that is measured against it. */
struct made {
	unsigned count;
	struct {
		char tag[4];
		size_t length;
		char data[4 * TEXT_ROOM]; /* indicators and subfields */
	} fields[FIELDS_MAX];
	unsigned title; /* which field that is */
	const char *title_begins, *title_ends;
	char word[16], family[16];
	char words[TEXT_ROOM]; /* what was asked when the title was made */
	bool map;	       /* not a book */
};

/* A word nobody else has: 25 bits of a scrambled number, five to a syllable. */
static void work_word(unsigned work, char out[16])
{
	static const char consonants[] = "bdghjklmnprstwyz";
	static const char vowels[] = "ai";
	uint32_t bits = (work * 2654435761u + 12345) & 0x1FFFFFF;

	for (int i = 0; i < 5; i++, bits >>= 5) {
		*out++ = consonants[bits & 15];
		*out++ = vowels[bits >> 4 & 1];
	}
	*out = '\0';
}

static void isbn_of(unsigned work, char out[14])
{
	unsigned sum = 0;

	snprintf(out, 14, "978602%06u", work % 1000000);
	for (int i = 0; i < 12; i++)
		sum += (unsigned)(out[i] - '0') * (i % 2 ? 3 : 1);
	out[12] = (char)('0' + (10 - sum % 10) % 10);
	out[13] = '\0';
}

/* Appends text as far as there is room. */
static void append(char *out, size_t size, size_t *used, const char *text)
{
	size_t length = strlen(text), room = size - *used - 1;

	length = length < room ? length : room;
	memcpy(out + *used, text, length);
	*used += length;
	out[*used] = '\0';
}

static void make_title(
    const struct ztarget_script *script, const char *words, unsigned position, struct made *made)
{
	enum { SIZE = sizeof made->fields[0].data };
	char *out = made->fields[made->title].data, number[16];
	size_t used = 0;

	snprintf(number, sizeof number, "%u", position);
	append(out, SIZE, &used, made->title_begins);
	for (const char *p = script->title; *p; p++) {
		char single[2] = {*p, 0};
		const char *piece = single;

		if (*p == '%' && p[1]) {
			p++;
			piece = *p == 'q'   ? words
				: *p == 'w' ? made->word
				: *p == 'n' ? number
					    : "%";
		}
		append(out, SIZE, &used, piece);
	}
	append(out, SIZE, &used, made->title_ends);
	append(out, SIZE, &used, made->family);
	if (!strcmp(made->fields[made->title].tag, "245"))
		append(out, SIZE, &used, ".");
	made->fields[made->title].length = used;
	strcpy(made->words, words);
}

static void add(struct made *made, const char *tag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add(struct made *made, const char *tag, const char *format, ...)
{
	va_list args;

	strcpy(made->fields[made->count].tag, tag);
	va_start(args, format);
	vsnprintf(made->fields[made->count].data, sizeof made->fields[0].data, format, args);
	va_end(args);
	made->fields[made->count].length = strlen(made->fields[made->count].data);
	made->count++;
}

/* The title's text comes later. */
static void add_title(struct made *made, const char *tag, const char *begins, const char *ends)
{
	made->title = made->count;
	made->title_begins = begins;
	made->title_ends = ends;
	add(made, tag, "%s", "");
}

static void make_fields(
    const struct ztarget_script *script, unsigned position, bool unimarc, struct made *out)
{
	unsigned index = position - 1;
	unsigned work = script->works ? (script->number * 7 + index) % script->works
				      : script->number * 100003 + index;
	const char *family = out->family;
	char isbn[14], noted[TEXT_ROOM];
	unsigned year = 1950 + work % 75;

	out->count = 0;
	out->map = script->maps && work % script->maps == 0;
	work_word(work, out->word);
	work_word(work / 3 + 7000000, out->family);
	out->family[0] -= 'a' - 'A';
	isbn_of(work, isbn);
	add(out, "001", "%s%06u", script->name, position);
	if (unimarc) {
		add(out, "010", "  " SUBFIELD "a%s", isbn);
		add(out, "100", "  " SUBFIELD "a20240101d%u    m  y0engy50      ba", year);
		add_title(out, "200", "1 " SUBFIELD "a", SUBFIELD "f");
		add(out, "210", "  " SUBFIELD "aYogyakarta" SUBFIELD "cPenerbit %s" SUBFIELD "d%u",
		    family, year);
		add(out, "700", " 1" SUBFIELD "a%s", family);
		return;
	}
	add(out, "008", "240101s%u    io            000 0 ind d", year);
	add(out, "020", "  " SUBFIELD "a%s", isbn);
	add(out, "100", "1 " SUBFIELD "a%s, %s.", family, "Siti");
	add_title(out, "245", "10" SUBFIELD "a", " /" SUBFIELD "cSiti ");
	add(out, "260", "  " SUBFIELD "aYogyakarta :" SUBFIELD "bPenerbit %s," SUBFIELD "c%u.",
	    family, year);
	shelf_words(script, position, true, noted);
	if (*noted)
		add(out, "500", "  " SUBFIELD "a%s", noted);
}

static char *put_number(char *at, unsigned width, size_t number)
{
	for (unsigned i = width; i--; number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + width;
}

/* ISO 2709 with MARC 21's leader; UTF-8. */
static char *write_iso2709(ODR odr, const struct made *made, bool unimarc, size_t *length)
{
	size_t base = 24 + 12 * made->count + 1, total = base + 1, start = 0;
	char *bytes, *directory, *data;

	for (unsigned i = 0; i < made->count; i++)
		total += made->fields[i].length + 1;
	bytes = odr_malloc(odr, total + 1);
	put_number(bytes, 5, total);
	memcpy(bytes + 5, unimarc ? "nam  22" : "nam a22", 7);
	bytes[6] = made->map ? 'e' : 'a';
	put_number(bytes + 12, 5, base);
	memcpy(bytes + 17, unimarc ? "   450 " : " a 4500", 7);
	directory = bytes + 24;
	data = bytes + base;
	for (unsigned i = 0; i < made->count; i++) {
		size_t size = made->fields[i].length + 1;

		memcpy(directory, made->fields[i].tag, 3);
		directory = put_number(put_number(directory + 3, 4, size), 5, start);
		memcpy(data + start, made->fields[i].data, size - 1);
		data[start + size - 1] = FIELD_END;
		start += size;
	}
	*directory = FIELD_END;
	data[start] = RECORD_END;
	bytes[total] = '\0';
	*length = total;
	return bytes;
}

/* The fields of the record at that position, those of the first ones kept from search to search. */
static const struct made *find_made(
    struct ztarget *target, ODR odr, const char *words, unsigned position, bool unimarc)
{
	struct made **kept = position <= CACHE_SIZE ? &target->cache[unimarc][position - 1] : NULL;
	struct made *made = kept ? *kept : NULL;

	if (!made) {
		made = kept ? xmalloc(sizeof *made) : odr_malloc(odr, sizeof *made);
		if (kept)
			*kept = made;
		make_fields(target->script, position, unimarc, made);
	} else if (!strcmp(made->words, words)) {
		return made;
	}
	make_title(target->script, words, position, made);
	return made;
}

static const char *find_iso2709(struct ztarget *target, ODR odr, const char *words,
    unsigned position, bool unimarc, size_t *length)
{
	const struct ztarget_script *script = target->script;
	char own[TEXT_ROOM];

	if (script->shelf) {
		shelf_words(script, position, false, own);
		words = own;
	}
	if (script->nrecords) {
		size_t index = (position - 1) % script->nrecords;

		*length = script->offsets[index + 1] - script->offsets[index];
		return script->records + script->offsets[index];
	}
	return write_iso2709(
	    odr, find_made(target, odr, words, position, unimarc), unimarc, length);
}

static char *to_marcxml(ODR odr, const char *bytes, size_t *length)
{
	yaz_marc_t marc = yaz_marc_create();
	const char *xml = "<record/>";
	size_t size = strlen(xml);
	char *copy;

	yaz_marc_xml(marc, YAZ_MARC_MARCXML);
	yaz_marc_decode_buf(marc, bytes, (int)*length, &xml, &size);
	copy = odr_strdupn(odr, xml, size);
	yaz_marc_destroy(marc);
	*length = size;
	return copy;
}

static void overwrite_directory(char *bytes, size_t length)
{
	if (length < 60)
		return;
	memcpy(bytes + 12, "00024", 5); /* the data begin where the directory begins */
	for (size_t at = 24; at + 12 < length && bytes[at] != FIELD_END; at += 12)
		memcpy(bytes + at + 3, "999900000", 9);
}

static void damage(enum damage kind, char *bytes, size_t *length)
{
	size_t half = *length / 2;

	switch (kind) {
	case DAMAGE_TRUNCATED: *length = half; break;
	case DAMAGE_LOOPING: overwrite_directory(bytes, *length); break;
	case DAMAGE_LENGTH:
		if (*length > 5)
			memcpy(bytes, "99999", 5);
		break;
	case DAMAGE_NONSENSE:
		for (size_t i = 5; i < *length; i++)
			bytes[i] = (char)(i * 37 + i / 7);
		break;
	case DAMAGE_SEPARATORS:
		for (size_t i = half; i + 2 < *length; i += 5)
			bytes[i] = "\x1F\x1E\x1D\x01"[i / 5 % 4];
		break;
	case DAMAGE_UTF8:
		for (size_t i = half; i + 2 < *length; i += 7)
			bytes[i] = (char)(i % 2 ? 0xFF : 0xC3);
		break;
	case DAMAGE_EMPTY: *length = 0; break;
	case DAMAGE_NONE:
	case DAMAGE_SURROGATE: break;
	}
}

static Z_External *grs1_external(ODR odr, const char *text)
{
	Z_External *external = odr_malloc(odr, sizeof *external);
	Z_GenericRecord *record = odr_malloc(odr, sizeof *record);
	Z_TaggedElement *element = odr_malloc(odr, sizeof *element);

	memset(external, 0, sizeof *external);
	memset(element, 0, sizeof *element);
	element->tagType = odr_intdup(odr, 2);
	element->tagValue = odr_malloc(odr, sizeof *element->tagValue);
	element->tagValue->which = Z_StringOrNumeric_numeric;
	element->tagValue->u.numeric = odr_intdup(odr, 1);
	element->content = odr_malloc(odr, sizeof *element->content);
	element->content->which = Z_ElementData_string;
	element->content->u.string = odr_strdup(odr, text);
	record->num_elements = 1;
	record->elements = odr_malloc(odr, sizeof *record->elements);
	record->elements[0] = element;
	external->direct_reference = odr_oiddup(odr, yaz_oid_recsyn_grs_1);
	external->which = Z_External_grs1;
	external->u.grs1 = record;
	return external;
}

/* The record with one copy on the shelf. */
static Z_External *opac_external(ODR odr, Z_External *bib, unsigned position)
{
	Z_External *external = odr_malloc(odr, sizeof *external);
	Z_OPACRecord *opac = odr_malloc(odr, sizeof *opac);
	Z_HoldingsRecord *holding = odr_malloc(odr, sizeof *holding);
	Z_HoldingsAndCircData *data = odr_malloc(odr, sizeof *data);
	Z_CircRecord *item = odr_malloc(odr, sizeof *item);
	char number[32];

	memset(external, 0, sizeof *external);
	memset(data, 0, sizeof *data);
	memset(item, 0, sizeof *item);
	snprintf(number, sizeof number, "%u", position);
	item->availableNow = odr_booldup(odr, position % 2);
	item->renewable = odr_booldup(odr, 1);
	item->onHold = odr_booldup(odr, 0);
	item->itemId = odr_strdup(odr, number);
	data->localLocation = odr_strdup(odr, "Main library");
	data->callNumber = odr_prepend(odr, "R & D ", number);
	data->num_circulationData = 1;
	data->circulationData = odr_malloc(odr, sizeof item);
	data->circulationData[0] = item;
	holding->which = Z_HoldingsRecord_holdingsAndCirc;
	holding->u.holdingsAndCirc = data;
	opac->bibliographicRecord = bib;
	opac->num_holdingsData = 1;
	opac->holdingsData = odr_malloc(odr, sizeof holding);
	opac->holdingsData[0] = holding;
	external->direct_reference = odr_oiddup(odr, yaz_oid_recsyn_opac);
	external->which = Z_External_OPAC;
	external->u.opac = opac;
	return external;
}

static enum record_syntax syntax_of(const Odr_oid *oid, const struct behaviour *how)
{
	static const struct {
		const Odr_oid *oid;
		enum record_syntax syntax;
	} known[] = {{yaz_oid_recsyn_unimarc, SYNTAX_UNIMARC}, {yaz_oid_recsyn_xml, SYNTAX_XML},
	    {yaz_oid_recsyn_opac, SYNTAX_OPAC}, {yaz_oid_recsyn_sutrs, SYNTAX_SUTRS}};

	if (how->syntax != SYNTAX_ASKED)
		return how->syntax;
	for (size_t i = 0; oid && i < sizeof known / sizeof *known; i++)
		if (!oid_oidcmp(oid, known[i].oid))
			return known[i].syntax;
	return SYNTAX_USMARC;
}

static Z_External *make_external(struct ztarget *target, ODR odr, const char *words,
    unsigned position, enum record_syntax syntax, enum damage kind, size_t swell)
{
	size_t length;
	const char *found =
	    find_iso2709(target, odr, words, position, syntax == SYNTAX_UNIMARC, &length);
	char *bytes;
	Z_External *external;

	if (syntax == SYNTAX_XML || syntax == SYNTAX_SUTRS)
		bytes = to_marcxml(odr, found, &length);
	else if (kind != DAMAGE_NONE)
		bytes = odr_strdupn(odr, found, length);
	else
		bytes = (char *)(uintptr_t)found; /* copied by z_ext_record_oid */
	damage(kind, bytes, &length);
	if (swell > length) {
		bytes = swollen_text(odr, odr_strdupn(odr, bytes, length), swell);
		length = swell;
	}
	switch (syntax) {
	case SYNTAX_GRS1: return grs1_external(odr, "a record of another kind");
	case SYNTAX_XML: return z_ext_record_oid(odr, yaz_oid_recsyn_xml, bytes, (int)length);
	case SYNTAX_SUTRS: return z_ext_record_oid(odr, yaz_oid_recsyn_sutrs, bytes, (int)length);
	case SYNTAX_UNIMARC:
		return z_ext_record_oid(odr, yaz_oid_recsyn_unimarc, bytes, (int)length);
	default: break;
	}
	external = z_ext_record_oid(odr, yaz_oid_recsyn_usmarc, bytes, (int)length);
	return syntax == SYNTAX_OPAC ? opac_external(odr, external, position) : external;
}

Z_NamePlusRecord *make_record(struct ztarget *target, ODR odr, const char *words, unsigned position,
    unsigned number, const Odr_oid *syntax, const struct behaviour *how)
{
	Z_NamePlusRecord *record;
	enum damage kind = DAMAGE_NONE;

	for (unsigned i = 0; i < how->nrules; i++) {
		const struct record_rule *rule = &how->rules[i];

		if (rule->position && rule->position != position)
			continue;
		kind = rule->damage;
		if (kind == DAMAGE_SURROGATE)
			return zget_surrogateDiagRec(odr, "Default", rule->code, rule->text);
	}
	record = odr_malloc(odr, sizeof *record);
	record->databaseName = odr_strdup(odr, "Default");
	record->which = Z_NamePlusRecord_databaseRecord;
	record->u.databaseRecord = make_external(
	    target, odr, words, number, syntax_of(syntax, how), kind, how->swell[SWELL_RECORDS]);
	return record;
}

/* The records of a file. */
bool load_records(struct ztarget_script *script, const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t used = 0, room = 1 << 16;
	size_t got;

	if (!file)
		return false;
	xfree(script->records);
	script->records = xmalloc(room);
	while ((got = fread(script->records + used, 1, room - used, file))) {
		used += got;
		if (used == room)
			script->records = xrealloc(script->records, room *= 2);
	}
	fclose(file);
	xfree(script->offsets);
	script->offsets = xmalloc((used / 25 + 2) * sizeof *script->offsets);
	script->nrecords = 0;
	for (size_t at = 0; at + 25 <= used;) {
		char digits[6] = {0};
		unsigned long length;

		memcpy(digits, script->records + at, 5);
		length = strtoul(digits, NULL, 10);
		if (length < 25 || length > used - at)
			return false;
		script->offsets[script->nrecords++] = at;
		at += length;
		script->offsets[script->nrecords] = at;
	}
	return script->nrecords > 0;
}
