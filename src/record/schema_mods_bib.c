/* The description as MARC 21, for records whose own format has no mapping to MODS. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "record/bib.h"
#include "record/schema_mods.h"

struct builder {
	struct arena *arena;
	struct marc *marc; /* its fields have room for all */
};

static void put_control(struct builder *builder, const char *tag, const char *data)
{
	struct marc_field field = {.data = data, .indicator1 = ' ', .indicator2 = ' '};

	if (!data || !*data)
		return;
	memcpy(field.tag, tag, 4);
	builder->marc->fields[builder->marc->nfields++] = field;
}

/* `codes` names the subfield of each text; NULL texts are left out. */
static void put_field(struct builder *builder, const char *tag, char indicator2, const char *codes,
    const char *const texts[])
{
	struct marc_field field = {.indicator1 = ' ', .indicator2 = indicator2};

	memcpy(field.tag, tag, 4);
	field.subfields = arena_array(builder->arena, strlen(codes), sizeof *field.subfields);
	for (size_t i = 0; codes[i]; i++)
		if (texts[i] && *texts[i])
			field.subfields[field.nsubfields++] =
			    (struct marc_subfield){codes[i], texts[i]};
	if (field.nsubfields)
		builder->marc->fields[builder->marc->nfields++] = field;
}

static void put_texts(
    struct builder *builder, const char *tag, char code, const struct bib_texts *texts)
{
	const char codes[2] = {code, '\0'};

	for (size_t i = 0; i < texts->count; i++)
		put_field(builder, tag, ' ', codes, &texts->items[i]);
}

static void put_numbers(
    struct builder *builder, const char *tag, const struct bib_identifier *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_field(builder, tag, ' ', items[i].cancelled ? "z" : "a", &items[i].value);
}

static void put_leader(struct marc *marc, const struct bib *bib)
{
	static const char types[] = {[BIB_TEXT] = 'a',
	    [BIB_SCORE] = 'c',
	    [BIB_MAP] = 'e',
	    [BIB_FILM] = 'g',
	    [BIB_SOUND] = 'i',
	    [BIB_PICTURE] = 'k',
	    [BIB_COMPUTER] = 'm',
	    [BIB_KIT] = 'o',
	    [BIB_OBJECT] = 'r',
	    [BIB_MANUSCRIPT] = 't',
	    [BIB_FORM_UNKNOWN] = ' '};
	static const char levels[] = {
	    [BIB_MONOGRAPH] = 'm', [BIB_SERIAL] = 's', [BIB_PART] = 'a', [BIB_COLLECTION] = 'c'};

	memcpy(marc->leader, "00000nam a2200000 u 4500", 25);
	marc->leader[6] = types[bib->form];
	marc->leader[7] = levels[bib->level];
}

/* 008 as far as the description tells it. */
static const char *fixed_field(struct arena *arena, const struct bib *bib)
{
	static const char forms[] = {[BIB_PRINT] = 'r',
	    [BIB_ELECTRONIC] = 'o',
	    [BIB_MICRO] = 'a',
	    [BIB_LARGE_PRINT] = 'd',
	    [BIB_BRAILLE] = 'f',
	    [BIB_CARRIER_UNKNOWN] = '|'};
	char *coded = arena_printf(arena, "%-40s", "||||||");

	if (bib->year > 0 && bib->year <= 9999 && !bib->hijri) {
		coded[6] = bib->year_end && bib->year_end != bib->year ? 'm' : 's';
		memcpy(coded + 7, arena_printf(arena, "%04d", bib->year), 4);
		if (coded[6] == 'm' && bib->year_end > 0 && bib->year_end <= 9999)
			memcpy(coded + 11, arena_printf(arena, "%04d", bib->year_end), 4);
	} else {
		coded[6] = 'n';
	}
	if (bib->country && strlen(bib->country) <= 3)
		memcpy(coded + 15, bib->country, strlen(bib->country));
	coded[23] = coded[29] = forms[bib->carrier];
	if (bib->language && strlen(bib->language) == 3)
		memcpy(coded + 35, bib->language, 3);
	return coded;
}

static void put_names(struct builder *builder, const struct bib *bib)
{
	for (size_t i = 0; i < bib->nnames; i++) {
		const struct bib_name *name = &bib->names[i];
		const char *tag = name->main ? (name->corporate ? "110" : "100")
					     : (name->corporate ? "710" : "700");

		put_field(builder, tag, ' ', "ade",
		    (const char *const[]){name->text, name->dates, name->role});
	}
}

/* At most this many fields come of it: ten stand alone. */
static size_t count_fields(const struct bib *bib)
{
	return 10 + bib->nisbns + bib->nissns + bib->nnames + bib->uniform_titles.count +
	       bib->parallel_titles.count + bib->series.count + bib->notes.count +
	       bib->subjects.count + bib->genres.count + bib->urls.count;
}

const struct marc *mods_marc21(struct arena *arena, const struct bib *bib)
{
	struct builder builder = {arena, arena_alloc(arena, sizeof(struct marc))};
	int skip = bib->nonfiling > 0 && bib->nonfiling < 10 ? bib->nonfiling : 0;

	builder.marc->fields = arena_array(arena, count_fields(bib), sizeof *builder.marc->fields);
	put_leader(builder.marc, bib);
	put_control(&builder, "001", bib->control_number);
	put_control(&builder, "008", fixed_field(arena, bib));
	put_numbers(&builder, "020", bib->isbns, bib->nisbns);
	put_numbers(&builder, "022", bib->issns, bib->nissns);
	put_names(&builder, bib);
	put_texts(&builder, "240", 'a', &bib->uniform_titles);
	put_field(&builder, "245", (char)('0' + skip), "abcnp",
	    (const char *const[]){
		bib->title, bib->subtitle, bib->responsibility, bib->part_number, bib->part_name});
	put_texts(&builder, "246", 'a', &bib->parallel_titles);
	put_field(&builder, "250", ' ', "a", &bib->edition);
	put_field(&builder, "260", ' ', "abc",
	    (const char *const[]){bib->place, bib->publisher, bib->date});
	put_field(&builder, "300", ' ', "a", &bib->extent);
	put_texts(&builder, "490", 'a', &bib->series);
	put_texts(&builder, "500", 'a', &bib->notes);
	put_texts(&builder, "650", 'a', &bib->subjects);
	put_texts(&builder, "655", 'a', &bib->genres);
	put_texts(&builder, "856", 'u', &bib->urls);
	return builder.marc;
}
