#include "front/z_card.h"

#include <stdio.h>
#include <string.h>
#include <yaz/wrbuf.h>

#include "base/arena.h"
#include "front/entry.h"
#include "record/bib.h"
#include "registry/partner.h"
#include "search/hit.h"
#include "search/order.h"
#include "search/page.h"

enum { HEADING = 12 };

static void line(WRBUF out, const char *heading, const char *text)
{
	if (text && *text)
		wrbuf_printf(out, "%-*s%s\n", HEADING, heading, text);
}

static const char *joined(struct arena *arena, const char *a, const char *between, const char *b)
{
	if (!a || !*a)
		return b;
	return b && *b ? arena_printf(arena, "%s%s%s", a, between, b) : a;
}

static void titles(WRBUF out, struct arena *arena, const struct bib *bib)
{
	const char *title = joined(arena, bib->title, " : ", bib->subtitle);

	title = joined(arena, title, ". ", bib->part_number);
	title = joined(arena, title, bib->part_number ? ", " : ". ", bib->part_name);
	line(out, "Title:", joined(arena, title, " / ", bib->responsibility));
}

static void names(WRBUF out, struct arena *arena, const struct bib *bib, size_t most)
{
	for (size_t i = 0; i < bib->nnames && i < most; i++)
		line(out, i ? "" : "Author:",
		    joined(arena, bib->names[i].text, ", ", bib->names[i].dates));
}

static void imprint(WRBUF out, struct arena *arena, const struct bib *bib)
{
	const char *text = joined(arena, bib->place, " : ", bib->publisher);

	line(out, "Published:", joined(arena, text, ", ", bib->date));
}

static void texts(WRBUF out, const char *heading, const struct bib_texts *list)
{
	for (size_t i = 0; i < list->count; i++)
		line(out, i ? "" : heading, list->items[i]);
}

static void identifiers(
    WRBUF out, const char *heading, const struct bib_identifier *items, size_t count)
{
	bool first = true;

	for (size_t i = 0; i < count; i++) {
		if (items[i].cancelled)
			continue;
		line(out, first ? heading : "", items[i].value);
		first = false;
	}
}

static void holders(
    WRBUF out, struct arena *arena, const struct page *page, size_t index, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct hit *hit = order_member(page->order, index, i);
		const struct partner *partner = hit->partner;
		const char *name = partner->name ? partner->name : partner->id;

		line(out, i ? "" : "Held by:",
		    arena_printf(arena, "%s (%s)%s%s", name, entry_code(partner),
			hit->control_number ? ", " : "",
			hit->control_number ? hit->control_number : ""));
	}
}

const char *z_card(
    struct arena *arena, const struct page *page, size_t number, const struct bib *bib, bool brief)
{
	size_t index = page->start - 1 + number;
	struct order_entry entry;
	WRBUF out = wrbuf_alloc();
	const char *text;

	order_entry(page->order, index, &entry);
	titles(out, arena, bib);
	names(out, arena, bib, brief ? 1 : bib->nnames);
	line(out, "Edition:", bib->edition);
	imprint(out, arena, bib);
	if (!brief) {
		line(out, "Extent:", bib->extent);
		texts(out, "Series:", &bib->series);
		line(out, "Language:", bib->language);
		texts(out, "Subjects:", &bib->subjects);
		texts(out, "Notes:", &bib->notes);
		texts(out, "Call no.:", &bib->call_numbers);
		texts(out, "Online:", &bib->urls);
	}
	identifiers(out, "ISBN:", bib->isbns, bib->nisbns);
	identifiers(out, "ISSN:", bib->issns, bib->nissns);
	holders(out, arena, page, index, entry.nmembers);
	text = arena_strdup(arena, wrbuf_cstr(out));
	wrbuf_destroy(out);
	return text;
}
