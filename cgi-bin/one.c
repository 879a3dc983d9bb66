/*
 * One executable for all programs, where a host takes files and nothing else
 * (campuspass.fcgi).
 */
#include "programs.h"

int main(void)
{
	return server_main_of(&site_parts);
}
