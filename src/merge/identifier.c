/* Identifiers with their check digits: the part of merge/normalise.h that is about numbers. */
#include "merge/normalise.h"

#include <ctype.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_label(const char *text, const char *label)
{
	size_t length = strlen(label);

	while (*text == ' ' || *text == '(')
		text++;
	for (size_t i = 0; i < length; i++)
		if (tolower((unsigned char)text[i]) != label[i])
			return text;
	text += length;
	if ((text[0] == '-' || text[0] == ' ') && text[1] == '1' &&
	    (text[2] == '0' || text[2] == '3') && !is_digit(text[3]))
		text += 3; /* "ISBN-13: …" */
	return text + strspn(text, " :.");
}

static size_t separator(const char *text)
{
	if (*text == '-' || *text == ' ')
		return 1;
	/* U+2010 to U+2015, hyphens and dashes */
	return !memcmp(text, "\xE2\x80", strnlen(text, 2) == 2 ? 2 : 1) &&
		       (unsigned char)text[0] == 0xE2 && (unsigned char)text[2] >= 0x90 &&
		       (unsigned char)text[2] <= 0x95
		   ? 3
		   : 0;
}

static int check13(const char *digits)
{
	int sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (digits[i] - '0') * (i & 1 ? 3 : 1);
	return (10 - sum % 10) % 10;
}

/* Weights count down to the check digit, which has weight 1 and may be X for ten. */
static bool valid_mod11(const char *digits, int count)
{
	int sum = 0;

	for (int i = 0; i < count - 1; i++) {
		if (!is_digit(digits[i]))
			return false;
		sum += (digits[i] - '0') * (count - i);
	}
	return (sum + (digits[count - 1] == 'X' ? 10 : digits[count - 1] - '0')) % 11 == 0;
}

/* Digits with hyphens and blanks left out; `broken` counts those before a separator stood. */
static int collect(const char *text, char *digits, int max, bool ends_at[16])
{
	int count = 0;

	memset(ends_at, 0, 16);
	while (count < max) {
		size_t skip = separator(text);

		if (is_digit(*text))
			digits[count++] = *text++;
		else if ((*text == 'X' || *text == 'x') && count > 0)
			digits[count++] = 'X', text++;
		else if (skip)
			ends_at[count] = true, text += skip;
		else
			break;
	}
	ends_at[count] = !is_digit(*text);
	return count;
}

bool normalise_isbn(const char *text, char out[14])
{
	char digits[16];
	bool ends_at[16];
	int count = collect(skip_label(text, "isbn"), digits, 13, ends_at);

	if (count == 13 && ends_at[13] && !memcmp(digits, "97", 2) &&
	    (digits[2] == '8' || digits[2] == '9') && !memchr(digits, 'X', 13) &&
	    digits[12] - '0' == check13(digits)) {
		memcpy(out, digits, 13);
		out[13] = '\0';
		return true;
	}
	if (count < 10 || !ends_at[10] || !valid_mod11(digits, 10))
		return false;
	memcpy(out, "978", 3);
	memcpy(out + 3, digits, 9);
	out[12] = (char)('0' + check13(out));
	out[13] = '\0';
	return true;
}

bool normalise_issn(const char *text, char out[9])
{
	char digits[16];
	bool ends_at[16];
	int count = collect(skip_label(text, "issn"), digits, 9, ends_at);

	if (count < 8 || !ends_at[8] || !valid_mod11(digits, 8))
		return false;
	memcpy(out, digits, 8);
	out[8] = '\0';
	return true;
}

/* info:lccn's normalisation: no blanks, nothing from "/" on, the serial number padded to six
 * digits. */
bool normalise_lccn(const char *text, char out[13])
{
	char plain[24];
	size_t length = 0, letters = 0, hyphen = 0;

	for (; *text && *text != '/' && length < sizeof plain - 8; text++) {
		if (*text == ' ')
			continue;
		if (*text == '-' && !hyphen)
			hyphen = length;
		else
			plain[length++] = (char)tolower((unsigned char)*text);
	}
	if (hyphen && length - hyphen < 6) {
		size_t pad = 6 - (length - hyphen);

		memmove(plain + hyphen + pad, plain + hyphen, length - hyphen);
		memset(plain + hyphen, '0', pad);
		length += pad;
	}
	while (letters < length && islower((unsigned char)plain[letters]))
		letters++;
	if (letters > 3 || (length - letters != 8 && length - letters != 10) || length > 12)
		return false;
	for (size_t i = letters; i < length; i++)
		if (!is_digit(plain[i]))
			return false;
	memcpy(out, plain, length);
	out[length] = '\0';
	return true;
}

bool normalise_oclc(const char *text, char out[21])
{
	static const char *const prefixes[] = {"(ocolc)", "ocm", "ocn", "on"};
	size_t length;

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t n = strlen(prefixes[i]), k = 0;

		text += strspn(text, " ");
		while (k < n && tolower((unsigned char)text[k]) == prefixes[i][k])
			k++;
		if (k == n)
			text += n;
	}
	text += strspn(text, " 0");
	length = strspn(text, "0123456789");
	if (!length || length > 20 || text[length + strspn(text + length, " ")])
		return false;
	memcpy(out, text, length);
	out[length] = '\0';
	return true;
}
