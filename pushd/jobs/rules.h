/* Has the database turn events into notifications (notification_rules_step) when the stream
 * brings one that has a rule. The position is the database's, so a call too few only makes them
 * late, and a call too many does nothing: several daemons may ask. Events without a rule cost a
 * look into a table in memory here, and nothing elsewhere. */
#pragma once

struct gateway;
struct rules;
struct stream_row;

struct rules *rules_create(struct gateway *gateway);
void rules_free(struct rules **rules);
void rules_database_up(struct rules *rules); /* asks for the types that have rules, and goes on */
void rules_changed(struct rules *rules);     /* asks for them again */
void rules_row(struct rules *rules, const struct stream_row *row); /* the relay has read it */
