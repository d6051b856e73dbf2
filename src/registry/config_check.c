#include "registry/config_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "registry/config_read.h"
#include "registry/config_report.h"

#define PARTNERS_MAX 10000
#define GROUPS_MAX 10000
#define HINTS_MAX 50 /* looking for what was meant takes a while: not in a file full of errors */

/* The holder of an id. */
struct owner {
	struct config_entry entry;
	const struct config_node *node;
};

struct check {
	struct config_reader *reader;
	struct arena *scratch;
	struct map *ids; /* lower-cased id → struct owner */
	size_t *seen_in; /* by partner's number: the last group, from 1, that has it */
	size_t group;	 /* being read */
};

static bool is_reserved(const char *id)
{
	return text_equal_ignoring_case(id, "union") || text_equal_ignoring_case(id, "Default");
}

static struct owner *claim(struct check *check, const char *id, const struct config_node *node)
{
	struct config_report *report = check->reader->report;
	struct owner *owner = arena_alloc(check->scratch, sizeof *owner), *other;
	const char *key = text_lower(check->scratch, id);

	owner->entry.key = arena_strdup(check->reader->arena, key);
	owner->node = node;
	if (is_reserved(id)) {
		config_report_add(report, node->file, config_line(node, "id"),
		    "%s/@id: \"%s\" is taken: union and Default name the database of every "
		    "partner; choose another",
		    node->name, id);
		return owner;
	}
	other = map_find(check->ids, key);
	if (other) {
		config_report_add(report, node->file, config_line(node, "id"),
		    "%s/@id: \"%s\" is already the id of the %s at %s:%d; choose another (partners "
		    "and groups share one name space, compared without case)",
		    node->name, id, other->node->name, other->node->file,
		    config_line(other->node, "id"));
		return owner;
	}
	map_put(check->ids, key, owner);
	return owner;
}

static void finish_links(struct config_reader *reader, struct config_partner_draft *draft)
{
	struct partner *partner = draft->partner;
	struct partner_link *links = arena_array(reader->arena, partner->nlinks, sizeof *links);
	size_t i = 0;

	for (const struct config_link_draft *link = draft->links; link; link = link->next)
		links[i++] = link->link;
	partner->links = links;
}

static void check_partners(struct check *check)
{
	struct config_reader *reader = check->reader;
	struct config *config = reader->config;
	const struct partner **partners;
	size_t count = 0;

	for (struct config_partner_draft *d = reader->partners; d; d = d->next)
		count++;
	partners = arena_array(reader->arena, count, sizeof *partners);
	for (struct config_partner_draft *d = reader->partners; d; d = d->next) {
		if (config->npartners == PARTNERS_MAX) {
			config_report_add(reader->report, d->node->file, d->node->line,
			    "a configuration has at most %d partners, this one has %zu",
			    PARTNERS_MAX, count);
			break;
		}
		d->partner->number = (unsigned)config->npartners;
		partners[config->npartners++] = d->partner;
		finish_links(reader, d);
		d->partner->fingerprint = partner_fingerprint(d->partner, d->profile);
		if (d->partner->id)
			claim(check, d->partner->id, d->node)->entry.partner = d->partner;
	}
	config->partners = partners;
}

/* The ids an unknown member may be a slip of. */
static const char *member_hint(struct check *check, const char *member)
{
	const struct config *config = check->reader->config;
	const char **names = arena_array(check->scratch, config->npartners, sizeof *names);
	const char *near;
	size_t count = 0;

	if (config_report_count(check->reader->report) > HINTS_MAX)
		return "";
	for (size_t i = 0; i < config->npartners; i++)
		if (config->partners[i]->id)
			names[count++] = config->partners[i]->id;
	near = config_report_near(member, names, count);
	return near ? arena_printf(check->scratch, "; did you mean \"%s\"?", near) : "";
}

/* One word of group/@members: the partner it names, or NULL and a complaint. */
static const struct partner *find_member(
    struct check *check, const struct config_group_draft *draft, const char *member)
{
	struct config_reader *reader = check->reader;
	const struct owner *owner = map_find(check->ids, text_lower(check->scratch, member));
	int line = config_line(draft->node, "members");

