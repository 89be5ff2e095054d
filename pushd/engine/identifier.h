/* Identifiers that nobody can guess: 15 random bytes as 20 characters of base64url. */
#pragma once

enum { IDENTIFIER_SIZE = 21 };

void identifier_make(char identifier[IDENTIFIER_SIZE]);
