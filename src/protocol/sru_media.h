#ifndef SILANG_PROTOCOL_SRU_MEDIA_H
#define SILANG_PROTOCOL_SRU_MEDIA_H
/* Which of the media types an SRU 2.0 answer can have suits an Accept header best (RFC
 * 9110, 12.5.1). */
#include <stdbool.h>
#include "protocol/sru.h"

/* False, and nothing is set, when none of ours is acceptable. The client's quality decides, then
 * the more specific range, then the client's order, then ours (text/xml first). */
bool sru_media_choose(const char *accept, enum sru_format *format, const char **content_type);

#endif