	if (owner && owner->entry.partner)
		return owner->entry.partner;
	if (owner)
		config_report_add(reader->report, draft->node->file, line,
		    "group/@members: \"%.200s\" is a group; the members of a group are partners",
		    member);
	else if (!reader->source.incomplete)
		config_report_add(reader->report, draft->node->file, line,
		    "group/@members: no partner has the id \"%.200s\"%s", member,
		    member_hint(check, member));
	return NULL;
}

static struct group *make_group(struct check *check, const struct config_group_draft *draft)
{
	struct config_reader *reader = check->reader;
	size_t most = strlen(draft->members) / 2 + 1, count = 0;
	const struct partner **members;

	if (most > reader->config->npartners)
		most = reader->config->npartners;
	members = arena_array(check->scratch, most, sizeof *members);
	for (const char *p = draft->members; *p; p += strspn(p, " \t\r\n")) {
		size_t length = strcspn(p, " \t\r\n");
		const char *member = arena_strndup(check->scratch, p, length);
		const struct partner *partner = find_member(check, draft, member);

		p += length;
		if (!partner)
			continue;
		if (check->seen_in[partner->number] == check->group)
			config_report_add(reader->report, draft->node->file,
			    config_line(draft->node, "members"),
			    "group/@members: \"%s\" is listed twice", member);
		else
			members[count++] = partner;
		check->seen_in[partner->number] = check->group;
	}
	return group_create(
	    reader->arena, draft->id, draft->name ? draft->name : draft->id, members, count);
}

static void check_groups(struct check *check)
{
	struct config_reader *reader = check->reader;
	struct config *config = reader->config;
	const struct group **groups;
	size_t count = 0;

	/* All ids first: a member may be a group that comes later, which is worth its own message.
	 */
	for (struct config_group_draft *d = reader->groups; d; d = d->next, count++)
		if (d->id)
			claim(check, d->id, d->node);
	groups = arena_array(reader->arena, count, sizeof *groups);
	check->seen_in = arena_array(check->scratch, config->npartners, sizeof *check->seen_in);
	for (struct config_group_draft *d = reader->groups; d; d = d->next) {
		struct owner *owner;

		if (config->ngroups == GROUPS_MAX) {
			config_report_add(reader->report, d->node->file, d->node->line,
			    "a configuration has at most %d groups, this one has %zu", GROUPS_MAX,
			    count);
			break;
		}
		if (!d->id || !d->members)
			continue;
		check->group = config->ngroups + 1;
		groups[config->ngroups] = make_group(check, d);
		owner = map_find(check->ids, text_lower(check->scratch, d->id));
		if (owner && owner->node == d->node)
			owner->entry.group = groups[config->ngroups];
		config->ngroups++;
	}
	config->groups = groups;
}

struct entries {
	struct config_entry *items;
	size_t count;
};

static void add_entry(void *arg, const char *key, void *value)
{
	struct entries *entries = arg;

	entries->items[entries->count++] = ((struct owner *)value)->entry;
}

static int entry_compare(const void *a, const void *b)
{
	return strcmp(((const struct config_entry *)a)->key, ((const struct config_entry *)b)->key);
}

static void make_index(struct check *check)
{
	struct config *config = check->reader->config;
	struct entries entries = {.items = arena_array(check->reader->arena, map_count(check->ids),
				      sizeof *entries.items)};

	map_each(check->ids, add_entry, &entries);
	qsort(entries.items, entries.count, sizeof *entries.items, entry_compare);
	config->index = entries.items;
	config->nindex = entries.count;
}

void config_check(struct config_reader *reader)
{
	struct check check = {.reader = reader, .scratch = reader->scratch, .ids = map_create()};

	check_partners(&check);
	check_groups(&check);
	make_index(&check);
	map_destroy(check.ids);
	if (!reader->partners && !reader->source.incomplete)
		config_report_add(reader->report, reader->config->file, 1,
		    "no <partner> in the whole configuration; at least one is needed");
}
