#include "registry/config_xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/config_report.h"

/* XInclude 1.0, as much of it as a configuration needs: no xpointer, no encodings. */

#define LEVELS_MAX 8
#define FILES_MAX 20000
#define BYTES_MAX ((size_t)64 << 20) /* of all files together */

/* The documents that are being included in one another, the innermost first. */
struct chain {
	const char *file;
	const struct chain *up;
	unsigned level;
};

static bool load_ok(struct config_source *source, const char *path, char **text, size_t *length,
    size_t most, char *why, size_t size)
{
	*why = '\0';
	if (source->files >= FILES_MAX || source->bytes >= BYTES_MAX) {
		snprintf(
		    why, size, "the configuration has more than %d files or 64 MiB", FILES_MAX);
		return false;
	}
	source->files++;
	if (!source->load(source->load_arg, path, text, length, why, size)) {
		if (!*why)
			snprintf(why, size, "it cannot be read");
		return false;
	}
	source->bytes += *length;
	if (*length > most) {
		snprintf(why, size, "it has %zu bytes; at most %zu are read", *length, most);
		free(*text);
		*text = NULL;
		return false;
	}
	return true;
}

const char *config_source_load(struct config_source *source, const char *path, size_t most,
    size_t *length, char *why, size_t size)
{
	char *text = NULL;
	const char *kept;

	if (!load_ok(source, path, &text, length, most, why, size))
		return NULL;
	kept = arena_strndup(source->arena, text ? text : "", text ? *length : 0);
	free(text);
	return kept;
}

