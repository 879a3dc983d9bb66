/*
 * Examinations of the machine: files, disk, locks, clock, libraries.
 */
#include "web/doctor.h"

#include "base/clock.h"
#include "base/text.h"
#include "document/canvas.h"
#include "store/booking_store.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

/* ---- who may read and write ---- */

/* What of DATA has which mode. */
struct expected {
	const char *name;   /* "" is DATA itself */
	mode_t forbidden;   /* bits that must not be set */
	bool may_be_absent; /* made when it is needed */
};

static const struct expected files[] = {
    {"", 077, false},
    {"keys", 077, false},
    {"campuspass.conf", 077, true},
    {DB_FILE, 077, false},
    {DB_FILE "-wal", 077, true},
    {"locks", 077, false},
    {"log", 077, false},
    {"log/campuspass.log", 077, true},
    {"run", 022, true},
};

/* True when there is nothing to say. */
static bool look_at_file(const struct patient *patient,
    const struct expected *expected, struct doctor_report *report)
{
	struct arena *arena = patient->arena;
	const char *path = *expected->name
	    ? arena_format(arena, "%s/%s", patient->data, expected->name)
	    : patient->data;
	struct stat status;

	if (stat(path, &status) != 0) {
		if (expected->may_be_absent && errno == ENOENT)
			return true;
		doctor_note(report, DOCTOR_FAIL, "Files",
		    arena_format(arena, "%s: %s", path, strerror(errno)),
		    "Run campuspass init as the web server's user: what "
		    "exists is left alone.");
		return false;
	}
	if (status.st_mode & expected->forbidden) {
		doctor_note(report, DOCTOR_FAIL, "Files",
		    arena_format(arena,
			"%s has mode %03o: others can get at it", path,
			(unsigned)(status.st_mode & 0777)),
		    arena_format(arena, "chmod %s %s",
			S_ISDIR(status.st_mode) ? "700" : "600", path));
		return false;
	}
	if (access(path, R_OK | W_OK) == 0)
		return true;
	doctor_note(report, DOCTOR_FAIL, "Files",
	    arena_format(arena, "%s cannot be written by this user", path),
	    "Give all of the data directory to the web server's user (chown "
	    "-R), and run campuspass as that user.");
	return false;
}

/* One who is not its owner leaves files that its owner cannot write. */
static void look_at_owner(
    const struct patient *patient, struct doctor_report *report)
{
	struct stat status;

	if (stat(patient->data, &status) != 0 || status.st_uid == geteuid())
		return;
	doctor_note(report, DOCTOR_WARN, "Files",
	    arena_format(patient->arena,
		"%s belongs to user %d, and this is user %d", patient->data,
		(int)status.st_uid, (int)geteuid()),
	    "Run campuspass as the user who owns the data directory, or it "
	    "leaves files that the programs cannot write.");
}

void doctor_look_at_files(
    const struct patient *patient, struct doctor_report *report)
{
	bool is_good = true;

	for (size_t i = 0; i < COUNT_OF(files); i++)
		is_good &= look_at_file(patient, &files[i], report);
	look_at_owner(patient, report);
	if (is_good)
		doctor_note(report, DOCTOR_OK, "Files",
		    "The data directory is for its owner alone.", "");
}

/* ---- the disk ---- */

void doctor_look_at_disk(
    const struct patient *patient, struct doctor_report *report)
{
	enum {
		MB = 1024 * 1024,
		LEAST = 50,
		ENOUGH = 500
	};
	struct statvfs status;
	uint64_t left;
	const char *finding;

	if (statvfs(patient->data, &status) != 0)
		return;
	left = (uint64_t)status.f_bavail * status.f_frsize / MB;
	finding =
	    arena_format(patient->arena, "%" PRIu64 " MB are free.", left);
	if (left >= ENOUGH && (status.f_files == 0 || status.f_favail > 1000))
		doctor_note(report, DOCTOR_OK, "Disk", finding, "");
	else
		doctor_note(report, left < LEAST ? DOCTOR_FAIL : DOCTOR_WARN,
		    "Disk", finding,
		    "Make room: with a full disk nothing is sold.");
}

/* Where a write-ahead log cannot be shared between machines. */
static const char *network_name(const char *path)
{
	static const struct {
		uint32_t magic;
		const char *name;
	} kinds[] = {
	    {0x6969, "NFS"},
	    {0xff534d42, "CIFS"},
	    {0xfe534d42, "SMB"},
	    {0x517b, "SMB"},
	    {0x01021997, "9P"},
	    {0x5346414f, "AFS"},
	    {0x00c36400, "Ceph"},
	    {0x65735546, "FUSE"},
	    {0x47504653, "GPFS"},
	    {0x0bd00bd0, "Lustre"},
	};
	struct statfs status;

	if (statfs(path, &status) != 0)
		return NULL;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if ((uint32_t)status.f_type == kinds[i].magic)
			return kinds[i].name;
	return NULL;
}

