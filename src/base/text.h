#ifndef SILANG_BASE_TEXT_H
#define SILANG_BASE_TEXT_H
/* Small questions about text: UTF-8, XML characters, strict numbers, ASCII case. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Decodes one character of at most `length` bytes; returns its bytes, 0 when they are not UTF-8
 * (overlong forms, surrogates and above U+10FFFF included) or length is 0. */
size_t text_decode(const char *text, size_t length, uint32_t *character);
/* Encodes; returns the bytes written (1 to 4), 0 when `character` has no UTF-8 form. */
size_t text_encode(uint32_t character, char out[4]);
/* How many bytes at the beginning are ASCII and not below `least` (at most 0x7F). */
size_t text_plain_length(const char *text, size_t length, unsigned char least);
bool text_is_utf8(const char *text, size_t length);
bool text_is_ascii(const char *text, size_t length);
/* XML 1.0 Char (production 2). */
bool text_is_xml_char(uint32_t character);
/* A copy fit for XML: bad bytes become U+FFFD, characters XML forbids are dropped. */
char *text_xml_clean(struct arena *arena, const char *text, size_t length);
/* All digits, no sign, no blanks, at most `max`. */
bool text_parse_number(const char *text, uint64_t max, uint64_t *out);
/* ASCII letters compare without case; other bytes as they are. */
bool text_equal_ignoring_case(const char *a, const char *b);
int text_compare_ignoring_case(const char *a, const char *b);
/* A lower-cased copy (ASCII letters only). */
char *text_lower(struct arena *arena, const char *text);
/* A copy without leading and trailing ASCII white space. */
char *text_trim(struct arena *arena, const char *text, size_t length);
/* Largest length <= max at which `text` can be cut between characters. */
size_t text_cut(const char *text, size_t length, size_t max);
/* Words between blanks. */
size_t text_count_words(const char *text);

#endif
