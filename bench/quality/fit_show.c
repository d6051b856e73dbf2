#include "bench/quality/fit_show.h"

#include <stdio.h>

#include "merge/cluster.h"

static void show(const struct quality_record *a, const struct quality_record *b, bool joined)
{
	struct cluster_evidence evidence;

	cluster_compare(a->doc, b->doc, MERGE_NORMAL, &evidence);
	printf("%s %s/%s %s/%s %.2f", joined ? "joined" : "missed", a->catalogue, a->id,
	    b->catalogue, b->id, evidence.total);
	if (evidence.guard)
		printf("; %s forbids it", evidence.guard);
	for (size_t i = 0; i < evidence.nrows; i++)
		printf("; %s %s %.2f", evidence.rows[i].name, evidence.rows[i].how,
		    evidence.rows[i].value);
	printf("\n");
}

static void show_figures(const char *what, const struct quality_counts *counts)
{
	struct quality_figures figures = quality_figures_of(counts);

	printf("%s: precision %.4f, recall %.4f, F1 %.4f (%zu joined wrongly, %zu missed)\n", what,
	    figures.precision, figures.recall, figures.f1, counts->wrong, counts->missed);
}

void fit_show_wrong(const struct fit_folder *folder)
{
	struct quality_counts found = {0};

	for (size_t i = 0; i < folder->npairs; i++) {
		const struct fit_pair *pair = &folder->pairs[i];
		struct cluster_evidence evidence;
		bool joined = cluster_compare(pair->a->doc, pair->b->doc, MERGE_NORMAL, &evidence);

		quality_count(&found, joined, pair->same);
		if (joined != pair->same)
			show(pair->a, pair->b, joined);
	}
	show_figures(folder->name, &found);
	if (!folder->siblings)
		return;
	printf("in one merge:\n");
	found = quality_cluster(folder->set, MERGE_NORMAL, show);
	show_figures(folder->name, &found);
}
