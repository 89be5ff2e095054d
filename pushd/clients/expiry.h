/* The life of a client's token: auth:expiring a minute before it runs out, auth:expired and the end
 * of the connection when it has, after some grace. One timer a client, none where no token is. */
#pragma once

struct subscriber;

/* Again after the token was replaced. */
void expiry_start(struct subscriber *subscriber);
/* The token is no longer good: tells so and closes. */
void expiry_end(struct subscriber *subscriber);
