#include "protocol/sru_why.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "protocol/sru_json.h"
#include "protocol/sru_xml.h"

/* Three decimals, within what both forms can say. */
static double rounded(double value)
{
	return fabs(value) < 1e9 ? round(value * 1000) / 1000 : 0;
}

/* ---- XML ---- */

/* Without the locale's say, and without zeros at the end. */
static void attribute_real(struct sru_xml *xml, const char *name, double value)
{
	long scaled = lround(rounded(value) * 1000);
	unsigned long size = scaled < 0 ? 0 - (unsigned long)scaled : (unsigned long)scaled;
	char *text = arena_printf(
	    xml->arena, "%s%lu.%03lu", scaled < 0 ? "-" : "", size / 1000, size % 1000);
	size_t end = strlen(text);

	while (text[end - 1] == '0')
		end--;
	text[text[end - 1] == '.' ? end - 1 : end] = '\0';
	sru_xml_attribute(xml, name, text);
}

static void write_parts(
    struct sru_xml *xml, const char *element, const struct sru_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		sru_xml_start(xml, element);
		sru_xml_attribute(xml, "name", parts[i].name);
		sru_xml_attribute(xml, "how", parts[i].how);
		attribute_real(xml, "value", parts[i].value);
		sru_xml_end(xml);
	}
}

static void write_rank(struct sru_xml *xml, const struct sru_why *why)
{
	sru_xml_start(xml, "rank");
	if (why->has_score) {
		attribute_real(xml, "sum", why->sum);
		attribute_real(xml, "half", why->half);
		sru_xml_attribute_number(xml, "words", why->words);
		sru_xml_attribute_number(xml, "asked", why->asked);
		attribute_real(xml, "coordination", why->coordination);
	}
	sru_xml_attribute(xml, "above", why->above);
	if (why->above && why->has_score)
		attribute_real(xml, "next", why->next);
	write_parts(xml, "part", why->parts, why->nparts);
	sru_xml_end(xml);
}

static void write_best(struct sru_xml *xml, const struct sru_why *why)
{
	sru_xml_start(xml, "best");
	sru_xml_attribute(xml, "by", why->best);
	sru_xml_attribute_number(xml, "fullness", why->fullness);
	if (why->next_fullness)
		sru_xml_attribute_number(xml, "next", why->next_fullness);
	sru_xml_end(xml);
}

static void write_pair(struct sru_xml *xml, const struct sru_match *pair)
{
	sru_xml_start(xml, pair->holding ? "joined" : "apart");
	if (pair->holding)
		sru_xml_attribute_number(xml, "holding", pair->holding);
	sru_xml_attribute(xml, "partner", pair->partner);
	sru_xml_attribute(xml, "id", pair->id);
	sru_xml_attribute_number(xml, "with", pair->with);
	sru_xml_attribute(xml, "because", pair->because);
	if (pair->by_edition)
		sru_xml_attribute(xml, "level", "normal");
	attribute_real(xml, "sum", pair->sum);
	attribute_real(xml, "threshold", pair->threshold);
	write_parts(xml, "evidence", pair->evidence, pair->nevidence);
	sru_xml_end(xml);
}

void sru_why_xml(struct sru_xml *xml, const struct sru_why *why)
{
	sru_xml_start(xml, "why");
	write_rank(xml, why);
	write_best(xml, why);
	for (size_t i = 0; i < why->njoined; i++)
		write_pair(xml, &why->joined[i]);
	for (size_t i = 0; i < why->napart; i++)
		write_pair(xml, &why->apart[i]);
	sru_xml_end(xml);
}

/* ---- JSON ---- */

static void put_real(json_t *object, const char *key, double value)
{
	sru_json_put(object, key, json_real(rounded(value)));
}

static json_t *make_parts(struct arena *arena, const struct sru_part *parts, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object();

		sru_json_text(arena, object, "name", parts[i].name);
		sru_json_text(arena, object, "how", parts[i].how);
		put_real(object, "value", parts[i].value);
		sru_json_append(array, object);
	}
	return array;
}

static json_t *make_rank(struct arena *arena, const struct sru_why *why)
{
	json_t *object = json_object();

	if (why->has_score) {
		put_real(object, "sum", why->sum);
		put_real(object, "half", why->half);
		sru_json_number(object, "words", why->words);
		sru_json_number(object, "asked", why->asked);
		put_real(object, "coordination", why->coordination);
		sru_json_put(object, "parts", make_parts(arena, why->parts, why->nparts));
	}
	sru_json_text(arena, object, "above", why->above);
	if (why->above && why->has_score)
		put_real(object, "next", why->next);
	return object;
}

static json_t *make_best(struct arena *arena, const struct sru_why *why)
{
	json_t *object = json_object();

	sru_json_text(arena, object, "by", why->best);
	sru_json_number(object, "fullness", why->fullness);
	if (why->next_fullness)
		sru_json_number(object, "next", why->next_fullness);
	return object;
}

static json_t *make_pairs(struct arena *arena, const struct sru_match *pairs, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		const struct sru_match *pair = &pairs[i];
		json_t *object = json_object();

		if (pair->holding)
			sru_json_number(object, "holding", pair->holding);
		sru_json_text(arena, object, "partner", pair->partner);
		sru_json_text(arena, object, "id", pair->id);
		sru_json_number(object, "with", pair->with);
		sru_json_text(arena, object, "because", pair->because);
		sru_json_text(arena, object, "level", pair->by_edition ? "normal" : NULL);
		put_real(object, "sum", pair->sum);
		put_real(object, "threshold", pair->threshold);
		sru_json_put(
		    object, "evidence", make_parts(arena, pair->evidence, pair->nevidence));
		sru_json_append(array, object);
	}
	return array;
}

json_t *sru_why_json(struct arena *arena, const struct sru_why *why)
{
	json_t *object = json_object();

	sru_json_put(object, "rank", make_rank(arena, why));
	sru_json_put(object, "best", make_best(arena, why));
	sru_json_put(object, "joined", make_pairs(arena, why->joined, why->njoined));
	sru_json_put(object, "apart", make_pairs(arena, why->apart, why->napart));
	return object;
}
