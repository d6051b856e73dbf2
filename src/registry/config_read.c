#include "registry/config_read.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "registry/config_option.h"
#include "registry/config_report.h"

#define NAMES_MAX 32
#define ELEMENTS_MAX 32

/* An element's parts while they are read: which were seen, and where. */
struct visit {
	struct config_reader *reader;
	const char *element;
	void *at;
	const struct config_node *seen[ELEMENTS_MAX];
};

int config_line(const struct config_node *node, const char *attribute)
{
	for (const struct config_attribute *a = node->attributes; a; a = a->next)
		if (strcmp(a->name, attribute) == 0)
			return a->line;
	return node->line;
}

static bool has_attribute(const struct config_node *node, const char *name)
{
	for (const struct config_attribute *a = node->attributes; a; a = a->next)
		if (strcmp(a->name, name) == 0)
			return true;
	return false;
}

static void complain_attribute(struct config_reader *reader, const struct config_node *node,
    const struct config_attribute *attribute)
{
	const char *names[NAMES_MAX];
	size_t count = config_allowed(node->name, true, names, NAMES_MAX);

	config_report_add(reader->report, node->file, attribute->line,
	    "unknown attribute \"%s\" on <%s>%s", attribute->name, node->name,
	    count ? config_report_hint(reader->scratch, attribute->name, names, count)
		  : "; it has no attributes");
}

static void read_attribute(struct config_reader *reader, const struct config_node *node,
    const struct config_attribute *attribute, void *at)
{
	const struct config_option *option = config_option_find(node->name, attribute->name);
	struct config_value value = {.reader = reader,
	    .option = option,
	    .text = attribute->value,
	    .base = node->base,
	    .at = at};
	const char *wrong;

	if (!option || *attribute->ns) {
		complain_attribute(reader, node, attribute);
		return;
	}
	wrong = config_value_read(&value);
	if (!wrong)
		return;
	if (value.secret)
		config_report_add(reader->report, node->file, attribute->line, "%s/@%s %s",
		    node->name, attribute->name, wrong);
	else
		config_report_add(reader->report, node->file, attribute->line,
		    "%s/@%s: \"%.200s\" %s", node->name, attribute->name, attribute->value, wrong);
}

/* The defaults of an element's options, whether the element is there or not. */
static void put_defaults(struct config_reader *reader, const char *element, void *at)
{
	size_t count;
	const struct config_option *options = config_options(&count);

	for (size_t i = 0; i < count; i++) {
		struct config_value value = {.reader = reader,
		    .option = &options[i],
		    .text = options[i].fallback,
		    .base = "",
		    .at = at};

		if (options[i].fallback && strcmp(options[i].element, element) == 0)
			config_value_read(&value);
	}
}

static void read_attributes(struct config_reader *reader, const struct config_node *node, void *at)
{
	size_t count;
	const struct config_option *options = config_options(&count);

	put_defaults(reader, node->name, at);
	for (const struct config_attribute *a = node->attributes; a; a = a->next)
		read_attribute(reader, node, a, at);
	for (size_t i = 0; i < count; i++)
		if (options[i].required && strcmp(options[i].element, node->name) == 0 &&
		    !has_attribute(node, options[i].name))
			config_report_add(reader->report, node->file, node->line,
			    "<%s> needs the attribute %s: %s", node->name, options[i].name,
			    options[i].help);
}

static bool is_blank_text(const struct config_node *node)
{
	return !node->text[strspn(node->text, " \t\r\n")];
}

/* All the text of an element, with its white space made single blanks. */
static const char *element_text(struct config_reader *reader, const struct config_node *node)
{
	size_t length = 0, at = 0;
	char *text;

	for (const struct config_node *child = node->first; child; child = child->next)
		length += child->text ? strlen(child->text) : 0;
	text = arena_alloc(reader->arena, length + 1);
	for (const struct config_node *child = node->first; child; child = child->next) {
		if (!child->text) {
			config_report_add(reader->report, child->file, child->line,
			    "<%s> holds text only; remove <%s>", node->name, child->name);
			continue;
		}
		for (const char *p = child->text; *p; p++) {
			bool blank = strchr(" \t\r\n", *p) != NULL;

			if (!blank)
				text[at++] = *p;
			else if (at && text[at - 1] != ' ')
				text[at++] = ' ';
		}
	}
	text[at && text[at - 1] == ' ' ? at - 1 : at] = '\0';
	if (!*text && !reader->source.incomplete)
		config_report_add(reader->report, node->file, node->line, "<%s> is empty; write %s",
		    node->name, config_element_find(node->name)->help);
	return text;
}

