/* Replays and redrives that operators began: while one is running the database is asked for its
 * next slice, and says when to ask again. Slices wait while what they pushed is still being handed
 * out. While none is running nothing is asked; task:added in the stream wakes it. */
#pragma once

struct gateway;
struct tasks;

struct tasks *tasks_create(struct gateway *gateway);
void tasks_free(struct tasks **tasks);
void tasks_wake(struct tasks *tasks); /* there may be one */
