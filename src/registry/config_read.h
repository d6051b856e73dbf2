#ifndef SILANG_REGISTRY_CONFIG_READ_H
#define SILANG_REGISTRY_CONFIG_READ_H
/*
 * Reads the tree of a configuration into values, by the tables of config_option.h. What stands
 * across elements (ids, members) is checked afterwards, by config_check.h.
 */
#include "registry/config.h"
#include "registry/config_xml.h"

struct config_option;

/* As the <link>s of a partner and the partners of a file are counted only at their end. */
struct config_link_draft {
	struct partner_link link;
	struct config_link_draft *next;
};

struct config_partner_draft {
	struct partner *partner;
	const struct config_node *node;
	const struct config_node *services[SERVICE_COUNT]; /* where each is listed */
	struct config_link_draft *links, **last_link;
	unsigned long long profile; /* hash of its text */
	struct config_partner_draft *next;
};

struct config_group_draft {
	const char *id, *name, *members;
	const struct config_node *node;
	struct config_group_draft *next;
};

/* A profile that some target names, parsed once. */
struct config_profile {
	const char *path;
	const struct profile *profile; /* NULL: it has errors, which were reported */
	const char *wrong;	       /* it cannot be had at all */
	unsigned long long hash;
	struct config_profile *next;
};

struct config_reader {
	struct config *config;
	struct arena *arena;   /* the configuration's */
	struct arena *scratch; /* gone after reading */
	struct config_report *report;
	struct config_source source;
	const char *ns; /* what our elements are in; "" when the root forgot it */
	struct config_partner_draft *partners, **last_partner;
	struct config_group_draft *groups, **last_group;
	struct config_profile *profiles;
};

/* Reads from the root element on. */
void config_read(struct config_reader *reader, const struct config_node *root);
/* Where an attribute stands, else its element. */
int config_line(const struct config_node *node, const char *attribute);

/* One attribute's value on its way into a struct. */
struct config_value {
	struct config_reader *reader;
	const struct config_option *option;
	const char *text;
	const char *base; /* the file that paths in it are relative to */
	void *at;	  /* the element's struct */
	bool secret;	  /* not to be shown in messages */
};

/* Writes the value where the option says; NULL, or what is wrong, as the end of a sentence that
 * begins with the value. */
const char *config_value_read(struct config_value *value);
/* The profile of that name or path, as seen from the file `base`. */
const struct config_profile *config_profile_get(
    struct config_reader *reader, const char *base, const char *name);

#endif