static void read_parts(
    struct config_reader *reader, const struct config_node *node, const char *element, void *at);

/* A key of ours is of no use without its certificate. */
static void check_key(struct config_reader *reader, const struct config_node *node)
{
	if (has_attribute(node, "tls-key") && !has_attribute(node, "tls-certificate"))
		config_report_add(reader->report, node->file, config_line(node, "tls-key"),
		    "%s/@tls-key needs tls-certificate beside it, the path of the certificate's "
		    "file",
		    node->name);
}

static void read_listen(struct config_reader *reader, const struct config_node *node, void *at)
{
	struct config *config = at;

	read_attributes(reader, node, at);
	check_key(reader, node);
	config->listen_tls.file = arena_strdup(reader->arena, node->file);
	config->listen_tls.line = config_line(node, "tls-certificate");
	if (!has_attribute(node, "sru") && !has_attribute(node, "z3950"))
		config_report_add(reader->report, node->file, node->line,
		    "<listen> needs sru, z3950 or both, such as sru=\"127.0.0.1:9080\"");
	if (config->sru.present && config->z3950.present && config->sru.port &&
	    config->sru.port == config->z3950.port &&
	    strcmp(config->sru.host, config->z3950.host) == 0)
		config_report_add(reader->report, node->file, config_line(node, "z3950"),
		    "listen/@z3950 is the same address and port as listen/@sru; give each its own");
}

static void read_search(struct config_reader *reader, const struct config_node *node, void *at)
{
	read_attributes(reader, node, &((struct config *)at)->search);
}

static void read_limits(struct config_reader *reader, const struct config_node *node, void *at)
{
	read_attributes(reader, node, &((struct config *)at)->limits);
}

static void read_resolve(struct config_reader *reader, const struct config_node *node, void *at)
{
	read_attributes(reader, node, at);
}

static void read_partners(struct config_reader *reader, const struct config_node *node, void *at)
{
	read_attributes(reader, node, at);
	read_parts(reader, node, "partners", at);
}

static void read_partner(struct config_reader *reader, const struct config_node *node, void *at)
{
	struct config_partner_draft *draft = arena_alloc(reader->scratch, sizeof *draft);

	draft->partner = arena_alloc(reader->arena, sizeof *draft->partner);
	draft->node = node;
	draft->last_link = &draft->links;
	*reader->last_partner = draft;
	reader->last_partner = &draft->next;
	read_attributes(reader, node, draft->partner);
	read_parts(reader, node, "partner", draft);
}

static void read_group(struct config_reader *reader, const struct config_node *node, void *at)
{
	struct config_group_draft *draft = arena_alloc(reader->scratch, sizeof *draft);

	draft->node = node;
	*reader->last_group = draft;
	reader->last_group = &draft->next;
	read_attributes(reader, node, draft);
}

static void read_name(struct config_reader *reader, const struct config_node *node, void *at)
{
	read_attributes(reader, node, at);
	((struct config_partner_draft *)at)->partner->name = element_text(reader, node);
}

static void read_place(struct config_reader *reader, const struct config_node *node, void *at)
{
	read_attributes(reader, node, at);
	((struct config_partner_draft *)at)->partner->place = element_text(reader, node);
}

static void read_isil(struct config_reader *reader, const struct config_node *node, void *at)
{
	const char *isil = element_text(reader, node);

	read_attributes(reader, node, at);
	if (strchr(isil, ' '))
		config_report_add(reader->report, node->file, node->line,
		    "isil: \"%s\" has a blank; write it without, such as ID-YoUGM", isil);
	((struct config_partner_draft *)at)->partner->isil = isil;
}

static void read_agreement(struct config_reader *reader, const struct config_node *node, void *at)
{
	struct config_partner_draft *draft = at;
	struct agreement *agreement = &draft->partner->agreement;
	char begins[11], ends[11];

	agreement->present = true;
	read_attributes(reader, node, agreement);
	read_parts(reader, node, "agreement", draft);
	if (agreement->begins && agreement->ends && agreement->begins > agreement->ends)
		config_report_add(reader->report, node->file, config_line(node, "ends"),
		    "the agreement begins on %s, after it ends on %s; the first day in force "
		    "comes first",
		    day_print(agreement->begins, begins), day_print(agreement->ends, ends));
}

