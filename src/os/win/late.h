/* late.h: functions looked up at run time, because XP does not have them or because their DLL must
 * not be found in the exe's own folder. NULL when this system does not have one; with DDNS_XP set
 * in the environment, all that XP lacks is missing: so tests see what XP sees. */
#ifndef LATE_H
#define LATE_H

#include "base/base.h"

enum late_dll { LATE_KERNEL32, LATE_IPHLPAPI, LATE_DLL_MAX };
enum late_since { LATE_XP, LATE_VISTA }; /* LATE_VISTA: and whatever came after */

void *late_find(enum late_dll dll, const char *name, enum late_since since);

#endif
