#ifndef SILANG_REGISTRY_CONFIG_OPTION_H
#define SILANG_REGISTRY_CONFIG_OPTION_H
/*
 * The one table of what a configuration may say: every element and every attribute with its type,
 * default, range and help. The reader, its messages and doc/configuration.md follow it; a test
 * holds the RELAX NG schema and the sample to it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum config_type {
	CONFIG_TEXT,
	CONFIG_ID,	   /* [A-Za-z][A-Za-z0-9_-]* */
	CONFIG_IDS,	   /* several of them, between blanks */
	CONFIG_NUMBER,	   /* into unsigned */
	CONFIG_BYTES,	   /* 64MiB; into size_t */
	CONFIG_DURATION,   /* into msec_t */
	CONFIG_SOFT,	   /* off, auto or a duration; into msec_t */
	CONFIG_WORD,	   /* one of `words`; its place among them into an enum */
	CONFIG_FLAG,	   /* one of two words; the second is true; into bool */
	CONFIG_DAY,	   /* into day_t */
	CONFIG_LISTEN,	   /* ADDRESS:PORT into struct config_listen */
	CONFIG_NAMESERVER, /* ADDRESS or ADDRESS:PORT, into text with a port */
	CONFIG_TARGET_URL, /* into struct partner_target at large */
	CONFIG_LINK,	   /* http, https or mailto, may hold {id} */
	CONFIG_FILE,	   /* path of a file that holds a password */
	CONFIG_PEM,	   /* path of a file of certificates or of a key; into text, resolved */
	CONFIG_PROFILE,	   /* a built-in name or a path */
};

struct config_option {
	const char *element, *name;
	enum config_type type;
	bool required;
	const char *fallback; /* default, as it would be written; NULL: none */
	int64_t least, most;  /* numbers, bytes, milliseconds */
	const char *words;    /* CONFIG_WORD, CONFIG_FLAG: between blanks */
	size_t offset;	      /* within the element's struct */
	const char *help;
};

enum config_content { CONFIG_EMPTY, CONFIG_TEXTUAL, CONFIG_PARTS };

struct config_element {
	const char *name;
	const char *parents; /* between blanks; "" for the root */
	enum config_content content;
	bool required, many; /* within each parent */
	const char *help;
};

const struct config_option *config_options(size_t *count);
const struct config_element *config_elements(size_t *count);
const struct config_element *config_element_find(const char *name);
const struct config_option *config_option_find(const char *element, const char *name);
/* What a value of it is, in words: "a duration from 1ms to 1h". */
char *config_option_kind(const struct config_option *option, char *out, size_t size);
/* True when `name` stands among the words. */
bool config_words_have(const char *words, const char *name);
/* The names of an element's attributes, or of the elements it may hold; at most `most`. */
size_t config_allowed(const char *element, bool attributes, const char *names[], size_t most);

#endif
