/*
 * The bytes of an answer as a tree, however careless the server was about its character set: what
 * is UTF-8 is read as UTF-8, whatever is declared; what is not, but says it is (or says nothing),
 * has its stray bytes taken for ISO 8859-1; any other declared set is libxml2's business.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/xml_node.h"
#include "base/xml_read.h"
#include "protocol/apdu.h"
#include "protocol/sru_client_parts.h"

#define ANSWER_MAX ((size_t)64 << 20)

void sru_client_say(char out[DIAG_DETAILS_MAX], const char *text)
{
	apdu_clean_text(out, DIAG_DETAILS_MAX, text, strlen(text));
}

struct bytes {
	const char *at;
	size_t length;
};

static bool begins(struct bytes bytes, const char *word)
{
	return bytes.length >= strlen(word) && strncasecmp(bytes.at, word, strlen(word)) == 0;
}

/* Byte order mark and white space: an XML declaration must come first, but does not always. */
static struct bytes skip_blank(struct bytes bytes)
{
	if (begins(bytes, "\xEF\xBB\xBF"))
		bytes = (struct bytes){bytes.at + 3, bytes.length - 3};
	while (bytes.length && *bytes.at && strchr(" \t\r\n", *bytes.at)) {
		bytes.at++;
		bytes.length--;
	}
	return bytes;
}

/* The declaration's length, 0 when there is none. *foreign: it names another set than UTF-8. */
static size_t declaration(struct bytes bytes, bool *foreign)
{
	const char *end, *name;
	char head[200];
	size_t length;

	*foreign = false;
	if (!begins(bytes, "<?xml"))
		return 0;
	length = bytes.length < sizeof head - 1 ? bytes.length : sizeof head - 1;
	memcpy(head, bytes.at, length);
	head[length] = '\0';
	end = strstr(head, "?>");
	name = strstr(head, "encoding");
	if (!end)
		return 0;
	if (name && name < end) {
		name += strcspn(name, "'\"");
		*foreign =
		    *name && strncasecmp(name + 1, "utf-8", 5) && strncasecmp(name + 1, "utf8", 4);
	}
	return (size_t)(end + 2 - head);
}

/* Valid UTF-8 stays, other bytes become the characters they are in ISO 8859-1; what XML forbids is
 * left out. */
static struct bytes mend(struct arena *arena, struct bytes bytes)
{
	char *text = arena_alloc(arena, 2 * bytes.length + 1), *out = text;

	for (size_t i = 0, taken; i < bytes.length; i += taken) {
		uint32_t character;

		taken = text_decode(bytes.at + i, bytes.length - i, &character);
		if (!taken) {
			character = (unsigned char)bytes.at[i];
			taken = 1;
		}
		if (text_is_xml_char(character))
			out += text_encode(character, out);
	}
	return (struct bytes){text, (size_t)(out - text)};
}

static bool ends_with_its_root(struct bytes bytes, const xmlDoc *document)
{
	const char *name = xml_node_name(xmlDocGetRootElement(document));
	size_t length = strlen(name);

	while (bytes.length && bytes.at[bytes.length - 1] != '>')
		bytes.length--;
	while (bytes.length && strchr("> \t\r\n", bytes.at[bytes.length - 1]))
		bytes.length--;
	return length && bytes.length > length &&
	       memcmp(bytes.at + bytes.length - length, name, length) == 0;
}

/* Errors that leave the answer whole (a stray &, an entity of HTML's) are got over; an answer that
 * stops in the middle is none. */
static enum xml_reading parse_broken(struct arena *arena, struct bytes bytes, xmlDocPtr *document)
{
	enum xml_reading result;

	bytes = mend(arena, bytes);
	result = xml_read(bytes.at, bytes.length, 0, document);
	if (result != XML_READ_BROKEN)
		return result;
	result = xml_read(bytes.at, bytes.length, XML_PARSE_RECOVER, document);
	if (result == XML_READ && !ends_with_its_root(bytes, *document)) {
		xmlFreeDoc(*document);
		*document = NULL;
		result = XML_READ_BROKEN;
	}
	return result;
}

static const char *what_else(struct bytes bytes)
{
	if (!bytes.length)
		return "the answer is empty";
	if (begins(bytes, "<!doctype html") || begins(bytes, "<html"))
		return "the answer is HTML, not SRU";
	if (*bytes.at == '{' || *bytes.at == '[')
		return "the answer is JSON, not SRU's XML";
	return NULL;
}

bool sru_client_parse(struct arena *arena, const struct sru_arrived *arrived, xmlDocPtr *document,
    char why[DIAG_DETAILS_MAX])
{
	struct bytes bytes = skip_blank((struct bytes){arrived->bytes, arrived->length});
	const char *instead = what_else(bytes);
	enum xml_reading result;
	bool foreign, utf8;
	size_t skip;

	*document = NULL;
	if (!instead && bytes.length > ANSWER_MAX)
		instead = "the answer is too large";
	if (!instead) {
		skip = declaration(bytes, &foreign);
		utf8 =
		    text_is_utf8(bytes.at, bytes.length) && !memchr(bytes.at, '\0', bytes.length);
		if (skip && utf8)
			bytes = skip_blank((struct bytes){bytes.at + skip, bytes.length - skip});
		result = xml_read(bytes.at, bytes.length, 0, document);
		if (result == XML_READ_BROKEN && (utf8 || !foreign) &&
		    !memchr(bytes.at, '\0', bytes.length))
			result = parse_broken(arena, bytes, document);
		if (result == XML_READ)
			return true;
		instead = what_else(bytes);
		if (!instead)
			instead = result == XML_READ_DOCTYPE
				      ? "the answer has a document type declaration"
				  : result == XML_READ_SHAPE
				      ? "the answer is no XML, or shaped like no honest answer"
				      : "the answer is not well-formed XML";
	}
	snprintf(why, DIAG_DETAILS_MAX, "%s", instead);
	return false;
}
