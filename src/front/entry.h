#ifndef SILANG_FRONT_ENTRY_H
#define SILANG_FRONT_ENTRY_H
/* One entry of a page as every front end gives it out: the record that stands for it, the libraries
 * that hold it. */
#include <stdbool.h>
#include <stddef.h>
#include "record/schema.h"
#include "registry/agreement.h"

struct arena;
struct diag;
struct page;
struct partner;

/* Reads the record of the page's entry `number` (from 0) again; a merged one gets an 852 for each
 * holding. With `holdings` what each library says of its copies, too. False when the record cannot
 * be read. */
bool entry_read(struct arena *arena, const struct page *page, size_t number, bool holdings,
    struct schema_record *out, struct diag *diag);
/* What names a library in records: its ISIL, else its id. */
const char *entry_code(const struct partner *partner);
/* What the agreement in force lets users ask that library for: "search loan"; NULL for nothing. */
const char *entry_services(struct arena *arena, const struct partner *partner, day_t today);

#endif