static void read_service(struct config_reader *reader, const struct config_node *node, void *at)
{
	struct config_partner_draft *draft = at;
	const char *name = element_text(reader, node), *names[SERVICE_COUNT];
	enum service service;

	read_attributes(reader, node, at);
	for (int i = 0; i < SERVICE_COUNT; i++)
		names[i] = service_name((enum service)i);
	if (!*name)
		return;
	if (!service_parse(name, &service)) {
		config_report_add(reader->report, node->file, node->line,
		    "service: \"%.200s\" is not known%s", name,
		    config_report_hint(reader->scratch, name, names, SERVICE_COUNT));
		return;
	}
	if (draft->services[service])
		config_report_add(reader->report, node->file, node->line,
		    "service: \"%s\" is listed already at line %d", name,
		    draft->services[service]->line);
	draft->services[service] = node;
	draft->partner->agreement.services |= 1u << service;
}

static void check_tls(struct config_reader *reader, const struct config_node *node,
    const struct partner_target *target)
{
	static const char *const names[] = {"tls-ca-file", "tls-certificate", "tls-key"};

	for (size_t i = 0; i < 3 && target->url && !target->tls; i++)
		if (has_attribute(node, names[i]))
			config_report_add(reader->report, node->file, config_line(node, names[i]),
			    "target/@%s is for targets with TLS; write z3950s://… or https://…",
			    names[i]);
	check_key(reader, node);
}

static void read_target(struct config_reader *reader, const struct config_node *node, void *at)
{
	static const char *const with_user[] = {"password-file", "group", "authentication"};
	struct config_partner_draft *draft = at;
	const struct config_option *profile = config_option_find("target", "profile");
	const char *name = profile->fallback;

	read_attributes(reader, node, &draft->partner->target);
	for (const struct config_attribute *a = node->attributes; a; a = a->next)
		if (strcmp(a->name, "profile") == 0)
			name = a->value;
	draft->profile = config_profile_get(reader, node->base, name)->hash;
	check_tls(reader, node, &draft->partner->target);
	if (has_attribute(node, "user") && !has_attribute(node, "password-file"))
		config_report_add(reader->report, node->file, config_line(node, "user"),
		    "target/@user needs password-file beside it, the path of the file that holds "
		    "the password");
	for (size_t i = 0; i < 3 && !has_attribute(node, "user"); i++)
		if (has_attribute(node, with_user[i]))
			config_report_add(reader->report, node->file,
			    config_line(node, with_user[i]), "target/@%s needs user beside it",
			    with_user[i]);
}

static void read_link(struct config_reader *reader, const struct config_node *node, void *at)
{
	struct config_partner_draft *draft = at;
	struct config_link_draft *link = arena_alloc(reader->scratch, sizeof *link);

	*draft->last_link = link;
	draft->last_link = &link->next;
	draft->partner->nlinks++;
	read_attributes(reader, node, &link->link);
}

static const struct {
	const char *name;
	void (*read)(struct config_reader *reader, const struct config_node *node, void *at);
} parts[] = {
    {"listen", read_listen},
    {"search", read_search},
    {"limits", read_limits},
    {"resolve", read_resolve},
    {"partners", read_partners},
    {"partner", read_partner},
    {"group", read_group},
    {"name", read_name},
    {"place", read_place},
    {"isil", read_isil},
    {"agreement", read_agreement},
    {"service", read_service},
    {"target", read_target},
    {"link", read_link},
};

