#ifndef SILANG_REGISTRY_CONFIG_CHECK_H
#define SILANG_REGISTRY_CONFIG_CHECK_H
/*
 * What stands across a configuration's elements: one name space of ids, the members of groups, at
 * least one partner. Fills the configuration's lists from the reader's drafts.
 */

struct config_reader;

void config_check(struct config_reader *reader);

#endif
