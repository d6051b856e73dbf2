/* The values of a doc that facets count: as catalogued, with the hash of their folded words. */
#include <string.h>

#include "base/text.h"
#include "merge/doc_private.h"
#include "merge/fold.h"

static bool has_facet(const struct doc_draft *draft, enum doc_facet_kind kind, uint64_t hash)
{
	for (size_t i = 0; i < draft->doc.nfacets; i++)
		if (draft->facets[i].kind == kind && draft->facets[i].hash == hash)
			return true;
	return false;
}

static void add(struct doc_draft *draft, enum doc_facet_kind kind, const char *text)
{
	char folded[DOC_FACET_BYTES_MAX * 2];
	struct fold fold;
	size_t length;
	uint64_t hash;

	if (!text || !*text || draft->doc.nfacets == DOC_FACETS_MAX)
		return;
	length = text_cut(text, strlen(text), DOC_FACET_BYTES_MAX);
	if (draft->nfacet_text + length + 1 > sizeof draft->facet_text)
		return;
	fold_init(&fold, folded, sizeof folded, NULL, 0);
	fold_add(&fold, text);
	if (!fold.length)
		return;
	hash = fold_hash64(folded, fold.length);
	if (has_facet(draft, kind, hash))
		return;
	draft->facets[draft->doc.nfacets++] =
	    (struct doc_facet){hash, (uint16_t)draft->nfacet_text, (uint8_t)kind};
	memcpy(draft->facet_text + draft->nfacet_text, text, length);
	draft->nfacet_text += length;
	draft->facet_text[draft->nfacet_text++] = '\0';
}

void doc_add_facets(struct doc_draft *draft, const struct bib *bib)
{
	add(draft, DOC_FACET_PUBLISHER, bib->publisher);
	for (size_t i = 0; i < bib->nnames && i < 4; i++)
		add(draft, DOC_FACET_AUTHOR, bib->names[i].text);
	for (size_t i = 0; i < bib->subjects.count; i++)
		add(draft, DOC_FACET_SUBJECT, bib->subjects.items[i]);
}
