/* UNIMARC's coded fields from MARC 21's 008, 041 and leader; and the lists of codes. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "record/crosswalk_private.h"
#include "record/unimarc_private.h"

/* ---- countries ---- */

/* MARC's code and ISO 3166's, sorted. */
static const char countries[][6] = {"aa AL", "ae DZ", "af AF", "ag AR", "ai AM", "aj AZ", "am AI",
    "an AD", "ao AO", "aq AG", "as AS", "at AU", "au AT", "aw AW", "ay AQ", "ba BH", "bb BB",
    "bd BI", "be BE", "bf BS", "bg BD", "bh BZ", "bi IO", "bl BR", "bm BM", "bn BA", "bo BO",
    "bp SB", "br MM", "bs BW", "bt BT", "bu BG", "bv BV", "bw BY", "bx BN", "cb KH", "cc CN",
    "cd TD", "ce LK", "cf CG", "cg CD", "ch TW", "ci HR", "cj KY", "ck CO", "cl CL", "cm CM",
    "co CW", "cq KM", "cr CR", "cu CU", "cv CV", "cw CK", "cx CF", "cy CY", "dk DK", "dm BJ",
    "dq DM", "dr DO", "ea ER", "ec EC", "eg GQ", "em TL", "er EE", "es SV", "et ET", "fa FO",
    "fg GF", "fi FI", "fj FJ", "fk FK", "fm FM", "fp PF", "fr FR", "fs TF", "ft DJ", "gb KI",
    "gd GD", "gg GG", "gh GH", "gi GI", "gl GL", "gm GM", "go GA", "gp GP", "gr GR", "gs GE",
    "gt GT", "gu GU", "gv GN", "gw DE", "gy GY", "gz PS", "hm HM", "ho HN", "ht HT", "hu HU",
    "ic IS", "ie IE", "ii IN", "im IM", "io ID", "iq IQ", "ir IR", "is IL", "it IT", "iv CI",
    "ja JP", "je JE", "jm JM", "jo JO", "ke KE", "kg KG", "kn KP", "ko KR", "ku KW", "kv XK",
    "kz KZ", "lb LR", "le LB", "lh LI", "li LT", "lo LS", "ls LA", "lu LU", "lv LV", "ly LY",
    "mc MC", "mf MU", "mg MG", "mj MS", "mk OM", "ml ML", "mm MT", "mo ME", "mp MN", "mq MQ",
    "mr MA", "mu MR", "mv MD", "mw MW", "mx MX", "my MY", "mz MZ", "ne NL", "ng NE", "nl NC",
    "nn VU", "no NO", "np NP", "nq NI", "nr NG", "nu NR", "nw MP", "nx NF", "nz NZ", "ot YT",
    "pc PN", "pe PE", "pg GW", "ph PH", "pk PK", "pl PL", "pn PA", "po PT", "pp PG", "pr PR",
    "pw PW", "py PY", "qa QA", "rb RS", "re RE", "rh ZW", "rm RO", "ru RU", "rw RW", "sa ZA",
    "sc BL", "sd SS", "se SC", "sf ST", "sg SN", "sh ES", "si SG", "sj SD", "sl SL", "sm SM",
    "sn SX", "so SO", "sp ES", "sq SZ", "sr SR", "ss EH", "st MF", "su SA", "sw SE", "sx NA",
    "sy SY", "sz CH", "ta TJ", "tc TC", "tg TG", "th TH", "ti TN", "tk TM", "tl TK", "to TO",
    "tr TT", "ts AE", "tu TR", "tv TV", "tz TZ", "ua EG", "ug UG", "un UA", "uv BF", "uy UY",
    "uz UZ", "vb VG", "vc VA", "ve VE", "vi VI", "vm VN", "wf WF", "wj PS", "ws WS", "xa CX",
    "xb CC", "xc MV", "xd KN", "xe MH", "xh NU", "xj SH", "xk LC", "xl PM", "xm VC", "xn MK",
    "xo SK", "xr CZ", "xs GS", "xv SI", "ye YE", "za ZM"};

/* States and provinces have three letters, of which the last tells the country. */
static const char *federal(char last)
{
	switch (last) {
	case 'a': return "AU";
	case 'c': return "CA";
	case 'k': return "GB";
	case 'u': return "US";
	default: return NULL;
	}
}

const char *unimarc_country(const char *marc)
{
	size_t length = strcspn(marc, " |");

	if (length == 3)
		return federal(marc[2]);
	for (size_t i = 0; length == 2 && i < sizeof countries / sizeof *countries; i++)
		if (memcmp(countries[i], marc, 2) == 0 && countries[i][2] == ' ')
			return countries[i] + 3;
	return NULL;
}

