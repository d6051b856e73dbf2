#ifndef SILANG_PROTOCOL_SRU_JSON_H
#define SILANG_PROTOCOL_SRU_JSON_H
/* What the writers of SRU's answers in JSON share. Values are taken over; only memory can fail, and
 * aborts, since all text is clean. */
#include <jansson.h>

struct arena;

void sru_json_put(json_t *object, const char *key, json_t *value);
void sru_json_append(json_t *array, json_t *value);
/* Nothing for NULL. */
void sru_json_text(struct arena *arena, json_t *object, const char *key, const char *text);
void sru_json_number(json_t *object, const char *key, unsigned long number);

#endif
