/* OpenSSL as our programs need it. */
#pragma once

/* To be called before anything else uses OpenSSL: without the texts of its errors, which nobody
 * here reads, a process is half a megabyte smaller. */
void crypto_begin(void);
