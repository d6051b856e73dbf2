#ifndef SILANG_RECORD_CROSSWALK_H
#define SILANG_RECORD_CROSSWALK_H
/* From record formats to the normalised description. Table driven: one row a field and its handler.
 */
#include "record/bib.h"

enum crosswalk_format { CROSSWALK_MARC21, CROSSWALK_UNIMARC };

/* Never fails: what a record does not say stays missing. The result shares `marc`'s text. */
struct bib *crosswalk_marc(
    struct arena *arena, const struct marc *marc, enum crosswalk_format format);

#endif
