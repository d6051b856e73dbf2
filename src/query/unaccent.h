#ifndef SILANG_QUERY_UNACCENT_H
#define SILANG_QUERY_UNACCENT_H
/*
 * A question without its diacritics, for catalogues that index without them, or in a character set
 * that what was sent to them was not in: "Qurʼān" as "Qur'an", "Łódź" as "Lodz".
 */

struct arena;
struct query;

/* NULL when nothing in its terms changes. Shares with `query` what stays the same. */
const struct query *query_unaccent(struct arena *arena, const struct query *query);
/* One text in UTF-8: `text` itself when nothing changes. */
const char *unaccent(struct arena *arena, const char *text);

#endif
