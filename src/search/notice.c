#include "search/notice.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "protocol/reply.h"

void notice_take(struct notice *notice, const struct reply *reply)
{
	snprintf(notice->text, sizeof notice->text, "%s", reply->notice ? reply->notice : "");
	notice->partial = reply->partial;
}

void notice_tell(const struct notice *notice, char detail[DIAG_DETAILS_MAX])
{
	char text[2 * DIAG_DETAILS_MAX + 2];
	int length;

	if (!*notice->text)
		return;
	length = snprintf(text, sizeof text, "%s%s%s", detail, *detail ? "; " : "", notice->text);
	text[text_cut(text, (size_t)length, DIAG_DETAILS_MAX - 1)] = '\0';
	memcpy(detail, text, strlen(text) + 1);
}