/* ---- relators ---- */

static const struct {
	const char *number, *words; /* MARC's code, then terms */
} relators[] = {{"005", " act actor aktor "}, {"010", " adp adapter pengadaptasi "},
    {"030", " arr arranger penggubah "}, {"040", " art artist seniman "},
    {"070", " aut author penulis pengarang "},
    {"080", " aui author of introduction, etc. author of introduction kata pengantar "},
    {"205", " ctb contributor kontributor "}, {"220", " com compiler penyusun "},
    {"230", " cmp composer komponis "}, {"250", " cnd conductor "},
    {"300", " drt director film director sutradara "}, {"340", " edt editor penyunting "},
    {"365", " exp expert "}, {"390", " fmo former owner "}, {"440", " ill illustrator ilustrator "},
    {"470", " ivr interviewer pewawancara "}, {"480", " lbt librettist "},
    {"520", " lyr lyricist "}, {"550", " nrt narrator "}, {"555", " opn opponent "},
    {"590", " prf performer "}, {"600", " pht photographer fotografer "}, {"610", " prt printer "},
    {"630", " pro producer produser "}, {"650", " pbl publisher penerbit "},
    {"690", " sce scenarist "}, {"710", " sec secretary "}, {"721", " sng singer penyanyi "},
    {"727", " ths thesis advisor degree supervisor pembimbing "},
    {"730", " trl translator penerjemah "}};

const char *unimarc_relator(struct arena *arena, const char *relator)
{
	const char *bare = crosswalk_trim(arena, relator);
	const char *word;

	if (!bare)
		return NULL;
	word = arena_printf(arena, " %s ", text_lower(arena, bare));
	for (size_t i = 0; i < sizeof relators / sizeof *relators; i++)
		if (strstr(relators[i].words, word))
			return relators[i].number;
	return NULL;
}

/* ---- scripts ---- */

static const struct {
	uint32_t first, last;
	const char *code; /* of 100 $a 34-35 and $7 */
} scripts[] = {{0x41, 0x24F, "ba"}, {0x370, 0x3FF, "ga"}, {0x400, 0x52F, "ca"},
    {0x590, 0x5FF, "ha"}, {0x600, 0x77F, "fa"}, {0x900, 0x97F, "ja"}, {0xB80, 0xBFF, "la"},
    {0xE00, 0xE7F, "ia"}, {0x10A0, 0x10FF, "ma"}, {0x1E00, 0x1EFF, "ba"}, {0x1F00, 0x1FFF, "ga"},
    {0x3040, 0x30FF, "da"}, {0x4E00, 0x9FFF, "ea"}, {0xAC00, 0xD7AF, "ka"}, {0xFB50, 0xFDFF, "fa"},
    {0xFE70, 0xFEFE, "fa"}};

const char *unimarc_script(const char *text)
{
	size_t left = strlen(text);

	while (left) {
		uint32_t character = 0;
		size_t size = text_decode(text, left, &character);

		if (!size)
			break;
		text += size;
		left -= size;
		if (character < 0x41 || (character > 0x5A && character < 0x61) ||
		    (character > 0x7A && character < 0xC0))
			continue;
		for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
			if (character >= scripts[i].first && character <= scripts[i].last)
				return scripts[i].code;
		if (character >= 0x250)
			return "zz";
	}
	return "ba";
}

/* ---- 008 ---- */

static bool are_digits(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return true;
}

/* 008 with all its 40 places, blanks where the record says nothing. */
static void read_fixed(const struct marc *from, char out[41])
{
	const struct marc_field *field = marc_find(from, "008", NULL);
	const char *data = field && field->data ? field->data : "";
	size_t length = strlen(data);

	memset(out, ' ', 40);
	out[40] = '\0';
	memcpy(out, data, length < 40 ? length : 40);
	for (int i = 0; i < 40; i++)
		if (out[i] < ' ' || out[i] > '~')
			out[i] = ' ';
}

const char *unimarc_entered(struct unimarc *u)
{
	const struct marc_field *changed = marc_find(u->from, "005", NULL);
	char fixed[41];

	read_fixed(u->from, fixed);
	/* Two digits of a year: there were no MARC records before 1966. */
	if (are_digits(fixed, 6))
		return arena_printf(
		    u->arena, "%s%.6s", strncmp(fixed, "66", 2) < 0 ? "20" : "19", fixed);
	if (changed && changed->data && strlen(changed->data) >= 8 && are_digits(changed->data, 8))
		return arena_strndup(u->arena, changed->data, 8);
	return NULL;
}

static char translate(const char *from, const char *to, char code, char otherwise)
{
	const char *at = strchr(from, code);

	return at ? to[at - from] : otherwise;
}

