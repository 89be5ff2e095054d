/* What a single row cannot say about the settings. Private to settings.c. */
#pragma once
#include <stdbool.h>

#include "shared/settings.h"

/* Also reads the secret's file into jwt_secret. False: error names the setting. */
bool settings_check(struct settings *settings, char error[SETTINGS_ERROR_SIZE]);
