/*
 * Whose bookings are whose (R34), and what is left of a deleted account.
 */
#include "accounts.h"

#include "booking/confirm.h"
#include "booking/forget.h"
#include "booking/hold.h"

/* ---- whose bookings ---- */

/* A free event of somebody's; 0: of nobody's. */
static void add_show(const char *slug, int64_t owner_id)
{
	struct event event = event_of(slug);

	event.tiers = one_tier(0, 0);
	event.owner_id = owner_id;
	add_event(event);
}

static struct error *confirm(struct booking *booking)
{
	bool moved;

	return confirm_booking_in(&site.shop, booking, clock_now(), &moved);
}

/* Book and confirm. */
static struct booking book(
    const struct viewer *viewer, const char *event, const char *email)
{
	struct order order = order_of(viewer, event, "general");
	struct booking booking;

	order.email = email;
	order.name = "Ada Lovelace";
	must(hold_place(&site.shop, &order, &booking));
	must(TRANSACTION(site.shop.db, confirm(&booking)));
	return booking;
}

static bool sees(const struct viewer *viewer, const struct booking *booking)
{
	struct booking found;

	return booking_store_find(site.shop.db, &site.arena, booking->reference,
		   viewer, &found) == NULL;
}

static size_t count_own(const struct viewer *viewer)
{
	struct booking_list list;

	must(booking_store_list(
	    site.shop.db, &site.arena, viewer, clock_now(), &list));
	return list.count;
}

static void test_own_bookings(void)
{
	struct viewer ada = {.role = ROLE_USER, .browser = "shared"};
	const struct viewer next = {.browser = "shared"};
	const struct viewer abroad = {.role = ROLE_USER, .browser = "else"};
	struct viewer anywhere = abroad, eve = abroad;
	struct booking booking;

	site_open(&site);
	add_show("show", 0);
	ada.user_id = anywhere.user_id = sign_up("ada", "ada@example.org").id;
	eve.user_id = sign_up("eve", "eve@example.org").id;
	booking = book(&ada, "show", "ada@example.org");
	ok(sees(&ada, &booking) && sees(&anywhere, &booking),
	    "R34 the account's, in each browser");
	ok(!sees(&next, &booking) && count_own(&next) == 0,
	    "R34 not of the next person at the browser");
	ok(!sees(&eve, &booking) && count_own(&eve) == 0,
	    "R34 not of another account");
	site_close(&site);
}

static void test_staff(void)
{
	struct viewer owner = {.role = ROLE_ORGANISER, .browser = ""};
	struct viewer other = owner, door = owner, admin = owner;
	const struct viewer guest = {.browser = "guest"};
	struct booking booking;

	site_open(&site);
	owner.user_id = sign_up("owner", "owner@example.org").id;
	other.user_id = sign_up("other", "other@example.org").id;
	door.user_id = sign_up("door", "door@example.org").id;
	admin.user_id = sign_up("admin", "admin@example.org").id;
	door.role = ROLE_DOOR;
	admin.role = ROLE_ADMIN;
	add_show("show", owner.user_id);
	booking = book(&guest, "show", "guest@example.org");
	ok(sees(&owner, &booking), "organisers see those of their events");
	ok(!sees(&other, &booking), "and of no others");
	ok(sees(&admin, &booking), "admins see all");
	ok(!sees(&door, &booking), "the door sees none");
	ok(count_own(&owner) == 0 && count_own(&admin) == 0,
	    "R34 none of them is their own");
	site_close(&site);
}

static void test_joining(void)
{
	const struct viewer guest = {.browser = "guest"};
	struct viewer ada = {.role = ROLE_USER, .browser = "home"};
	struct viewer spy = {.role = ROLE_USER, .browser = "spy"};
	struct booking before, between, after, unfinished;

	site_open(&site);
	add_show("show", 0);
	before = book(&guest, "show", "ada@example.org");
	must(register_as("ada", "ada@example.org"));
	must(register_as("spy", "ada@example.org"));
	ada.user_id = find("ada").id;
	spy.user_id = find("spy").id;
	between = book(&guest, "show", "ada@example.org");
	ok(!sees(&ada, &before) && !sees(&ada, &between),
	    "R34 to say an address is not to have it");
	must(account_send_verification(&site.shop, ada.user_id));
	must(account_verify(&site.shop, secret_to("ada@example.org")));
	ok(sees(&ada, &before) && sees(&ada, &between),
	    "R34 a guest's booking joins who proves it");
	ok(sees(&guest, &before), "R34 the guest keeps it");
	after = book(&guest, "show", "ada@example.org");
	ok(sees(&ada, &after), "R34 later ones join as they are confirmed");
	ok(!sees(&spy, &before) && !sees(&spy, &after),
	    "R34 nobody else sees them");
	must(booking_store_unfinished(
	    site.shop.db, &site.arena, &ada, clock_now(), &unfinished));
	is_number(unfinished.id, 0, "R30 nor are others' holds in her way");
	site_close(&site);
}

/* ---- being forgotten ---- */

static void test_delete(void)
{
	const struct session_place place = {.browser = "a"};
	struct viewer ada = {.browser = "a"};
	struct booking booking, kept;
	const char *cookie, *findings;
	struct user user;

	site_open(&site);
	add_show("show", 0);
	user = sign_up("ada", "ada@example.org");
	must(session_begin(&site.shop, &user, &place, &cookie));
	must(session_find(&site.shop, cookie, &ada));
	booking = book(&ada, "show", "ada@example.org");
	is_refused(account_delete(&site.shop, &ada, "wrong"), "current",
	    "not without the password");
	must(account_delete(&site.shop, &ada, PASSWORD));
	ok(!is_in(cookie) && find("ada").id == 0, "gone");
	ok(error_is(log_in("ada@example.org", PASSWORD), ACCESS_ERROR), "gone");
	kept = again(&booking);
	is_text(kept.name, "Ada Lovelace", "for the event they are needed");
	must(user_store_check(site.shop.db, &site.arena, &findings));
	is_text(findings, "", "nothing else is left");
	pass_time(11 * DAY);
	must(forget_sweep(&site.shop));
	kept = again(&booking);
	is_text(kept.name, "", "after it the name goes");
	is_text(kept.email, "", "and the email");
	is_text(kept.tickets.items[0].holder_name, "", "and the holder");
	is_text(last_mail("ada@example.org").kind, "", "and mails");
	must(register_as("ada", "ada@example.org"));
	ok(find("ada").id != user.id, "somebody may begin anew");
	site_close(&site);
}

static void test_unsubscribe(void)
{
	struct registration registration = person("ada", "ada@example.org");
	const char *key;
	struct user user;

	site_open(&site);
	registration.wants_promotions = true;
	must(account_create(&site.shop, &registration, ROLE_USER, true, &user));
	ok(find("ada").promotions_at, "said yes");
	key = account_unsubscribe_key(&site.shop, user.id);
	ok(error_is(account_unsubscribe(&site.shop, "1-0123"), STATE_ERROR),
	    "a made-up key");
	ok(error_is(account_unsubscribe(&site.shop, ""), STATE_ERROR), "none");
	must(account_unsubscribe(&site.shop, key));
	ok(!find("ada").promotions_at, "no more mails");
	site_close(&site);
}

int main(void)
{
	test_own_bookings();
	test_staff();
	test_joining();
	test_delete();
	test_unsubscribe();
	return done_testing();
}
