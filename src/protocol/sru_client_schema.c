/* Which record schema a server is asked for: what it says that it has, else by trying. */
#include <string.h>

#include "base/arena.h"
#include "protocol/sru_client_parts.h"

unsigned sru_client_schema_number(const struct sru_client *client)
{
	return client->list * SRU_SCHEMA_PLACES + (unsigned)client->schema;
}

void sru_client_guess_schemas(struct sru_client *client)
{
	/* The short names of LoC's list, and the one identifier that servers without short names
	 * all know; at last whatever the server gives of itself. */
	static const char *const names[] = {
	    "marcxml", "info:srw/schema/1/marcxml-v1.1", "mods", "dc", NULL};

	client->nschemas = sizeof names / sizeof *names;
	memcpy(client->schemas, names, sizeof names);
	client->schema = 0;
	client->list++;
}

bool sru_client_next_schema(struct sru_client *client, unsigned sent)
{
	/* Another answer has taught it already. */
	if (sent != sru_client_schema_number(client))
		return true;
	if (client->own_schema || client->schema + 1 >= client->nschemas)
		return false;
	client->schema++;
	return true;
}

const char *sru_client_schema(const struct sru_client *client)
{
	return client->nschemas ? client->schemas[client->schema] : NULL;
}
