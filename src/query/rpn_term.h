#ifndef SILANG_QUERY_RPN_TERM_H
#define SILANG_QUERY_RPN_TERM_H
/* One RPN operand into a clause of the tree: Bib-1 attributes (Z39.50 ATR.1) and the term. */
#include <stdbool.h>
#include <yaz/z-core.h>

struct arena;
struct query;
struct rpn_fault;

/* `set` is the query's own attribute set, NULL when it has none. */
bool rpn_term_read(struct arena *arena, const Z_AttributesPlusTerm *apt, const Odr_oid *set,
    const struct query **out, struct rpn_fault *fault);
/* The index that attributes name by themselves. */
bool rpn_attributes_index(struct arena *arena, const Z_AttributeList *attributes,
    const Odr_oid *set, const char **index_set, const char **index, struct rpn_fault *fault);
/* The index of that name, with or without its set; false when it cannot be one. */
bool rpn_name_index(
    struct arena *arena, const char *name, const char **index_set, const char **index);
/* The index that a Bib-1 use attribute stands for; false when the tree has none for it. */
bool rpn_known_use(long use, const char **set, const char **index);
/* Fills `fault` and returns false. */
bool rpn_fault_set(struct rpn_fault *fault, int bib1, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
