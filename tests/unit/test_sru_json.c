/* SRU's answers in JSON. */
#include "tests/unit/sru_encode_bench.h"

#include <math.h>
#include <string.h>

static json_t *scene_json(struct scene *scene)
{
	json_t *root = json_loadb(scene->text, scene->length, JSON_REJECT_DUPLICATES, NULL);

	if (!root)
		fail_msg("not JSON: %s", scene->text);
	return root;
}

static void explanations_are_in_json_too(void **state)
{
	struct sru_record record = records[0];
	const char *name, *how, *id, *because, *by;
	double sum, value, threshold;
	json_int_t holding, asked;
	struct scene scene;
	json_t *root;

	record.why = &why;
	scene_decode(&scene, "query=x&httpAccept=application/json");
	scene.answer.records = &record;
	scene.answer.nrecords = 1;
	scene.text = sru_encode_search(scene.arena, &scene.answer, &scene.length);
	root = scene_json(&scene);
	assert_int_equal(
	    json_unpack(json_object_get(json_array_get(json_object_get(root, "records"), 0), "why"),
		"{s:{s:f,s:I},s:{s:s},s:[{s:I,s:f,s:[{s:s,s:s,s:f}]}],s:[{s:s,s:s,s:[]}]}", "rank",
		"sum", &sum, "asked", &asked, "best", "by", &by, "joined", "holding", &holding,
		"threshold", &threshold, "evidence", "name", &name, "how", &how, "value", &value,
		"apart", "id", &id, "because", &because, "evidence"),
	    0);
	assert_true(fabs(sum - 6.749) < 1e-9 && value == -1.5 && threshold == 5);
	assert_int_equal(asked, 3);
	assert_int_equal(holding, 2);
	assert_string_equal(by, "fullness");
	assert_string_equal(name, "title");
	assert_string_equal(how, "nearly <the> same");
	assert_string_equal(id, "a&");
	assert_string_equal(because, "edition");
	json_decref(root);
	scene_close(&scene);
}

static void json_says_the_same(void **state)
{
	const char *id, *schema, *partner, *holding, *detail, *uri, *code, *service, *word;
	json_int_t hits, next, position, fetched;
	double score;
	struct scene scene;

	scene_decode(&scene, "query=x&httpAccept=application/json");
	scene.text = sru_encode_search(scene.arena, &scene.answer, &scene.length);

	json_t *root = scene_json(&scene), *record, *facets, *surrogate_record, *plain;

	assert_int_equal(
	    json_unpack(root, "{s:I,s:s,s:I,s:o,s:[{s:s},{s:s},{s:s,s:s},{}]}", "numberOfRecords",
		&hits, "resultSetId", &id, "nextRecordPosition", &next, "facets", &facets,
		"partners", "id", &partner, "reason", &word, "code", &code, "detail", &detail),
	    0);
	assert_int_equal(hits, 4711);
	assert_string_equal(id, scene.answer.result_set_id);
	assert_int_equal(next, 4);
	assert_int_equal(json_array_size(facets), 0);
	assert_string_equal(code, "bib1:114");
	assert_string_equal(detail, "Unsupported \"Use\" <\xEF\xBF\xBD>");
	assert_int_equal(json_unpack(root, "{s:[o,o,o],s:[{s:s}]}", "records", &record,
			     &surrogate_record, &plain, "diagnostics", "uri", &uri),
	    0);
	assert_string_equal(uri, "info:srw/diagnostic/1/59");
	assert_int_equal(
	    json_unpack(record, "{s:I,s:s,s:{s:[s]},s:F,s:[{s:s,s:[s,s]},{}]}", "position",
		&position, "schema", &schema, "record", "title", &word, "score", &score, "holdings",
		"partner", &holding, "services", &service, &service),
	    0);
	assert_int_equal(position, 1);
	assert_string_equal(word, title);
	assert_string_equal(service, "loan");
	assert_non_null(strstr(scene.text, "\"score\":0.8731,"));
	assert_true(json_is_null(json_object_get(surrogate_record, "record")));
	assert_int_equal(json_unpack(surrogate_record, "{s:{s:s}}", "diagnostic", "uri", &uri), 0);
	assert_string_equal(uri, "info:srw/diagnostic/1/70");
	assert_non_null(strstr(json_string_value(json_object_get(plain, "record")), "<plain>"));
	assert_null(json_object_get(plain, "score"));
	assert_int_equal(json_unpack(json_array_get(json_object_get(root, "partners"), 0), "{s:I}",
			     "fetched", &fetched),
	    0);
	assert_int_equal(fetched, 50);
	json_decref(root);
	arena_destroy(scene.arena);
}

static void json_failures_and_explain(void **state)
{
	struct scene scene;
	struct diag diag;
	const char *uri, *name;
	json_int_t count, mapped;

	scene_decode(&scene, "query=x&httpAccept=application/json");
	diag_set(&diag, DIAG_INDEX, "%s", "foo.bar\x01");
	scene.text = sru_encode_failure(scene.arena, &scene.request, &diag, &scene.length);

	json_t *root = scene_json(&scene);

	assert_int_equal(
	    json_unpack(root, "{s:I,s:[],s:[],s:[],s:[{s:s,s:s}]}", "numberOfRecords", &count,
		"records", "partners", "facets", "diagnostics", "uri", &uri, "details", &name),
	    0);
	assert_int_equal(count, 0);
	assert_string_equal(uri, "info:srw/diagnostic/1/16");
	assert_string_equal(name, "foo.bar");
	json_decref(root);
	arena_destroy(scene.arena);

	scene_decode(&scene, "httpAccept=application/json");
	scene.text = sru_encode_explain(scene.arena, &scene.explain, &scene.length);
	root = scene_json(&scene);
	assert_int_equal(json_unpack(root, "{s:{s:s,s:[{},{s:s,s:I},{},{}]}}", "explain",
			     "database", &uri, "indexes", "name", &name, "partners", &mapped),
	    0);
	assert_string_equal(uri, "sru/union");
	assert_string_equal(name, "creator");
	assert_int_equal(mapped, 11);
	json_decref(root);
	arena_destroy(scene.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(explanations_are_in_json_too),
	    cmocka_unit_test(json_says_the_same),
	    cmocka_unit_test(json_failures_and_explain),
	};

	return cmocka_run_group_tests_name("sru json", tests, NULL, NULL);
}
