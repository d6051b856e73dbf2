#ifndef SILANG_RECORD_XML_RECORD_PRIVATE_H
#define SILANG_RECORD_XML_RECORD_PRIVATE_H
/* What reads records in XML that are not MARC. */
#include <stdbool.h>
#include <libxml/tree.h>
#include "record/marc.h"

#define XML_RECORD_VALUE_MAX 65536 /* bytes of one text */

/* Whether a child of `parent` is an element of Dublin Core. */
bool dublin_core_has(const xmlNode *parent);
/* LoC, "Dublin Core to MARC Crosswalk" (unqualified, and the terms of DCMI). */
struct marc *dublin_core_read(struct arena *arena, const xmlNode *parent);
/* LoC, "MODS to MARC Mapping" (version 3). `mods` is a <mods> element. */
struct marc *mods_read(struct arena *arena, const xmlNode *mods);

#endif
