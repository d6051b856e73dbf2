#ifndef SILANG_PROTOCOL_SRU_WHY_H
#define SILANG_PROTOCOL_SRU_WHY_H
/* Why an entry is as it is (x-explain=1): as XML inside <holdings>, and as JSON. */
#include <jansson.h>

struct arena;
struct sru_why;
struct sru_xml;

void sru_why_xml(struct sru_xml *xml, const struct sru_why *why);
/* A new reference. */
json_t *sru_why_json(struct arena *arena, const struct sru_why *why);

#endif