/* What 008/18-34 says differs with the kind: only these have audience and government there. */
static bool has_audience(const struct marc *from)
{
	return strchr("aetgkmorcdij", from->leader[6]) && !strchr("bis", from->leader[7]);
}

static bool has_government(const struct marc *from)
{
	return strchr("aetgkmorf", from->leader[6]) != NULL;
}

/* Four places of a year, in which what is unknown is blank. */
static void put_year(char *out, const char *year)
{
	for (int i = 0; i < 4; i++)
		out[i] = year[i] >= '0' && year[i] <= '9' ? year[i] : ' ';
}

static void put_languages(struct unimarc *u, char *out)
{
	const struct marc_field *source = marc_find(u->from, "040", NULL);
	const char *language = source ? marc_subfield(source, 'b') : NULL;

	memcpy(out, language && strlen(language) == 3 ? language : "und", 3);
}

/* 100 $a, 36 places: entered on file 0, dates 8, audience 17, government 20, modified 21, language
 * of cataloguing 22, transliteration 25, character sets 26 (50: Unicode), script of title 34. */
static void general(struct unimarc *u)
{
	char data[37], fixed[41];
	const char *entered = unimarc_entered(u);
	const struct marc_field *title = marc_find(u->to, "200", NULL);

	read_fixed(u->from, fixed);
	memset(data, ' ', 36);
	data[36] = '\0';
	if (entered)
		memcpy(data, entered, 8);
	data[8] = translate("bcdeikmnpqrstu", "uabjggguifedhc", fixed[6], 'u');
	put_year(data + 9, fixed + 7);
	put_year(data + 13, fixed + 11);
	data[17] = has_audience(u->from) ? translate("abcdefgj", "bcdekkma", fixed[22], 'u') : 'u';
	data[20] =
	    has_government(u->from) ? translate(" acfilmosz", "ybeafdbhbz", fixed[28], 'u') : 'u';
	data[21] = fixed[38] == ' ' || fixed[38] == '|' ? '0' : '1';
	put_languages(u, data + 22);
	data[25] = 'y';
	memcpy(data + 26, "50", 2);
	memcpy(data + 34, unimarc_script(marc_subfield(title, 'a')), 2);
	unimarc_put(unimarc_add(u, "100", ' ', ' ', 1), 'a', arena_strdup(u->arena, data));
}

/* Older 041 have several codes in one subfield. */
static void put_codes(struct unimarc *u, struct marc_field *out, char code, const char *text)
{
	size_t length = strlen(text);

	for (size_t at = 0; at + 3 <= length; at += 3)
		unimarc_put(out, code, arena_strndup(u->arena, text + at, 3));
}

static size_t code_count(const struct marc_field *field)
{
	size_t count = 1;

	for (size_t i = 0; field && i < field->nsubfields; i++)
		count += strlen(field->subfields[i].value) / 3;
	return count;
}

static void languages(struct unimarc *u)
{
	const struct marc_field *field = marc_find(u->from, "041", NULL);
	char indicator = field && field->indicator1 == '1' ? '1' : '0', fixed[41];
	struct marc_field *out = unimarc_add(u, "101", indicator, ' ', code_count(field));

	read_fixed(u->from, fixed);
	if (!field || !marc_subfield(field, 'a')) {
		bool known = strspn(fixed + 35, "abcdefghijklmnopqrstuvwxyz") >= 3;

		unimarc_put(out, 'a', known ? arena_strndup(u->arena, fixed + 35, 3) : "und");
	}
	for (size_t i = 0; field && i < field->nsubfields; i++) {
		char code = field->subfields[i].code;
		char into = code ? translate("abdefghjk", "adaheicjb", code, '\0') : '\0';

		if (into)
			put_codes(u, out, into, field->subfields[i].value);
	}
}

static void country(struct unimarc *u)
{
	const char *code;
	char fixed[41];

	read_fixed(u->from, fixed);
	fixed[18] = '\0';
	code = unimarc_country(fixed + 15);
	if (code)
		unimarc_put(unimarc_add(u, "102", ' ', ' ', 1), 'a', code);
}

/* 801 is required: who is named in 003, when 040 names nobody. */
static void source(struct unimarc *u)
{
	const struct marc_field *owner = marc_find(u->from, "003", NULL);
	struct marc_field *out;

	if (marc_find(u->to, "801", NULL) || !owner || !owner->data || !*owner->data)
		return;
	out = unimarc_add(u, "801", ' ', '0', 2);
	unimarc_put(out, 'b', owner->data);
	unimarc_put(out, 'c', unimarc_entered(u));
}

void unimarc_coded(struct unimarc *u)
{
	general(u);
	languages(u);
	country(u);
	source(u);
}