static void complain_element(
    const struct visit *visit, const struct config_node *node, const struct config_element *known)
{
	struct config_reader *reader = visit->reader;
	const char *names[NAMES_MAX];
	size_t count = config_allowed(visit->element, false, names, NAMES_MAX);

	if (strcmp(node->ns, reader->ns) != 0)
		config_report_add(reader->report, node->file, node->line,
		    "<%s> is in the namespace \"%s\"; a configuration's elements are in \"%s\"",
		    node->name, node->ns, CONFIG_NS);
	else if (known)
		config_report_add(reader->report, node->file, node->line,
		    "<%s> cannot stand in <%s>%s%s", node->name, visit->element,
		    *known->parents ? "; it belongs into <" : "; it is the root element",
		    *known->parents ? arena_printf(reader->scratch, "%.*s>",
					  (int)strcspn(known->parents, " "), known->parents)
				    : "");
	else
		config_report_add(reader->report, node->file, node->line,
		    "unknown element <%s> in <%s>%s", node->name, visit->element,
		    count ? config_report_hint(reader->scratch, node->name, names, count)
			  : "; it holds no elements");
}

/* An included configuration's elements stand in the including one's. */
static bool is_container(const struct visit *visit, const struct config_node *node)
{
	return node->included && strcmp(node->ns, visit->reader->ns) == 0 &&
	       strcmp(node->name, "silang") == 0 && strcmp(visit->element, "silang") == 0;
}

static void read_part(struct visit *visit, const struct config_node *node)
{
	struct config_reader *reader = visit->reader;
	const struct config_element *element = config_element_find(node->name);
	size_t count, index;

	if (!element || strcmp(node->ns, reader->ns) != 0 ||
	    !config_words_have(element->parents, visit->element)) {
		complain_element(visit, node, element);
		return;
	}
	index = (size_t)(element - config_elements(&count));
	if (visit->seen[index] && !element->many)
		config_report_add(reader->report, node->file, node->line,
		    "<%s> stands here a second time; one is enough, the first is at %s:%d",
		    node->name, visit->seen[index]->file, visit->seen[index]->line);
	visit->seen[index] = node;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strcmp(parts[i].name, node->name) == 0)
			parts[i].read(reader, node, visit->at);
	if (element->content == CONFIG_EMPTY)
		read_parts(reader, node, node->name, visit->at);
}

static void visit_children(struct visit *visit, const struct config_node *node)
{
	bool stray = false;

	for (const struct config_node *child = node->first; child; child = child->next) {
		if (child->name && is_container(visit, child)) {
			read_attributes(visit->reader, child, NULL);
			visit_children(visit, child);
		} else if (child->name) {
			read_part(visit, child);
		} else if (!stray && !is_blank_text(child)) {
			const char *start = child->text + strspn(child->text, " \t\r\n");

			stray = true;
			config_report_add(visit->reader->report, child->file, child->line,
			    "stray text \"%.*s\" in <%s>; it holds no text",
			    (int)strcspn(start, "\r\n") > 40 ? 40 : (int)strcspn(start, "\r\n"),
			    start, node->name);
		}
	}
}

/* Reads the elements within `node`, which stand for parts of `element`, into `at`. */
static void read_parts(
    struct config_reader *reader, const struct config_node *node, const char *element, void *at)
{
	struct visit visit = {.reader = reader, .element = element, .at = at};
	size_t count;
	const struct config_element *elements = config_elements(&count);

	visit_children(&visit, node);
	for (size_t i = 0; i < count; i++)
		if (elements[i].required && !visit.seen[i] && !reader->source.incomplete &&
		    config_words_have(elements[i].parents, element))
			config_report_add(reader->report, node->file, node->line,
			    "<%s> needs a <%s>: %s", element, elements[i].name, elements[i].help);
}

void config_read(struct config_reader *reader, const struct config_node *root)
{
	struct config *config = reader->config;

	put_defaults(reader, "search", &config->search);
	put_defaults(reader, "limits", &config->limits);
	reader->ns = root->ns;
	if (strcmp(root->name, "silang") != 0) {
		config_report_add(reader->report, root->file, root->line,
		    "the root element is <%s>; a configuration begins with <silang xmlns=\"%s\">%s",
		    root->name, CONFIG_NS,
		    strcmp(root->name, "partners") == 0 ? " and includes such a file" : "");
		return;
	}
	if (strcmp(root->ns, CONFIG_NS) != 0)
		config_report_add(reader->report, root->file, root->line,
		    "the root element is in %s%s%s; write <silang xmlns=\"%s\">",
		    *root->ns ? "the namespace \"" : "no namespace", root->ns,
		    *root->ns ? "\"" : "", CONFIG_NS);
	read_attributes(reader, root, config);
	read_parts(reader, root, "silang", config);
}
