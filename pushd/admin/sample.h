/* What is known elsewhere becomes cells of the metrics, for the moment in which somebody asks. */
#pragma once

struct database_answer;
struct gateway;

/* figures: of STREAM_FIGURES; NULL or an error: what only the database knows is left out. */
void sample_take(const struct gateway *gateway, const struct database_answer *figures);
