#ifndef SILANG_CLI_MATCH_H
#define SILANG_CLI_MATCH_H
/*
 * Why two records are, or are not, the same publication, at each level of merging: as the gateway
 * itself decides it (merge/cluster), for people and as JSON. Nothing is decided here.
 */
#include <jansson.h>

#include "merge/cluster.h"

struct arena;
struct bib;
struct doc;
struct marc;

#define MATCH_LEVELS 3 /* strict, normal, work */

struct match_record {
	struct bib *bib;
	struct doc *doc;
};

struct match {
	struct match_record records[2];
	struct {
		enum merge_level level;
		struct cluster_evidence evidence;
	} levels[MATCH_LEVELS];
};

void match_make(struct arena *arena, struct marc *const marcs[2], struct match *out);
/* At level normal, which is the gateway's own unless it is asked for another. */
bool match_is_same(const struct match *match);
/* `width` of the terminal; 0 cuts nothing. */
const char *match_text(struct arena *arena, const struct match *match, size_t width);
/* A new reference. */
json_t *match_json(struct arena *arena, const struct match *match);

#endif