void doctor_look_at_system(
    const struct patient *patient, struct doctor_report *report)
{
	const char *name = network_name(patient->data);
	bool is_wal = !patient->config ||
	    text_equal(patient->config->journal_mode, "wal");

	if (!name)
		doctor_note(report, DOCTOR_OK, "File system",
		    "The data directory is on a disk of this machine.", "");
	else if (is_wal)
		doctor_note(report, DOCTOR_FAIL, "File system",
		    arena_format(patient->arena,
			"The data directory is on a network file system (%s).",
			name),
		    "Set journal_mode = truncate in campuspass.conf, or move "
		    "the directory.");
	else
		doctor_note(report, DOCTOR_OK, "File system",
		    arena_format(patient->arena,
			"On %s, with journal_mode = truncate.", name),
		    "");
}

/* ---- locks ---- */

/*
 * Does a lock that one opening of a file has stop another? Record locks are a
 * process's own; the second is one of the opening's own kind, which they stop.
 */
static bool stops_another(const char *path, bool is_flock)
{
	struct flock record = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int own = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int other = open(path, O_RDWR | O_CLOEXEC);
	bool is_kept = false;

	if (own >= 0 && other >= 0 &&
	    (is_flock ? flock(own, LOCK_EX) : fcntl(own, F_SETLK, &record)) ==
		0)
		is_kept = (is_flock ? flock(other, LOCK_EX | LOCK_NB)
				    : fcntl(other, F_OFD_SETLK, &record)) != 0;
	if (own >= 0)
		close(own);
	if (other >= 0)
		close(other);
	return is_kept;
}

void doctor_look_at_locks(
    const struct patient *patient, struct doctor_report *report)
{
	const char *path =
	    arena_format(patient->arena, "%s/locks/doctor", patient->data);
	bool has_flock = stops_another(path, true);
	bool has_record = stops_another(path, false);

	if (has_flock && has_record)
		doctor_note(report, DOCTOR_OK, "Locks",
		    "One process keeps another out.", "");
	else
		doctor_note(report, DOCTOR_FAIL, "Locks",
		    arena_format(patient->arena,
			"%s does not work in the data directory.",
			has_record ? "flock" : "fcntl locking"),
		    "Move the data directory to a local disk: without locks "
		    "the database can be damaged.");
}

/* ---- the clock ---- */

void doctor_look_at_clock(
    const struct patient *patient, struct doctor_report *report)
{
	enum {
		FIRST_YEAR = 2026 /* these programs are not older */
	};
	const char *zone = patient->config ? patient->config->timezone : "UTC";
	int64_t newest = 0;

	if (!clock_is_zone("Europe/Berlin") || !clock_is_zone(zone)) {
		doctor_note(report, DOCTOR_FAIL, "Clock",
		    "The time zones' data are missing.",
		    "Install tzdata: without it every zone is UTC.");
		return;
	}
	if (patient->db &&
	    booking_store_newest(patient->db, patient->arena, &newest))
		newest = 0;
	if (clock_wall(clock_now(), "UTC").year < FIRST_YEAR ||
	    newest > clock_now() + HOUR)
		doctor_note(report, DOCTOR_FAIL, "Clock",
		    arena_format(patient->arena,
			"The clock says %s, which is past already.",
			clock_iso_utc(patient->arena, clock_now())),
		    "Set the clock, and let NTP keep it.");
	else
		doctor_note(report, DOCTOR_OK, "Clock",
		    arena_format(patient->arena, "It is %s; the site is in %s.",
			clock_iso_utc(patient->arena, clock_now()), zone),
		    "");
}

/* ---- libraries ---- */

void doctor_look_at_engine(
    const struct patient *patient, struct doctor_report *report)
{
	enum {
		UNIQUE_ENOUGH = 3037000, /* STRICT, RETURNING */
		WAL_RESET_MENDED = 3051003
	};
	int number;
	const char *version = db_sqlite_version(&number);

	if (number < UNIQUE_ENOUGH)
		doctor_note(report, DOCTOR_FAIL, "SQLite",
		    arena_format(patient->arena, "%s is too old.", version),
		    "Install 3.37 or newer.");
	else if (number < WAL_RESET_MENDED)
		doctor_note(report, DOCTOR_OK, "SQLite",
		    arena_format(patient->arena,
			"%s. Before 3.51.3 overlapping checkpoints can damage "
			"a file: the programs make theirs one at a time; do "
			"not open the database with the sqlite3 shell.",
			version),
		    "");
	else
		doctor_note(report, DOCTOR_OK, "SQLite",
		    arena_format(patient->arena, "%s.", version), "");
}

void doctor_look_at_fonts(
    const struct patient *patient, struct doctor_report *report)
{
	const struct canvas_info info = {
	    .title = "",
	    .author = "",
	    .font_directory =
		arena_format(patient->arena, "%s/fonts", patient->data),
	    .made_at = clock_now(),
	};
	struct canvas *canvas;
	const struct error *error = canvas_open(patient->arena, &info, &canvas);

	if (error)
		doctor_note(report, DOCTOR_FAIL, "Fonts", error->message,
		    "Tickets cannot be printed. Install fonts-dejavu-core, or "
		    "copy the files into the folder fonts of the data "
		    "directory.");
	else
		doctor_note(report, DOCTOR_OK, "Fonts",
		    "The fonts of printed tickets are there.", "");
}
