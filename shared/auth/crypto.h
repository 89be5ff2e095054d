/* OpenSSL as our programs need it. */
#pragma once

/* To be called before anything else uses OpenSSL: without the texts of its errors, which nobody
 * here reads, a process is half a megabyte smaller. What tokens need is looked up now: OpenSSL
 * never finds again what it lacked memory for at the first time. Without it the program aborts. */
void crypto_begin(void);
