#ifndef SILANG_RECORD_CHARSET_H
#define SILANG_RECORD_CHARSET_H
/* The character sets library records come in, turned into clean UTF-8 through YAZ's tables. */
#include <stdbool.h>
#include <stddef.h>

struct arena;

enum charset { CHARSET_AUTO, CHARSET_UTF8, CHARSET_MARC8, CHARSET_LATIN1, CHARSET_ISO5426 };

/* "utf-8", "marc-8", "iso-8859-1", "iso5426" (case ignored), "auto"; false for others. */
bool charset_parse(const char *name, enum charset *out);
const char *charset_name(enum charset charset);

/* One converter holds one iconv handle per character set it meets; reuse it for all the fields of
 * a record and for many records. Not thread-safe. */
struct charset_converter;
struct charset_converter *charset_converter_create(void);
void charset_converter_destroy(struct charset_converter *converter);

/* Converts one field's text (state is flushed at its end). Valid UTF-8 is kept whatever `from`
 * says, except that pure ASCII with MARC-8 escapes is decoded; UTF-8 with a few bad bytes is kept
 * too, as its good sequences hardly arise by chance. For the rest CHARSET_AUTO means MARC-8.
 * Bytes without meaning become U+FFFD; the result is XML-clean and NFC where the source is
 * decomposed MARC-8 or ISO 5426. */
char *charset_to_utf8(struct charset_converter *converter, struct arena *arena, enum charset from,
    const char *text, size_t length);

#endif
