/* In place of pushd/net/database_link.c: a database that answers when it is told to, out of the
 * input where that says something, else as an empty one would. What is asked must be what
 * PostgreSQL takes: UTF-8, and JSON where JSON goes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

void fake_link_reset(void);
/* Answers what waits, but for a reader of the stream while there are no rows. */
void fake_link_answer(void);
/* A refusal (`!…`) of the next statement, or rows for the next session or ticket that is looked
 * for. */
void fake_link_say(const char *text, size_t length);
/* Rows of the stream from their event on: event, channel, user, role, three keys, payload. */
void fake_link_rows(const char *text, size_t length);
void fake_link_ring(void);         /* somebody writes */
void fake_link_lose(void);         /* all connections; they come back in the next turn */
void fake_link_pause(bool paused); /* no answers, no new connections */
