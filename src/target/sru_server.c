#include "target/sru_server.h"

#include <stddef.h>

#include "base/arena.h"
#include "protocol/sru_client.h"
#include "registry/partner.h"

struct sru_client *sru_server_create(const struct partner_target *target)
{
	static const enum sru_version versions[] = {
	    [PARTNER_SRU_AUTO] = SRU_1_2,
	    [PARTNER_SRU_1_1] = SRU_1_1,
	    [PARTNER_SRU_1_2] = SRU_1_2,
	    [PARTNER_SRU_2_0] = SRU_2_0,
	};

	if (target->protocol != PARTNER_SRU)
		return NULL;
	return sru_client_create(&(struct sru_client_options){
	    .path = target->database,
	    .fixed = target->sru != PARTNER_SRU_AUTO,
	    .version = versions[target->sru],
	    .schema = target->schema,
	});
}

static enum ask_version version_of(const struct sru_client *client)
{
	switch (sru_client_version(client)) {
	case SRU_1_1: return ASK_1_1;
	case SRU_1_2: return ASK_1_2;
	case SRU_2_0: return ASK_2_0;
	}
	return ASK_1_1;
}

struct ask_server sru_server_describe(
    const struct sru_client *client, const struct profile *profile, struct arena *arena, bool scan)
{
	const struct sru_explained *explained = sru_client_explained(client);
	struct ask_server out = {.version = version_of(client), .profile = profile};
	struct ask_index *indexes;

	if (!explained)
		return out;
	out.unsorted = explained->sorts == 0;
	indexes = arena_array(arena, explained->nindexes, sizeof *indexes);
	for (size_t i = 0; i < explained->nindexes; i++) {
		const struct sru_explained_index *index = &explained->indexes[i];

		if (scan || index->searches)
			indexes[out.nindexes++] =
			    (struct ask_index){index->set, index->prefix, index->name};
	}
	out.indexes = indexes;
	return out;
}