const char *config_source_resolve(struct arena *arena, const char *base, const char *href)
{
	const char *slash = strrchr(base, '/');

	while (strncmp(href, "./", 2) == 0)
		href += 2;
	if (*href == '/' || !slash)
		return arena_strdup(arena, href);
	return arena_printf(arena, "%.*s%s", (int)(slash + 1 - base), base, href);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The file an href names: %XX are bytes of its name. NULL when it is no relative or absolute path.
 */
static const char *href_path(struct arena *arena, const char *href)
{
	char *path = arena_alloc(arena, strlen(href) + 1), *out = path;

	if (!*href || strchr(href, '#') || strchr(href, '?') || strstr(href, ":/"))
		return NULL;
	for (; *href; href++) {
		if (*href != '%') {
			*out++ = *href;
			continue;
		}
		if (!href[1] || hex_value(href[1]) < 0 || hex_value(href[2]) < 0)
			return NULL;
		*out = (char)(hex_value(href[1]) << 4 | hex_value(href[2]));
		if (!*out++)
			return NULL;
		href += 2;
	}
	return path;
}

static bool is_xinclude(const struct config_node *node, const char *name)
{
	return node->name && strcmp(node->ns, CONFIG_XINCLUDE_NS) == 0 &&
	       strcmp(node->name, name) == 0;
}

/* What one xi:include asks for. */
struct inclusion {
	const char *href;
	bool as_text, bad;
	struct config_node *fallback;
};

static void read_include_attribute(struct config_source *source, const struct config_node *node,
    const struct config_attribute *attribute, struct inclusion *out)
{
	static const char *const names[] = {"href", "parse"};

	if (strcmp(attribute->name, "href") == 0) {
		out->href = attribute->value;
	} else if (strcmp(attribute->name, "parse") == 0) {
		out->as_text = strcmp(attribute->value, "text") == 0;
		if (out->as_text || strcmp(attribute->value, "xml") == 0)
			return;
		out->bad = true;
		config_report_add(source->report, node->file, attribute->line,
		    "xi:include/@parse: \"%s\" is not one of: xml, text", attribute->value);
	} else {
		out->bad = true;
		config_report_add(source->report, node->file, attribute->line,
		    "unknown attribute \"%s\" on <xi:include>%s", attribute->name,
		    config_report_hint(source->arena, attribute->name, names, 2));
	}
}

static struct inclusion read_include(struct config_source *source, const struct config_node *node)
{
	struct inclusion out = {0};

	for (const struct config_attribute *a = node->attributes; a; a = a->next)
		read_include_attribute(source, node, a, &out);
	for (struct config_node *child = node->first; child; child = child->next) {
		if (is_xinclude(child, "fallback") && !out.fallback) {
			out.fallback = child;
			continue;
		}
		out.bad = true;
		config_report_add(source->report, child->file, child->line,
		    "<xi:include> holds one <xi:fallback> and nothing else");
	}
	if (!out.href) {
		out.bad = true;
		config_report_add(source->report, node->file, node->line,
		    "<xi:include> needs an href, the path of the file to include");
	}
	return out;
}

static bool chain_has(const struct chain *chain, const char *file)
{
	for (; chain; chain = chain->up)
		if (strcmp(chain->file, file) == 0)
			return true;
	return false;
}

static void expand(
    struct config_source *source, struct config_node *parent, const struct chain *chain);

static struct config_node *text_node(
    struct config_source *source, const char *file, const char *text, size_t length)
{
	struct config_node *node = arena_alloc(source->arena, sizeof *node);

	node->text = text_xml_clean(source->arena, text, length);
	node->file = file;
	node->line = 1;
	if (!text_is_utf8(text, length))
		config_report_add(source->report, file, 1, "the included text is not UTF-8");
	return node;
}

/* Loads and expands; NULL when there is nothing to put in the include's place. */
static struct config_node *included(struct config_source *source, const struct config_node *node,
    const struct inclusion *want, const struct chain *chain, const char *path)
{
	char why[256];
	size_t length;
	const char *text =
	    config_source_load(source, path, CONFIG_FILE_MAX, &length, why, sizeof why);
	struct chain inner = {path, chain, chain->level + 1};
	struct config_node *root;

	if (!text && want->fallback) {
		expand(source, want->fallback, chain);
		return want->fallback->first;
	}
	if (!text) {
		source->incomplete = true;
		config_report_add(
		    source->report, node->file, node->line, "cannot include \"%s\": %s", path, why);
		return NULL;
	}
	if (want->as_text)
		return text_node(source, path, text, length);
	root = config_xml_parse(source, path, text, length);
	if (!root)
		return NULL;
	root->included = true;
	if (is_xinclude(root, "include"))
		config_report_add(source->report, root->file, root->line,
		    "the root element of an included file cannot be <xi:include>");
	else
		expand(source, root, &inner);
	return root;
}

static struct config_node *include(
    struct config_source *source, const struct config_node *node, const struct chain *chain)
{
	struct inclusion want = read_include(source, node);
	const char *path = want.href ? href_path(source->arena, want.href) : NULL;

	if (want.href && !path)
		config_report_add(source->report, node->file, node->line,
		    "xi:include/@href: \"%s\" is not the path of a file, relative to this one "
		    "or absolute",
		    want.href);
	if (want.bad || !path) {
		source->incomplete = true;
		return NULL;
	}
	path = config_source_resolve(source->arena, node->base, path);
	if (chain_has(chain, path)) {
		config_report_add(source->report, node->file, node->line,
		    "\"%s\" includes itself; remove this <xi:include>", path);
		return NULL;
	}
	if (chain->level >= LEVELS_MAX) {
		source->incomplete = true;
		config_report_add(source->report, node->file, node->line,
		    "files are included in one another more than %d levels deep", LEVELS_MAX);
		return NULL;
	}
	return included(source, node, &want, chain, path);
}

/* Puts what is included in the place of each xi:include below `parent`. */
static void expand(
    struct config_source *source, struct config_node *parent, const struct chain *chain)
{
	struct config_node **link = &parent->first, *node;

	parent->last = NULL;
	while ((node = *link)) {
		if (is_xinclude(node, "include")) {
			struct config_node *next = node->next;

			*link = include(source, node, chain);
			while (*link) {
				(*link)->parent = parent;
				parent->last = *link;
				link = &(*link)->next;
			}
			*link = next;
			continue;
		}
		if (node->name)
			expand(source, node, chain);
		parent->last = node;
		link = &node->next;
	}
}

struct config_node *config_xml_read(struct config_source *source, const char *file)
{
	struct chain chain = {file, NULL, 0};
	struct config_node *root;
	char why[256];
	size_t length;
	const char *text =
	    config_source_load(source, file, CONFIG_FILE_MAX, &length, why, sizeof why);

	if (!text) {
		source->incomplete = true;
		config_report_file(source->report, file);
		config_report_add(source->report, file, 1, "cannot be read: %s", why);
		return NULL;
	}
	root = config_xml_parse(source, file, text, length);
	if (root)
		expand(source, root, &chain);
	return root;
}
