/*
 * The main() of each program: the build compiles this file once a program,
 * with its name.
 */
#include "programs.h"

#ifndef PROGRAM
#error "the build defines PROGRAM as the program's struct"
#endif

int main(void)
{
	return server_main(&PROGRAM);
}
