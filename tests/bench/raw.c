/*
 * raw DATABASE EVENT TIER SECONDS: the sale in one process without a web
 * server, for some seconds. Prints how many a second, and the 50th and 99th
 * percentile in milliseconds: what the disk and SQLite allow at most.
 */
#include "sale.h"

enum {
	MOST = 1000 * 1000
};

static double times[MOST];

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

int main(int count, char **words)
{
	double start = now_ms(), end, last = start;
	size_t done = 0;

	if (count != 5 || !sale_open(words[1]))
		return 1;
	end = start + strtod(words[4], NULL) * 1e3;
	while (last < end && done < MOST) {
		char email[64];
		double now;

		snprintf(email, sizeof(email), "raw-%d-%.0f-%zu@example.org",
		    (int)time(NULL), start, done);
		if (!sale_make(words[2], words[3], email, 1))
			return 1;
		now = now_ms();
		times[done++] = now - last;
		last = now;
	}
	qsort(times, done, sizeof(*times), compare);
	printf("%.1f %.3f %.3f\n", (double)done * 1e3 / (last - start),
	    times[done / 2], times[done * 99 / 100]);
	return 0;
}
