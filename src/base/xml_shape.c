#include "base/xml_shape.h"

#include <string.h>
#include <strings.h>

static bool encoding_is_known(const char *name)
{
	static const char *const known[] = {
	    "utf-8", "utf8", "utf-16", "iso-8859-", "windows-125", "us-ascii", "ascii"};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strncasecmp(name, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

/* The encoding that an XML declaration names; one that cannot be seen (UTF-16) reads as ASCII with
 * NULs between and is found by its marks like any other. */
static bool starts_well(const char *bytes, size_t length)
{
	char head[128];
	size_t used = 0;
	const char *name;

	for (size_t i = 0; i < length && i < 2 * sizeof head && used < sizeof head - 1; i++)
		if (bytes[i])
			head[used++] = bytes[i];
	head[used] = '\0';
	name = head + strspn(head, "\xEF\xBB\xBF\xFE\xFF \t\r\n");
	if (*name != '<')
		return false;
	if (strncmp(name, "<?xml", 5) != 0)
		return true;
	name = strstr(name, "encoding");
	if (!name || (strchr(head, '>') && name > strchr(head, '>')))
		return true;
	name += strcspn(name, "'\"");
	return *name && encoding_is_known(name + 1);
}

bool xml_shape_is_sane(const char *bytes, size_t length)
{
	int depth = 0, attributes = 0;
	bool in_tag = false, closing = false, empty = false;
	char quote = '\0';

	if (!starts_well(bytes, length))
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = bytes[i];

		if (c == '<') {
			/* No value may hold it, so that each one begins something new. */
			char next = i + 1 < length && !bytes[i + 1] && i + 2 < length ? bytes[i + 2]
				    : i + 1 < length				      ? bytes[i + 1]
										      : '\0';

			in_tag = next != '!' && next != '?';
			closing = next == '/';
			attributes = 0;
			quote = '\0';
		} else if (!in_tag) {
			continue;
		} else if (quote) {
			if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
			if (++attributes > XML_SHAPE_ATTRIBUTES_MAX)
				return false;
		} else if (c == '>') {
			in_tag = false;
			if (closing)
				depth -= depth > 0;
			else if (!empty && ++depth > XML_SHAPE_DEPTH_MAX)
				return false;
		}
		if (c)
			empty = c == '/';
	}
	return true;
}
