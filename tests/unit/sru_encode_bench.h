#ifndef SILANG_TESTS_SRU_ENCODE_BENCH_H
#define SILANG_TESTS_SRU_ENCODE_BENCH_H
/* What the tests of SRU's answers stand on: a request, and an answer to it with everything in it,
 * written and read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libxml/xpath.h>

#include "base/arena.h"
#include "protocol/sru.h"

#define DC "info:srw/schema/1/dc-v1.1"

/* What the answer has. */
extern char title[]; /* of every record but the surrogate */
extern const struct sru_record records[];
extern const struct sru_partner partners[];
/* Not in it: one record's explanation. */
extern const struct sru_why why;

struct scene {
	struct arena *arena;
	struct sru_request request;
	struct sru_search_answer answer;
	struct sru_explain_answer explain;
	char *text;
	size_t length;
	xmlDocPtr doc;
	xmlXPathContextPtr xpath;
};

void scene_decode(struct scene *scene, const char *text);
void scene_parse(struct scene *scene);
void scene_search(struct scene *scene);
void scene_close(struct scene *scene);
/* The value of an XPath expression as a string, in the arena. */
const char *look(struct scene *scene, const char *path);
/* Names of an element's children, in order. */
const char *children(struct scene *scene, const char *path);

#define assert_look(scene, path, value) assert_string_equal(look(scene, path), value)

#endif
