/* An answer in JSON: what the exit status and the diagnostics need; the records stay unread. */
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "cli/answer.h"

static const char *text_of(struct arena *arena, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? arena_strdup(arena, text) : "";
}

static unsigned long number_of(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));

	return number > 0 ? (unsigned long)number : 0;
}

static void read_partners(struct arena *arena, const json_t *list, struct answer *out)
{
	struct answer_partner *partners =
	    arena_array(arena, json_array_size(list), sizeof *partners);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		partners[out->npartners++] = (struct answer_partner){
		    .id = text_of(arena, item, "id"),
		    .status = text_of(arena, item, "status"),
		    .reason = text_of(arena, item, "reason"),
		    .code = text_of(arena, item, "code"),
		    .detail = text_of(arena, item, "detail"),
		    .agreement = text_of(arena, item, "agreement"),
		    .begins = text_of(arena, item, "begins"),
		    .ends = text_of(arena, item, "ends"),
		};
	}
	out->partners = partners;
}

static void read_diagnostics(struct arena *arena, const json_t *list, struct answer *out)
{
	struct answer_diagnostic *diagnostics =
	    arena_array(arena, json_array_size(list), sizeof *diagnostics);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		struct answer_diagnostic *diagnostic = &diagnostics[out->ndiagnostics++];

		diagnostic->uri = text_of(arena, item, "uri");
		diagnostic->number = answer_diagnostic_number(diagnostic->uri);
		diagnostic->message = text_of(arena, item, "message");
		diagnostic->details = text_of(arena, item, "details");
	}
	out->diagnostics = diagnostics;
}

bool answer_read_json(struct arena *arena, const char *text, size_t length, struct answer *out)
{
	json_t *root = json_loadb(text, length, 0, NULL);

	*out = (struct answer){0};
	if (!json_is_array(json_object_get(root, "diagnostics"))) {
		json_decref(root);
		return false;
	}
	out->count = number_of(root, "numberOfRecords");
	out->next = number_of(root, "nextRecordPosition");
	out->exact = strcmp(text_of(arena, root, "resultCountPrecision"), "exact") == 0;
	out->nrecords = json_array_size(json_object_get(root, "records"));
	read_partners(arena, json_object_get(root, "partners"), out);
	read_diagnostics(arena, json_object_get(root, "diagnostics"), out);
	json_decref(root);
	return true;
}
