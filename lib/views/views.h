/*
 * What each view shows: one struct a view file, made by the page functions of
 * cgi-bin and walked by the code viewc makes of lib/views/NAME.html.
 *
 * Everything here is ready to print: texts, money, moments, addresses. A view
 * decides how, a page decides what; no view reaches into the database. Texts
 * may be NULL or "" for "not there"; lists are {items, count}.
 */
#ifndef VIEWS_VIEWS_H
#define VIEWS_VIEWS_H

#include "model/booking.h"
#include "model/event.h"
#include "views/view.h"

/* ---- parts that several pages share ---- */

struct link {
	const char *text;
	struct url url;
};

struct link_list {
	const struct link *items;
	size_t count;
};

/* An entry of a navigation. */
struct nav_link {
	const char *text;
	struct url url;
	bool is_current;
};

struct nav_link_list {
	const struct nav_link *items;
	size_t count;
};

/* What every POST form carries (form_secret.html). */
struct form_secret_view {
	const char *csrf_token;
	const char *form_key; /* "" where the form creates nothing */
};

/* The frame around each page (page.html): title, header, footer. */
struct page_view {
	const char *title;      /* of this page: "Jazz Evening" */
	const char *site_name;  /* "CampusPass" */
	const char *organiser;  /* who runs the site; may be "" */
	const char *contact;    /* email for questions; may be "" */
	struct url contact_url; /* mailto: of it */
	bool has_error;         /* the title begins with "Error: " */
	bool is_staff;          /* the footer links to the status page */
	bool is_plain;          /* sale pages: no navigation to wander off */
	bool is_alone;          /* there is no other page yet to lead to */
	struct url stylesheet;  /* with the file's version */
	struct url more_style;  /* what the staff's pages have beside it */
	bool on_events;         /* which entry of the navigation is current */
	bool on_tickets;
	bool on_account;
	struct link office; /* where the staff works; url empty: no staff */
	struct nav_link_list sections; /* of the back office; empty elsewhere */
	bool is_signed_in;             /* shows the button to log out */
	struct form_secret_view log_out;
};

/* A choice of a select, or of radios, or a checkbox of a group. */
struct option {
	const char *value;
	const char *label;
	const char *hint; /* a line below the label; may be "" */
	const char *id;   /* of the input; may be "" in selects */
	bool is_selected;
	bool is_disabled;
};

struct option_list {
	const struct option *items;
	size_t count;
};

/*
 * One labelled input (field.html; select.html and radios.html take the same
 * struct). `error` is shown beside it and in the summary.
 */
struct field_view {
	const char *name; /* form field name; also the id, if no id */
	const char *id;   /* of the input */
	const char *label;
	const char *hint;         /* may be "" */
	const char *error;        /* may be "" */
	const char *value;        /* what was typed */
	const char *type;         /* "text", "email", "number", "date" ... */
	const char *autocomplete; /* token of the HTML standard; may be "" */
	const char *inputmode;    /* "numeric" ...; may be "" */
	const char *list;         /* id of a datalist; may be "" */
	bool is_required;
	bool is_short;              /* a narrow input (quantity, date) */
	bool is_checked;            /* for a single checkbox (checkbox.html) */
	struct option_list options; /* of a select or of radios */
};

struct field_view_list {
	const struct field_view *items;
	size_t count;
};

/* One line of an error summary. */
struct problem {
	const char *text;   /* "Enter your email address" */
	const char *anchor; /* id of the first wrong input; may be "" */
};

struct problem_list {
	const struct problem *items;
	size_t count;
};

/* A labelled detail: of an error, of a booking. */
struct detail {
	const char *label;
	const char *value;
};

struct detail_list {
	const struct detail *items;
	size_t count;
};

/* One error of a chain, shown as "Caused by: NAME - message". */
struct cause_view {
	const char *name;
	const char *message;
};

struct cause_list {
	const struct cause_view *items;
	size_t count;
};

/*
 * The box at the top of a page with an error (problem_box.html): a single
 * problem as its heading, several in a list below "There is a problem", with
 * links; the kind's name, its labelled fields, its causes, the request id.
 */
struct problem_box_view {
	bool is_shown;
	struct problem_list problems; /* none where there is a single one */
	struct problem only;          /* then this */
	bool is_said;                 /* by the page's heading already */
	const char *next;             /* what one can do now; may be "" */
	bool is_folded;             /* what follows: the problems say it all */
	const char *kind;           /* "SoldOutError" */
	struct detail_list details; /* labelled fields */
	struct cause_list causes;
	const char *request_id;
};

/* ---- the events ---- */

/* How the stock of a tier or an event reads: one word, one colour. */
struct stock_view {
	const char *text; /* "12 left", "Sold out", "Available"; "" no offer */
	bool is_low;      /* 5 or fewer */
	bool is_sold_out;
};

/* A tier in a list of events, on an event's page and in a comparison. */
struct tier_view {
	const char *name;
	const char *price; /* "Free" or "$15.00" */
	struct stock_view stock;
	const char *note; /* "Sale opens ..."; may be "" */
};

struct tier_view_list {
	const struct tier_view *items;
	size_t count;
};

/* An event in a list (event_card.html). */
struct event_card_view {
	const char *title;
	struct url url;
	struct url picture; /* decoration: image or art of its type */
	const char *type;   /* "Concert"; "" none */
	const char *summary;
	struct when starts;
	const char *day;   /* "28", for the date tile */
	const char *month; /* "Nov" */
	const char *place; /* venue, or "Online" */
	const char *price; /* "Free", "$15.00", "$15.00 to $45.00" */
	struct stock_view stock;
	const char *state; /* "Cancelled", "Booking not open yet" ...; "" */
	struct tier_view_list tiers; /* where there are several (R9) */
};

struct event_card_list {
	const struct event_card_view *items;
	size_t count;
};

/* The events, found by a form (list.html). */
struct list_view {
	struct page_view page;
	struct problem_box_view box;
	bool is_home;               /* nothing was filtered: show the welcome */
	struct field_view q;        /* search text */
	struct field_view type;     /* select */
	struct field_view venue;    /* checkboxes, several */
	struct field_view from, to; /* dates */
	struct field_view price_min, price_max;
	bool filters_are_open;           /* the <details> with the filters */
	bool is_filtered;                /* offers "Clear filters" */
	struct event_card_list upcoming; /* within 90 days */
	struct event_card_list later;
	bool is_empty;             /* nothing found */
	const char *page_number;   /* "2" */
	struct url previous, next; /* empty: none */
	struct url first;          /* behind the last page; else empty */
};

/* One event (event.html). */
struct event_view {
	struct page_view page;
	const char *title;
	const char *type;
	const char *summary;
	struct html description; /* from Markdown */
	struct url picture;
	const char *picture_alt; /* what it shows; "" decoration */
	struct when starts;      /* long */
	struct when ends;
	struct when doors; /* time */
	struct url calendar;
	const char *venue;
	const char *address;
	struct url map; /* empty: no map link */
	bool is_online;
	struct tier_view_list tiers;
	const char *price; /* of all of them: "$15.00 to $45.00" */
	bool can_book;     /* show the "Book" link */
	struct url book;
	const char *state;        /* by the title: "Cancelled"; "" it sells */
	bool is_off;              /* cancelled, that is */
	const char *closed_title; /* "Booking not available"; "" open */
	const char *closed_why;   /* "Booking opens on ..." */
	bool offers_queue;        /* sold out: the waiting list */
	struct url queue;
	struct url compare;
	struct url share; /* empty: nothing to look forward to */
};

/* Have an event mailed to a friend (share.html). */
struct share_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *event;
	struct when starts;
	const char *place;
	const char *sender; /* named in the mail; "" a visitor */
	struct field_view friend_email, message;
	struct url action, back;
};

/* A question with one button (stop_mails.html); its address is the proof. */
struct stop_mails_view {
	struct page_view page;
	struct url action;
};

/* Events side by side (compare.html). */
struct compared_event {
	const char *title;
	struct url url;
	struct when starts;
	const char *place;
	const char *address;
	const char *type;
	struct tier_view_list tiers;
	struct stock_view stock;
	struct url book;   /* empty: cannot be booked */
	struct url remove; /* the same page without this event */
};

struct compared_list {
	const struct compared_event *items;
	size_t count;
};

struct compare_view {
	struct page_view page;
	struct problem_box_view box;
	struct compared_list events; /* 0 to 4 */
	struct field_view choice;    /* select of events that can be added */
	struct option_list chosen;   /* hidden inputs: event slugs so far */
	bool can_add;
};

/* ---- buying ---- */

/* A live hold of this person (own_hold.html): continue or release it. */
struct own_hold_view {
	bool is_shown;
	bool is_paying;        /* no answer of the gateway yet: no release */
	const char *event;     /* "Jazz Evening" */
	const char *places;    /* "2 VIP" */
	const char *time_left; /* "8 minutes 20 seconds" */
	struct url checkout;   /* continue */
	struct url release;    /* POST */
	struct url extend;     /* POST */
	bool can_extend;       /* "I need more time" (R65) */
	struct form_secret_view secret;
};

/* A seat of the map: a labelled checkbox. */
struct seat_view {
	const char *id;        /* of the input */
	const char *name;      /* "A7": its value */
	const char *number;    /* "7": what is seen */
	const char *words;     /* "A7, VIP, $150.00, taken": what is heard */
	const char *tier_mark; /* "t0": class that colours its tier */
	bool is_taken;         /* shown, cannot be picked */
	bool is_selected;
	bool is_accessible;
};

struct seat_view_list {
	const struct seat_view *items;
	size_t count;
};

struct seat_row_view {
	const char *name; /* "A" */
	struct seat_view_list seats;
};

struct seat_row_list {
	const struct seat_row_view *items;
	size_t count;
};

/* A tier in the map's legend. */
struct seat_legend {
	const char *mark; /* "t0" */
	const char *name;
	const char *price;
};

struct seat_legend_list {
	const struct seat_legend *items;
	size_t count;
};

/* Choose seats (seat_map.html). */
struct seat_map_view {
	const char *error; /* beside the map; may be "" */
	struct seat_row_list rows;
	struct seat_legend_list legend;
	bool has_accessible;
};

/* What a page that sells places of an event begins with. */
struct sale_head_view {
	const char *kind;  /* of page: "Book tickets" */
	const char *title; /* the event's */
	struct url picture;
	struct when starts;
	const char *place;
	struct url event; /* back to it */
};

/* Choose tickets (book.html). */
struct book_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	struct own_hold_view own_hold;
	struct sale_head_view head;
	struct url action;
	struct field_view name, email, quantity;
	struct field_view tier; /* radios: hint is price and what is left */
	bool has_seats;         /* reserved seating: the map is shown */
	struct field_view_list beside; /* quantities of tiers without seats */
	struct seat_map_view map;
	const char *hold_time; /* "10 minutes": how long places are held */
	bool is_open;          /* else closed_* or the queue is shown */
	const char *closed_title, *closed_why;
	bool offers_queue;
	struct url queue;
	const char *replaces; /* reference of the own hold to give back */
};

/* A line of an order (order.html). */
struct order_line {
	const char *tier;
	int64_t quantity;
	struct money price;
	struct money subtotal;
	const char *seats; /* "A1, A2"; may be "" */
};

struct order_line_list {
	const struct order_line *items;
	size_t count;
};

/* What is bought (order.html): a table with a total. */
struct order_view {
	const char *heading; /* "" to its buyer: "Your order" */
	const char *event;
	struct url event_url;
	struct when starts;
	const char *place;
	const char *reference;
	const char *name, *email;
	struct order_line_list lines;
	bool has_credit;     /* seats are changed for these, ... */
	struct money credit; /* ... and worth so much; below 0 */
	struct money total;
	bool is_free;
};

/* The details of a card (card_form.html). The number is never shown. */
struct card_form_view {
	struct field_view holder, number, expires, address;
	struct field_view type; /* select */
};

/* Pay or confirm (checkout.html). */
/* A way to pay: a radio, and below it what the chosen one asks for. */
struct pay_way {
	struct option option;
	bool asks_saved; /* which of the saved cards */
	bool asks_card;
	bool asks_token;
};

struct pay_way_list {
	const struct pay_way *items;
	size_t count;
};

struct checkout_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	struct order_view order;
	bool can_pay;           /* in time, and there is a way: show the form */
	bool is_paying;         /* no answer yet from the gateway */
	struct url approve;     /* then: where the buyer approves it */
	const char *gateway;    /* and whose page that is: "PayPal" */
	const char *later_span; /* "72 hours": paying later is the only way */
	bool is_later;          /* to be paid later, to the staff */
	struct when pay_until;  /* long: the deadline of that */
	const char *later_details; /* bank account and the like; "" */
	const char *time_left;     /* "9 minutes 30 seconds"; as text (R65) */
	struct when holds_until;   /* time */
	bool can_extend;
	const char *extend_time; /* "10 minutes": what that adds */
	struct url action, extend, release, refresh;
	struct field_view method; /* its legend; a single way: its value */
	struct pay_way_list ways; /* to choose from: none or several */
	struct field_view payment_token;
	struct field_view saved_card; /* radios */
	struct card_form_view card;
	struct field_view save_card; /* checkbox */
	bool can_save;               /* signed in: offers it */
	struct field_view terms;     /* checkbox */
	struct url terms_page;
	const char *button; /* "Pay $45.00" or "Confirm booking" */
};

/* The simulated gateway's own page (approve.html). */
struct approve_view {
	struct page_view page;
	struct form_secret_view secret;
	const char *amount; /* "300.00 USD" */
	bool is_open;       /* else it was answered before */
	bool is_paid;       /* the money was taken */
	struct url action;  /* POST: answer=approve, pay, decline, cancel */
	struct url call;    /* POST: the gateway's call to the shop */
	const char *notice; /* what it says, signed */
	struct url back;    /* to the shop */
};

/* A ticket as a card (ticket.html): alone, or among those of a booking. */
struct ticket_view {
	const char *event;
	struct when starts; /* long */
	struct when doors;  /* time */
	const char *place;
	const char *address; /* may be "" */
	struct url map;      /* empty: none */
	bool is_online;
	struct url online; /* where an online event is; empty: none */
	const char *code;  /* "" when it is not the viewer's any more */
	struct html qr;    /* its code as a picture; empty: none */
	const char *tier;
	const char *number; /* "1 of 2"; "" it is the only one */
	const char *holder;
	const char *seat;
	const char *status; /* "Active" */
	bool is_active;     /* colours the status */
	bool is_valid;      /* not cancelled or refunded */
	bool is_passed_on;
	struct url page;             /* of its own; empty: this is it */
	struct url transfer, cancel; /* empty: not possible */
};

/* Money given back, on the booking's page. */
struct refund_view {
	struct money amount;
	const char *state; /* "is on its way back to you" */
};

struct refund_view_list {
	const struct refund_view *items;
	size_t count;
};

struct ticket_view_list {
	const struct ticket_view *items;
	size_t count;
};

/* What can be done with a booking or a ticket; empty: not possible. */
struct ticket_actions_view {
	struct url pdf;
	struct url calendar;
	struct url seats;
	struct url cancel; /* the whole booking */
	struct url resend; /* POST */
	struct form_secret_view secret;
};

/* One booking with its tickets (booking.html). */
struct booking_view {
	struct page_view page;
	const char *notice; /* what was just done; "" nothing */
	struct order_view order;
	const char *state; /* "Confirmed" */
	bool is_confirmed;
	bool is_new;                /* came here from the checkout */
	bool is_mailed;             /* the tickets are sent by mail, too */
	const char *state_sentence; /* "Your places are booked." */
	struct refund_view_list refunds;
	struct url checkout;   /* while held: continue */
	bool is_later;         /* it is paid later, to the staff, */
	struct when pay_until; /* by then */
	struct url changes;    /* the booking whose seats it changes */
	struct ticket_view_list tickets;
	struct ticket_actions_view actions;
};

/* One ticket, for whoever holds it (ticket_page.html). */
struct ticket_page_view {
	struct page_view page;
	const char *notice; /* as above */
	struct ticket_view ticket;
	struct ticket_actions_view actions;
	struct link back; /* to its booking, else to all of one's own */
};

/* A booking in "my tickets", or a ticket that somebody passed on. */
struct booking_card_view {
	const char *event;
	struct when starts;
	const char *place;
	const char *places; /* "2 VIP" */
	const char *state;
	bool is_good;          /* confirmed: colours the state */
	bool is_open;          /* held: so does this */
	const char *reference; /* or the ticket's code */
	struct url url;
};

struct booking_card_list {
	const struct booking_card_view *items;
	size_t count;
};

/* This person's bookings (bookings.html). */
struct bookings_view {
	struct page_view page;
	struct problem_box_view box;
	const char *notice; /* what was just done; "" nothing */
	struct booking_card_list upcoming;
	struct booking_card_list past;
	bool is_empty;
	struct form_secret_view secret; /* of "Find your tickets" */
	struct field_view email, reference;
};

/* Give a booking or a ticket back (cancel.html). */
struct cancel_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	bool is_ticket; /* one of them, not the whole booking */
	const char *event;
	struct when starts;
	const char *place;
	struct ticket_view_list tickets; /* that end */
	bool is_free;                    /* nothing was paid */
	struct money paid;
	bool has_returned;
	struct money returned; /* of it, before */
	struct money refund;   /* of the rest */
	int64_t percent;
	bool has_until; /* it comes to less after `until` */
	struct when until;
	bool is_special; /* the organiser moved the event (R76) */
	int64_t shown;   /* minor units */
	struct url action, back;
};

/* A seat that changes for another. */
struct seat_move {
	const char *from, *to;
	const char *tier;   /* of the new seat */
	struct money price; /* of it */
};

struct seat_move_list {
	const struct seat_move *items;
	size_t count;
};

/* Other seats (seats.html): the map, then what the choice comes to. */
struct seats_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	struct own_hold_view own_hold;
	const char *event;
	struct when starts;
	const char *place;
	const char *now; /* "A7, A8": the seats until now */
	int64_t count;   /* how many */
	struct url action, back;
	bool is_review; /* moves instead of the map */
	struct seat_map_view map;
	struct seat_move_list moves;
	struct option_list chosen; /* hidden inputs: all seats afterwards */
	bool costs;                /* there is something to pay */
	bool gives;                /* there is something to get back */
	bool keeps;                /* not all that they are worth less */
	struct money difference;
	struct money surplus;
	struct money refund;
	int64_t shown_difference, shown_refund; /* minor units */
};

/* Another name on a ticket, or another person (transfer.html). */
struct transfer_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *event;
	struct when starts;
	const char *tier, *seat, *holder;
	struct field_view holder_name, holder_email;
	struct url action, back;
};

/* A class of an event in the summary. */
struct summary_row {
	const char *name; /* "VIP" */
	bool is_unlimited;
	int64_t capacity; /* places; 0 when unlimited */
	int64_t sold, held;
	int64_t taken;     /* sold and held: for the bar */
	int64_t remaining; /* capacity - sold - held */
	int64_t waiting;   /* places wanted by the waiting list */
};

struct summary_row_list {
	const struct summary_row *items;
	size_t count;
};

/* How many are sold and left of each class (summary.html). */
struct summary_view {
	struct summary_row_list rows;
	struct when now;
	struct url refresh; /* the page again */
	struct url live;    /* the page that renews itself; empty: it does */
};

/* The same as a page (summary_page.html). */
struct summary_page_view {
	struct page_view page;
	const char *title; /* the event's */
	struct url event;
	struct summary_view summary;
};

/* Join the waiting list, or one's place in it (queue.html). */
struct queue_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	struct sale_head_view head;
	struct url action;
	struct field_view name, email, quantity, tier; /* tier: radios */
	bool is_free; /* served at once: the terms are accepted */
	bool is_open;
	const char *closed_why;
	bool has_joined; /* shows the entry instead of the form */
	bool is_waiting;
	const char *position;   /* "3" */
	const char *class_name; /* "VIP" */
	const char *offer_time; /* "2 hours": an offer lasts so long */
	const char *quiet;      /* "22:00 to 8:00": that is not counted; "" */
	const char *told;       /* address that is written to; "" none */
	bool is_offered;
	const char *time_left;    /* of the offer */
	const char *outcome;      /* of an entry that ended: a sentence */
	struct url accept, leave; /* POST */
	struct url tickets;       /* of an entry that was served */
	struct summary_view summary;
};

/* The line before the booking form. */
struct room_view {
	struct page_view page;
	struct sale_head_view head;
	bool is_gathering;    /* booking is not open yet */
	struct when opens;    /* then it is */
	const char *gathered; /* "120": people in both lines */
	const char *position; /* "17": in line, once it is open */
	const char *wait;     /* "2 minutes": until it is their turn */
	const char *turn;     /* "10 minutes": then they have that long */
	struct when now;      /* all this is as of then */
	struct url refresh;   /* this page */
	struct url live;      /* the same renewing itself; unset: it does not */
	/*
	 * What was typed into the booking form by somebody whose turn was over:
	 * looking again sends it along.
	 */
	struct detail_list kept;
	struct form_secret_view secret;
};

/* ---- accounts ---- */

/*
 * A form on a page of its own (account_form.html): register, log in, reset,
 * change the password, delete the account.
 */
struct account_form_view {
	struct page_view page; /* its title is the heading */
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *lead;              /* what it is about; may be "" */
	struct detail_list facts;      /* what will happen; may be empty */
	struct url action;             /* POST */
	struct field_view_list fields; /* text inputs */
	struct field_view_list checks; /* checkboxes below them */
	struct url next;               /* hidden: where to go afterwards */
	const char *button;            /* "Create account" */
	bool is_grave;                 /* the button cannot be undone */
	struct link_list links;        /* other ways */
};

/* One's own details (account.html). */
struct account_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *notice;    /* what was just done; may be "" */
	const char *username;  /* who is signed in */
	const char *role;      /* "Organiser"; "" for users */
	struct when since;     /* has the account */
	bool is_verified;      /* else the link can be sent again */
	bool needs_two_factor; /* staff without it: a hint */
	struct field_view_list fields;
	struct field_view promotions; /* checkbox */
	struct link_list links;       /* the other pages of the account */
};

/* A browser that is signed in. */
struct session_view {
	int64_t id;
	const char *device;  /* "Firefox on Linux" */
	const char *address; /* it signed in from */
	struct when created;
	struct when seen;
	bool is_current; /* this browser */
};

struct session_view_list {
	const struct session_view *items;
	size_t count;
};

/* Where one is signed in (account_sessions.html). */
struct account_sessions_view {
	struct page_view page;
	struct form_secret_view secret;
	const char *notice; /* what was just done; may be "" */
	struct session_view_list sessions;
	bool has_others;
};

/* A card that somebody has saved. */
struct saved_card_view {
	const char *name;    /* "Visa ending in 4242" */
	const char *expires; /* "2028-04" */
	const char *holder;
	const char *address; /* billing; "" unknown */
	bool is_default;
	bool has_expired;
	struct url make_default, remove; /* POST */
};

struct saved_card_view_list {
	const struct saved_card_view *items;
	size_t count;
};

/* One's saved cards (account_cards.html). */
struct account_cards_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *notice; /* what was just done; may be "" */
	struct saved_card_view_list cards;
	bool can_add; /* there is a gateway that takes cards */
	struct card_form_view form;
};

struct text_list {
	const char *const *items;
	size_t count;
};

/* The second factor (account_two_factor.html). */
struct account_two_factor_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	struct field_view password, code;
	bool is_on;
	bool has_begun;         /* waits for the app's first code */
	const char *key;        /* then: the secret, in groups */
	struct html picture;    /* and its QR code; may be empty */
	struct text_list codes; /* recovery codes, shown once; may be empty */
	int64_t codes_left;     /* that work */
	const char *notice;     /* what was just done; "" nothing */
};

/* Something was done, or can be had (message.html). */
struct message_view {
	struct page_view page; /* its title is the heading */
	const char *lead;
	struct detail_list facts; /* may be empty */
	struct link_list links;   /* what to do next */
};

/* ---- the back office ---- */

/* An event in the staff's list. */
struct staff_event_view {
	const char *title;
	struct url url; /* its page in the back office */
	struct when starts;
	const char *place;
	const char *status; /* "On sale", "Draft", "Sold out" ... */
	const char *badge;  /* class of its colour: "good", "low", "off" */
	int64_t sold, held;
	int64_t capacity;  /* 0 when unlimited */
	bool is_unlimited; /* else a bar shows how full it is */
	int64_t waiting;   /* places wanted by the waiting list */
	const char *note;  /* "Doors are open"; may be "" */
};

struct staff_event_list {
	const struct staff_event_view *items;
	size_t count;
};

/* Links to the pages of a long table of the staff (turn_pages.html). */
struct turn_pages_view {
	struct url previous, next; /* empty: none */
};

/* The same of one that grows at its beginning (turn_older.html). */
struct turn_older_view {
	struct url newest, older; /* empty: none */
};

/* The staff's events (staff_events.html). */
struct staff_events_view {
	struct page_view page;
	struct field_view q;    /* search */
	struct field_view time; /* select: coming, past, all */
	struct staff_event_list events;
	bool is_filtered; /* not just what is coming up */
	bool can_create;
	struct turn_pages_view pages;
};

/* ---- the back office: one event ---- */

/* What has changed of an event. */
struct mail_change {
	const char *label;  /* "Start" */
	const char *before; /* "" nothing */
	const char *after;  /* "" nothing any more */
};

struct mail_change_list {
	const struct mail_change *items;
	size_t count;
};

/* The head of an event's pages in the back office (staff_tabs.html). */
struct staff_tabs_view {
	const char *title;
	struct url event; /* its page in the back office */
	struct when starts;
	const char *place;
	struct nav_link_list tabs;
};

/* A booking in the staff's list. */
struct staff_sale_view {
	const char *reference;
	struct url url;
	const char *name; /* may be "" */
	const char *email;
	const char *event; /* title */
	struct when made;
	const char *state;
	const char *badge;  /* class of its colour */
	const char *source; /* "At the counter": where it was made */
	int64_t quantity;
	struct money total;
};

struct staff_sale_list {
	const struct staff_sale_view *items;
	size_t count;
};

/* Bookings, searched for (staff_bookings.html). */
struct staff_bookings_view {
	struct page_view page;
	struct problem_box_view box;
	struct field_view person;        /* search */
	struct field_view status, event; /* selects */
	struct field_view from, to;      /* dates */
	bool filters_are_open;           /* all but the person */
	struct staff_sale_list sales;
	struct turn_pages_view pages;
	struct url transactions; /* the file, of the event chosen */
};

/* A ticket in the back office. */
struct staff_ticket_view {
	const char *code;
	const char *tier;
	const char *seat;
	const char *holder; /* may be "" */
	const char *email;
	const char *status;
	const char *badge; /* class of its colour */
	bool is_passed_on;
	struct money price;
	struct money refunded;
	const char *reference; /* in lists: of its booking */
	struct url booking;    /* in lists */
	bool has_come;         /* checked in, perhaps out again */
	struct when came_at;
};

struct staff_ticket_list {
	const struct staff_ticket_view *items;
	size_t count;
};

/* Money given back, for the staff. */
struct staff_refund_view {
	int64_t id;
	struct money amount;
	const char *state; /* "is on its way" */
	const char *reason;
	bool is_due; /* the staff have to give it */
};

struct staff_refund_list {
	const struct staff_refund_view *items;
	size_t count;
};

/* One booking and what can be done with it (staff_booking.html). */
struct staff_booking_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *notice; /* what was just done; "" nothing */
	const char *buyer;  /* name, else email, else reference */
	struct order_view order;
	const char *state;
	const char *badge;
	const char *state_more; /* a sentence; may be "" */
	struct detail_list facts;
	struct staff_ticket_list tickets;
	struct staff_refund_list refunds;
	bool is_unfinished;    /* held or being paid */
	bool has_tickets_file; /* pdf */
	bool can_resend, can_mark_paid, can_refund, can_change_seats;
	bool can_rename, can_cancel, can_release;
	struct money refundable;
	struct field_view amount, reason; /* refund */
	struct field_view by_hand;        /* checkbox */
	struct seat_map_view seats;       /* change seats */
	struct field_view code;           /* select: whose holder */
	struct field_view holder_name, holder_email;
	struct field_view note;
	struct field_view percent, why; /* cancel */
	struct url pdf, map;
	struct url next_sale; /* back to the box office, after a sale */
	struct url refund, paid_back, cancel, change, resend, holder, paid,
	    note_action; /* POST */
};

/* What a change of seats comes to (staff_change.html). */
struct staff_change_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	struct detail_list facts;
	const char *seats;     /* as typed: hidden */
	int64_t shown;         /* difference in minor units: hidden */
	bool is_dearer;        /* then: */
	struct field_view due; /* radios: cash or waived */
	struct url action, back;
};

/* The box office (staff_sell.html). */
struct staff_sell_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	struct staff_tabs_view tabs;
	bool has_seats;
	struct field_view seats;  /* names of seats, if it has some, or ... */
	struct seat_map_view map; /* ... ticked */
	struct field_view tier;   /* radios: price and what is left */
	struct field_view quantity, name, email;
	struct field_view how; /* radios: cash, complimentary */
	const char *price;     /* "2 places come to $30.00."; "" not asked */
	struct url action, monitor;
};

/* Tickets of an event (staff_tickets.html). */
struct staff_tickets_view {
	struct page_view page;
	struct staff_tabs_view tabs;
	struct url action;        /* GET */
	struct field_view q;      /* search */
	struct field_view status; /* select */
	struct staff_ticket_list tickets;
	struct turn_pages_view pages;
	struct url csv; /* of the same search */
};

/* Somebody in line. */
struct staff_entry_view {
	const char *key; /* names the entry in forms */
	const char *name;
	const char *email;
	const char *class_name; /* tier, or "any" */
	int64_t quantity;
	struct when since;
	const char *state;
	const char *badge;
	bool is_waiting; /* can be offered places */
};

struct staff_entry_list {
	const struct staff_entry_view *items;
	size_t count;
};

/* The waiting list of an event (staff_queue.html). */
struct staff_queue_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	struct staff_tabs_view tabs;
	const char *notice; /* what was just done; "" nothing */
	const char *rule;   /* when people may join: a sentence */
	bool is_open;       /* also before it is sold out */
	struct summary_row_list classes;
	struct staff_entry_list entries;
	struct url action; /* POST */
	struct url csv;
};

/* A seat of the monitor. */
struct live_seat {
	const char *name;   /* "A7" */
	const char *number; /* "7" */
	const char *state;  /* class: "free", "held", "sold", "in" */
	const char *label;  /* "checked in" */
};

struct live_seat_list {
	const struct live_seat *items;
	size_t count;
};

struct live_row {
	const char *name;
	struct live_seat_list seats;
};

struct live_row_list {
	const struct live_row *items;
	size_t count;
};

/* How many seats are in a state. */
struct live_count {
	const char *state; /* class */
	const char *sign;  /* beside the colour */
	const char *label; /* "checked in" */
	int64_t number;
};

struct live_count_list {
	const struct live_count *items;
	size_t count;
};

/* Who sits where, fresh (staff_seats.html). */
struct staff_seats_view {
	struct page_view page;
	struct staff_tabs_view tabs;
	struct live_count_list counts;
	struct live_row_list rows;
	struct when now; /* time */
	struct url refresh;
	struct url live;  /* the page that renews itself; empty: it does */
	struct url still; /* the page that does not */
};

/* ---- the back office: figures, mail, users, settings, audit ---- */

/* A number worth knowing. */
struct figure_view {
	const char *label;
	const char *value;
	const char *note; /* a line below; may be "" */
	struct url url;   /* where there is more; empty: nowhere */
};

struct figure_view_list {
	const struct figure_view *items;
	size_t count;
};

/* Several of them (figures.html). */
struct figures_view {
	struct figure_view_list list;
};

/* A bar of a chart, in units of its drawing. */
struct bar_view {
	int64_t x, y, height;
	const char *title; /* "Sat 28 Nov: 12 tickets" */
	bool is_back;      /* hatched and below the line: what went back */
};

struct bar_view_list {
	const struct bar_view *items;
	size_t count;
};

/*
 * A bar chart (chart.html). The drawing is stretched to the page's width, so
 * words stand around it. A table beside it has the numbers.
 */
struct chart_view {
	const char *id;    /* unique on the page */
	const char *title; /* "Tickets a day" */
	const char *most;  /* "Most: 12"; what the height stands for */
	const char *least; /* the same below the line; "" nothing there */
	const char *note;  /* where the numbers are */
	int64_t width, height;
	int64_t base; /* where the line is */
	struct bar_view_list bars;
	bool is_week;            /* each day has a label, below its bar */
	struct link_list labels; /* texts alone */
};

struct chart_view_list {
	const struct chart_view *items;
	size_t count;
};

/* A row of a report. */
struct report_row {
	const char *name;
	const char *note; /* may be "" */
	struct url url;   /* may be empty */
	int64_t bookings, tickets;
	struct money gross, refunds, net;
};

struct report_row_list {
	const struct report_row *items;
	size_t count;
};

/* A table of a report (report_table.html). */
struct report_table_view {
	const char *id;      /* unique on the page */
	const char *caption; /* "By event" */
	const char *note;    /* what its figures are; "" nothing more */
	const char *heading; /* of the first column */
	bool is_unseen;      /* the caption is said before it */
	bool is_money;       /* no bookings and tickets */
	struct report_row_list rows;
};

struct report_table_list {
	const struct report_table_view *items;
	size_t count;
};

/* The figures of one currency. */
struct report_part_view {
	const char *currency; /* "USD" */
	const char *title; /* the same, or "Sales" where it is the only one */
	struct figures_view figures;
	struct chart_view_list charts;
	bool is_short; /* few days: their table stands open */
	struct report_table_view days;
	struct report_table_list tables; /* by event, type, gateway */
};

struct report_part_list {
	const struct report_part_view *items;
	size_t count;
};

/* A sales report (staff_report.html). */
struct staff_report_view {
	struct page_view page;
	struct problem_box_view box;
	struct nav_link_list frames; /* 7 days, 30 days, 1 year */
	struct url action;           /* of the form for own days */
	struct field_view from, to;
	struct url csv;
	struct when first, last; /* days, both included */
	const char *zone;
	struct report_part_list parts;
};

/* An event on the dashboard. */
struct desk_event_view {
	const char *title;
	struct url url;
	struct when starts;
	const char *place;
	const char *status;
	const char *badge; /* class of its colour */
	const char *note;  /* "Doors open at 18:30"; "" not today */
	int64_t sold;
	int64_t capacity;
	bool is_unlimited;
};

struct desk_event_list {
	const struct desk_event_view *items;
	size_t count;
};

/* The dashboard (staff_desk.html). */
struct staff_desk_view {
	struct page_view page;
	struct link_list attention; /* the gravest first */
	struct field_view person;   /* search: a booking of theirs */
	struct figures_view figures;
	struct chart_view_list charts;
	struct desk_event_list events;
};

/* A refund that waits for the staff. */
struct due_refund_view {
	struct when since;
	const char *reference; /* of the booking */
	struct url url;        /* where it is noted as given back */
	const char *name;      /* the buyer's; may be "" */
	const char *email;     /* may be "" */
	const char *event;     /* title */
	struct money amount;
	const char *reason;
	bool is_refused; /* by its gateway */
};

struct due_refund_view_list {
	const struct due_refund_view *items;
	size_t count;
};

/* A payment that came after its booking had ended. */
struct late_money_view {
	struct when came;
	const char *reference; /* of the booking */
	struct url url;
	const char *name;  /* the buyer's; may be "" */
	const char *email; /* may be "" */
	const char *event; /* title */
	struct money total;
	const char *fate;   /* what became of it */
	const char *badge;  /* class of its colour */
	const char *advice; /* what the staff can do */
};

struct late_money_view_list {
	const struct late_money_view *items;
	size_t count;
};

/* Money that came late, or waits to go back (staff_late.html). */
struct staff_late_view {
	struct page_view page;
	struct due_refund_view_list due; /* oldest first */
	bool is_more_due;
	struct late_money_view_list late; /* newest first */
	struct turn_older_view pages;
};

/* A mail, for the staff. */
struct staff_mail_row {
	int64_t id;
	struct url url;
	const char *kind;
	const char *recipient;
	const char *event;     /* title; "" none */
	const char *reference; /* of the booking; "" none */
	struct url booking;
	const char *state;
	const char *badge; /* class of its colour */
	const char *error; /* may be "" */
	int64_t attempts;
	bool is_waiting, is_sent;
	struct when made, due, sent;
};

struct staff_mail_row_list {
	const struct staff_mail_row *items;
	size_t count;
};

/* The outbox (staff_mails.html). */
struct staff_mails_view {
	struct page_view page;
	const char *hint;        /* mail is not set up; may be "" */
	struct field_view state; /* select */
	struct staff_mail_row_list mails;
	struct turn_older_view pages;
};

/* One mail (staff_mail.html). */
struct staff_mail_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *notice; /* what was just done; may be "" */
	struct staff_mail_row mail;
	struct url act; /* POST: retry, or resend of a sent one */
	bool can_preview;
	const char *subject;
	const char *text;    /* "" is not shown: */
	const char *why_not; /* this says why */
};

/* Somebody's account, for admins. */
struct staff_user_row {
	const char *username;
	struct url url;
	const char *name;
	const char *email;
	const char *role; /* "Organiser" */
	bool is_verified;
	bool is_staff;
	bool has_two_factor;
	bool is_disabled;
};

struct staff_user_row_list {
	const struct staff_user_row *items;
	size_t count;
};

/* Accounts, searched for (staff_users.html). */
struct staff_users_view {
	struct page_view page;
	struct field_view q;
	struct field_view role; /* select */
	struct staff_user_row_list users;
	struct turn_pages_view pages;
};

/* One account (staff_user.html). */
struct staff_user_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *notice; /* what was just done; may be "" */
	bool is_own;
	struct staff_user_row user;
	struct when since, disabled;
	struct field_view role;         /* radios */
	struct url role_act, state_act; /* POST */
};

/* An input of a long form, by its kind (staff_input.html). */
struct staff_input_view {
	struct field_view field;
	bool is_select, is_area, is_checkbox; /* none: field.html */
};

struct staff_input_list {
	const struct staff_input_view *items;
	size_t count;
};

/* Some of the settings. */
struct settings_group {
	const char *legend;
	struct staff_input_list inputs;
};

struct settings_group_list {
	const struct settings_group *items;
	size_t count;
};

/* The settings (staff_settings.html). */
struct staff_settings_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *notice;    /* what was just done; may be "" */
	bool terms_are_unread; /* there are some, but not in their field */
	struct settings_group_list groups;
};

/* A value that somebody changed. */
struct audit_change {
	const char *name;
	const char *before; /* "" there was none */
	const char *after;  /* "" there is none */
};

struct audit_change_list {
	const struct audit_change *items;
	size_t count;
};

/* A line of the audit log. */
struct audit_row {
	struct when at;
	const char *who;
	const char *action;
	const char *subject;
	struct url url;    /* its page; empty: none */
	const char *event; /* title; may be "" */
	struct audit_change_list changes;
	const char *reason; /* as they put it; may be "" */
};

struct audit_row_list {
	const struct audit_row *items;
	size_t count;
};

/* The audit log (staff_audit.html). */
struct staff_audit_view {
	struct page_view page;
	struct problem_box_view box;
	struct field_view what; /* select */
	struct field_view person, thing, from, to;
	struct audit_row_list lines;
	struct turn_older_view pages;
	struct url file; /* the same as CSV */
};

/* The inputs of a fieldset (staff_inputs.html). */
struct staff_inputs_view {
	struct staff_input_list plain;
	struct staff_input_list folded; /* that few events need */
	const char *summary;            /* what they are about */
	bool is_open;                   /* one of them is filled in, or wrong */
};

/* A fieldset. */
struct staff_group {
	const char *legend;
	const char *hint; /* may be "" */
	struct staff_inputs_view inputs;
};

struct staff_group_list {
	const struct staff_group *items;
	size_t count;
};

/* A ticket type in the form. */
struct staff_tier {
	const char *number; /* "2" */
	const char *id;     /* of the row it is; "" a new one */
	const char *stock;  /* "3 sold, 1 held"; may be "" */
	const char *remove; /* value of the button that removes it */
	struct staff_inputs_view inputs;
};

struct staff_tier_list {
	const struct staff_tier *items;
	size_t count;
};

/* What two editors do not have in common. */
struct staff_difference {
	const char *label;
	const char *saved; /* as it is now */
	const char *typed; /* as it was entered */
};

struct staff_difference_list {
	const struct staff_difference *items;
	size_t count;
};

/* Something that can be done to the event by a button. */
struct staff_act {
	const char *text; /* "Publish" */
	struct url url;
	const char *hint; /* what it does; may be "" */
	bool is_next;     /* what most do now: stands out */
	bool asks_first;  /* a link to a page that asks */
};

struct staff_act_list {
	const struct staff_act *items;
	size_t count;
};

/* A seat of the map before it is saved. */
struct planned_seat_view {
	const char *number;
	const char *mark;  /* "t0": class of its tier */
	const char *words; /* "A7, VIP, accessible" */
	bool is_accessible;
};

struct planned_seat_list {
	const struct planned_seat_view *items;
	size_t count;
};

struct planned_row_view {
	const char *name;
	struct planned_seat_list seats;
};

struct planned_row_list {
	const struct planned_row_view *items;
	size_t count;
};

/* The map as it would be (staff_plan.html). */
struct staff_plan_view {
	struct planned_row_list rows;
	struct seat_legend_list legend;
};

/* Create or change an event (staff_event.html). */
struct staff_event_form_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *notice; /* what has just been done; may be "" */
	bool is_new;
	struct staff_tabs_view tabs; /* of one that is there */
	struct url action;
	const char *version;  /* that the editor saw */
	const char *status;   /* "Draft" */
	const char *badge;    /* class of its colour */
	const char *progress; /* of what goes on with it; may be "" */
	struct url tell;      /* bookers have to be told; may be empty */
	struct url public_page;
	struct staff_act_list acts;
	const char *acts_text; /* leads there: a telephone has them far below */
	struct url image_action; /* POST, with a file */
	struct url image;        /* empty: none */
	struct field_view image_alt;
	const char *image_limit; /* "2048 KiB" */
	struct staff_difference_list differences;
	struct staff_group_list before_tiers, after_tiers;
	struct staff_tier_list tiers;
	struct url one_more; /* where the form leads when one is added: to it */
	struct option_list venues; /* names to choose from */
	struct staff_plan_view seats;
	bool is_preview;
	struct html description;
};

/* A sentence and buttons before something that cannot be undone. */
struct staff_ask_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *heading;
	const char *lead;
	const char *button;
	struct url action;
	struct url back;
};

/* Tell bookers what has changed (staff_tell.html). */
struct staff_tell_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *event;
	const char *lead; /* "12 bookings will get a mail." */
	struct mail_change_list changes;
	bool is_moved;
	struct field_view refund_until;
	struct url action, drop, back;
};

/* All venues, and one (staff_venues.html, staff_venue.html). */
struct staff_venue_row {
	const char *name;
	const char *address;
	struct url url;
	struct url map; /* empty: where it is, is not known */
};

struct staff_venue_list {
	const struct staff_venue_row *items;
	size_t count;
};

struct staff_venues_view {
	struct page_view page;
	struct staff_venue_list venues;
};

struct staff_venue_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *name;
	const char *notice;
	struct field_view_list fields;
	bool can_look_up; /* a geocoding service is configured */
	struct url action;
	struct url map;
};

/* The events that somebody works at (door_events.html). */
struct door_events_view {
	struct page_view page;
	struct staff_event_list events;
};

/* What the door says to a scan: colour, sign and word. */
struct verdict_view {
	bool is_shown;
	int64_t id;            /* of the scan */
	const char *tone;      /* "good", "bad", "warn": a class of style.css */
	bool is_good, is_warn; /* which sign */
	const char *word;      /* "Come in", "Already in" */
	const char *reason;    /* R41's words; "" let in */
	const char *name;      /* the holder's; "" unknown */
	const char *tier;      /* "" unknown */
	const char *seat;      /* "" none */
	const char *code;      /* a ticket's, or what was read instead */
	const char *type;      /* "check_in" */
	const char *location;  /* where it was scanned; may be "" */
	struct when at;        /* and when */
	bool has_other;        /* there was an admission before: */
	struct when other_at;
	const char *other_location; /* may be "" */
	const char *event;          /* of a wrong event: which; "" */
	struct when event_starts;   /* and when it begins */
	bool is_old;                /* the ticket has a newer code */
	bool is_early, is_late;     /* for a door that opens, or has closed: */
	struct when opens, ends;
	bool can_override; /* the time alone is against it */
	bool can_undo;
	bool is_undone;
	const char *undone_why;
	struct url url; /* of this answer */
};

struct verdict_list {
	const struct verdict_view *items;
	size_t count;
};

/* The page of a door (door.html). */
struct door_view {
	struct page_view page;
	const char *title; /* the event's */
	struct when starts;
	const char *place;
	const char *state; /* "Cancelled"; "" it takes place */
	int64_t inside, came, to_come;
	struct form_secret_view secret;
	struct verdict_view verdict; /* of the last scan */
	const char *problem;         /* with the code typed; "" none */
	const char *undo_problem;    /* with a reason; "" none */
	const char *mode;            /* "Check in at North gate" */
	struct field_view type;      /* radios */
	struct field_view location;
	struct verdict_list conflicts; /* let in twice, and the like */
	struct verdict_list recent;    /* the last scans, the latest first */
	struct url scan_url, undo_url, list_url, hand_in_url, offline_url;
	struct url office; /* the back office; empty: not for them */
	struct url script;
};

/* A line of the list at the door. */
struct door_line {
	const char *name; /* "" none given */
	const char *tier;
	const char *seat; /* may be "" */
	const char *code;
	const char *reference; /* of the booking */
	bool has_come;
	struct when came_at;
	bool can_enter; /* shows the button */
};

struct door_line_list {
	const struct door_line *items;
	size_t count;
};

/* Who has a ticket, to print or to search in (door_list.html). */
struct door_list_view {
	struct page_view page;
	const char *title; /* the event's */
	struct when starts;
	const char *place;
	struct field_view q;
	struct nav_link_list letters; /* first ones, and "All" */
	struct door_line_list lines;
	struct when as_of; /* on paper it grows old */
	bool is_cut;       /* there are more than are shown */
	const char *location;
	struct form_secret_view secret;
	struct url door_url, scan_url, list_url;
};

/* Handing in scans that were made off line (door_merge.html). */
struct door_merge_view {
	struct page_view page;
	struct problem_box_view box;
	const char *title;   /* the event's */
	const char *scans;   /* as typed */
	int64_t most;        /* KiB of them at once */
	const char *problem; /* with these; "" none */
	bool is_merged;      /* shows what became of them: */
	size_t taken, repeated, conflict_count;
	struct verdict_list conflicts;
	struct form_secret_view secret;
	struct url door_url, hand_in_url;
};

/* The page that judges without a network (door_offline.html). */
struct door_offline_view {
	struct page_view page;
	const char *title;
	struct url door_url, data_url, merge_url, hand_in_url, list_url;
	struct url script;
};

/* An address that is called. */
struct webhook_view {
	const char *url;
	const char *types; /* "booking.confirmed, booking.cancelled" */
	const char *owner; /* whose it is; "" the viewer's own */
	bool is_active;
	struct url toggle, reveal, remove;
};

struct webhook_view_list {
	const struct webhook_view *items;
	size_t count;
};

/* A call to one. */
struct delivery_view {
	const char *type;
	const char *key; /* its id */
	const char *url;
	struct when created;
	const char *state;  /* "Arrived", "Waiting", "Failed" */
	const char *badge;  /* class of its colour */
	const char *detail; /* the last answer, or why there was none; or "" */
	int64_t attempts;
	bool can_retry;
	struct url retry;
};

struct delivery_view_list {
	const struct delivery_view *items;
	size_t count;
};

/* The staff's webhooks (staff_webhooks.html). */
struct staff_webhooks_view {
	struct page_view page;
	struct problem_box_view box;
	struct form_secret_view secret;
	const char *notice;       /* what was done; or "" */
	const char *secret_of;    /* address whose secret is shown; or "" */
	const char *shown_secret; /* and the secret */
	struct webhook_view_list webhooks;
	struct field_view url;   /* of a new one */
	struct field_view types; /* checkboxes */
	struct delivery_view_list deliveries;
};

/* ---- the rest ---- */

/* Any error that has no form of its own (error.html). */
struct error_view {
	struct page_view page;
	struct problem_box_view box;
	const char *heading;    /* "Event not found" */
	const char *help;       /* what can be done */
	struct link_list links; /* where to go */
};

/* The terms of sale (terms.html). */
struct terms_view {
	struct page_view page;
	struct html text; /* from the configured Markdown file; empty: ours */
	const char *hold_time; /* "10 minutes" */
};

/* One part of the status page. */
struct status_part_view {
	const char *name;   /* "Database" */
	const char *state;  /* "Working", "Not set up", "Failing" */
	const char *detail; /* a sentence; may be "" */
	const char *advice; /* what to do; may be "" */
	bool is_good;
	bool is_warn; /* else, if neither: not in use */
	bool is_bad;
};

struct status_part_list {
	const struct status_part_view *items;
	size_t count;
};

struct status_view {
	struct page_view page;
	const char *summary; /* "The box office works." */
	struct status_part_list parts;
	struct when now;
};

/* The check of the installation (staff_check.html). */
struct staff_check_view {
	struct page_view page;
	const char *summary; /* "All is well." */
	struct status_part_list parts;
	const char *cron; /* address that a host's cron may fetch */
	const char *data; /* the data directory, for a line of cron */
	struct when now;
};

/* ---- letters: each a pair of views, NAME.html and NAME.txt ---- */

/* The frame around each letter (mail.html, mail.txt). */
struct mail_view {
	const char *subject;
	const char *site_name;
	const char *organiser;  /* who sells; may be "" */
	const char *contact;    /* email for questions; may be "" */
	struct url contact_url; /* mailto: of it */
	struct url home;        /* the site */
};

/* A line of an order in a letter; of reserved seating one a seat. */
struct mail_line {
	int64_t quantity;
	const char *tier;
	const char *seat; /* "A7"; "" in general admission */
	struct money subtotal;
};

struct mail_line_list {
	const struct mail_line *items;
	size_t count;
};

/* A ticket in a letter. */
struct mail_ticket {
	const char *code;
	const char *tier;
	const char *seat;   /* "" in general admission */
	const char *holder; /* may be "" */
};

struct mail_ticket_list {
	const struct mail_ticket *items;
	size_t count;
};

/* A seat before and after it was changed. */
struct mail_move {
	const char *from;
	const char *to;
};

struct mail_move_list {
	const struct mail_move *items;
	size_t count;
};

/* What, when and where (mail_occasion). */
struct mail_occasion_view {
	const char *title;
	struct when starts;
	struct when doors;     /* time */
	const char *venue;     /* "" online */
	const char *address;   /* of the venue; may be "" */
	struct url online_url; /* where an online event is; may be empty */
};

/* About a booking or a ticket (mail_confirmed, mail_ticket_given ...). */
struct mail_booking_view {
	struct mail_view mail;
	const char *name; /* the reader's; may be "" */
	struct mail_occasion_view occasion;
	const char *reference;
	struct mail_line_list lines;
	struct money total;
	bool is_free;
	struct mail_ticket_list tickets; /* that are valid */
	bool has_files;                  /* something is attached */
	struct mail_ticket_list ended;   /* that were given back */
	bool is_all;                     /* none is left */
	bool was_reserved;               /* there were none: not paid yet */
	struct mail_move_list moves;     /* of seats */
	bool has_refund;
	struct money refund;        /* on its way back */
	struct money amount;        /* that came back */
	const char *reason;         /* why */
	const char *giver, *holder; /* names of a ticket passed on; or "" */
	const char *tier, *seat;    /* of it */
	bool is_new;                /* to another person; else renamed, moved */
	struct url link;     /* booking's page, ticket's, offer's; or empty */
	struct when until;   /* end of the offer, or to pay; at 0: none */
	const char *details; /* how to pay; or "" */
	bool is_online;      /* or online, from the booking's page */
};

/* An event to come. */
struct mail_card {
	const char *title;
	const char *summary; /* may be "" */
	struct when starts;
	const char *place;
	struct url url;
};

struct mail_card_list {
	const struct mail_card *items;
	size_t count;
};

/* A line of what somebody wrote. */
struct mail_quote {
	const char *line;
};

struct mail_quote_list {
	const struct mail_quote *items;
	size_t count;
};

/* About events to come (mail_share, mail_promotion). */
struct mail_events_view {
	struct mail_view mail;
	const char *name;   /* the reader's; may be "" */
	const char *sender; /* who shares; "" unknown */
	struct mail_quote_list message;
	struct mail_card_list events;
	struct url stop; /* ends such mails */
};

/* About somebody's event (mail_event_changed, mail_event_cancelled). */
struct mail_event_view {
	struct mail_view mail;
	const char *name;  /* the buyer's; may be "" */
	const char *event; /* title */
	struct when starts;
	const char *place;     /* venue, or "Online" */
	const char *reference; /* "" of the waiting list */
	bool was_reserved;     /* not paid yet */
	struct mail_change_list changes;
	bool has_refund;
	struct money refund; /* on its way back */
	bool has_until;
	struct when refund_until; /* all is given back until then */
	struct url link;          /* the booking's page */
	bool has_files;           /* something is attached */
};

/* About an account (mail_verify_email, mail_reset_password ...). */
struct mail_account_view {
	struct mail_view mail;
	const char *name;  /* may be "" */
	const char *email; /* whom it is sent to */
	struct url link;   /* where the letter's one thing is done */
	bool has_until;
	struct when until; /* the link's end */
};

/* ---- made by viewc, one for each file ---- */

void view_page_begin(struct out *out, const struct page_view *view);
void view_page_end(struct out *out, const struct page_view *view);
void view_problem_box(struct out *out, const struct problem_box_view *view);
void view_form_secret(struct out *out, const struct form_secret_view *view);
/* A hint, and what is wrong. */
void view_field_notes(struct out *out, const struct field_view *view);
/* What stands before the control: its name, and these. */
void view_field_label(struct out *out, const struct field_view *view);
/* The same for several controls that are one field. */
void view_field_legend(struct out *out, const struct field_view *view);
void view_field(struct out *out, const struct field_view *view);
void view_textarea(struct out *out, const struct field_view *view);
void view_select(struct out *out, const struct field_view *view);
void view_radios(struct out *out, const struct field_view *view);
void view_checkboxes(struct out *out, const struct field_view *view);
void view_checkbox(struct out *out, const struct field_view *view);
void view_event_card(struct out *out, const struct event_card_view *view);
void view_seat_map(struct out *out, const struct seat_map_view *view);
void view_own_hold(struct out *out, const struct own_hold_view *view);
void view_order(struct out *out, const struct order_view *view);
void view_list(struct out *out, const struct list_view *view);
void view_event(struct out *out, const struct event_view *view);
void view_share(struct out *out, const struct share_view *view);
void view_stop_mails(struct out *out, const struct stop_mails_view *view);
void view_compare(struct out *out, const struct compare_view *view);
void view_book(struct out *out, const struct book_view *view);
void view_card_form(struct out *out, const struct card_form_view *view);
void view_checkout(struct out *out, const struct checkout_view *view);
void view_pay_later(struct out *out, const struct checkout_view *view);
void view_approve(struct out *out, const struct approve_view *view);
void view_booking(struct out *out, const struct booking_view *view);
void view_ticket(struct out *out, const struct ticket_view *view);
void view_ticket_actions(
    struct out *out, const struct ticket_actions_view *view);
void view_ticket_page(struct out *out, const struct ticket_page_view *view);
void view_booking_card(struct out *out, const struct booking_card_view *view);
void view_bookings(struct out *out, const struct bookings_view *view);
void view_cancel(struct out *out, const struct cancel_view *view);
void view_seats(struct out *out, const struct seats_view *view);
void view_transfer(struct out *out, const struct transfer_view *view);
void view_summary(struct out *out, const struct summary_view *view);
void view_summary_page(struct out *out, const struct summary_page_view *view);
void view_queue(struct out *out, const struct queue_view *view);
void view_sale_head(struct out *out, const struct sale_head_view *view);
void view_room(struct out *out, const struct room_view *view);
void view_account_form(struct out *out, const struct account_form_view *view);
void view_account(struct out *out, const struct account_view *view);
void view_account_sessions(
    struct out *out, const struct account_sessions_view *view);
void view_account_cards(struct out *out, const struct account_cards_view *view);
void view_account_two_factor(
    struct out *out, const struct account_two_factor_view *view);
void view_message(struct out *out, const struct message_view *view);
void view_door_events(struct out *out, const struct door_events_view *view);
void view_verdict(struct out *out, const struct verdict_view *view);
void view_verdict_line(struct out *out, const struct verdict_view *view);
void view_door(struct out *out, const struct door_view *view);
void view_door_list(struct out *out, const struct door_list_view *view);
void view_door_merge(struct out *out, const struct door_merge_view *view);
void view_door_offline(struct out *out, const struct door_offline_view *view);
void view_turn_pages(struct out *out, const struct turn_pages_view *view);
void view_turn_older(struct out *out, const struct turn_older_view *view);
void view_staff_events(struct out *out, const struct staff_events_view *view);
void view_staff_tabs(struct out *out, const struct staff_tabs_view *view);
void view_staff_bookings(
    struct out *out, const struct staff_bookings_view *view);
void view_staff_booking(struct out *out, const struct staff_booking_view *view);
void view_staff_change(struct out *out, const struct staff_change_view *view);
void view_staff_sell(struct out *out, const struct staff_sell_view *view);
void view_staff_tickets(struct out *out, const struct staff_tickets_view *view);
void view_staff_queue(struct out *out, const struct staff_queue_view *view);
void view_staff_seats(struct out *out, const struct staff_seats_view *view);
void view_staff_event(
    struct out *out, const struct staff_event_form_view *view);
void view_staff_plan(struct out *out, const struct staff_plan_view *view);
void view_staff_input(struct out *out, const struct staff_input_view *view);
void view_staff_inputs(struct out *out, const struct staff_inputs_view *view);
void view_staff_ask(struct out *out, const struct staff_ask_view *view);
void view_staff_tell(struct out *out, const struct staff_tell_view *view);
void view_staff_venues(struct out *out, const struct staff_venues_view *view);
void view_staff_venue(struct out *out, const struct staff_venue_view *view);
void view_staff_check(struct out *out, const struct staff_check_view *view);
void view_figures(struct out *out, const struct figures_view *view);
void view_chart(struct out *out, const struct chart_view *view);
void view_report_table(struct out *out, const struct report_table_view *view);
void view_staff_report(struct out *out, const struct staff_report_view *view);
void view_staff_desk(struct out *out, const struct staff_desk_view *view);
void view_staff_late(struct out *out, const struct staff_late_view *view);
void view_staff_mails(struct out *out, const struct staff_mails_view *view);
void view_staff_mail(struct out *out, const struct staff_mail_view *view);
void view_staff_users(struct out *out, const struct staff_users_view *view);
void view_staff_user(struct out *out, const struct staff_user_view *view);
void view_staff_settings(
    struct out *out, const struct staff_settings_view *view);
void view_staff_audit(struct out *out, const struct staff_audit_view *view);
void view_staff_webhooks(
    struct out *out, const struct staff_webhooks_view *view);
void view_error(struct out *out, const struct error_view *view);
void view_terms(struct out *out, const struct terms_view *view);
void view_status(struct out *out, const struct status_view *view);
void view_status_part(struct out *out, const struct status_part_view *view);
void view_mail_begin(struct out *out, const struct mail_view *view);
void view_mail_end(struct out *out, const struct mail_view *view);
void view_mail_text_begin(struct out *out, const struct mail_view *view);
void view_mail_text_end(struct out *out, const struct mail_view *view);
void view_mail_occasion(struct out *out, const struct mail_occasion_view *view);
void view_mail_occasion_text(
    struct out *out, const struct mail_occasion_view *view);
/* Parts of letters about a booking. */
void view_mail_tickets(struct out *out, const struct mail_booking_view *view);
void view_mail_tickets_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_order(struct out *out, const struct mail_booking_view *view);
void view_mail_order_text(
    struct out *out, const struct mail_booking_view *view);

void view_mail_confirmed(struct out *out, const struct mail_booking_view *view);
void view_mail_confirmed_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_offered(struct out *out, const struct mail_booking_view *view);
void view_mail_offered_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_reserved(struct out *out, const struct mail_booking_view *view);
void view_mail_reserved_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_event_changed(
    struct out *out, const struct mail_event_view *view);
void view_mail_event_changed_text(
    struct out *out, const struct mail_event_view *view);
void view_mail_event_cancelled(
    struct out *out, const struct mail_event_view *view);
void view_mail_event_cancelled_text(
    struct out *out, const struct mail_event_view *view);
void view_mail_verify_email(
    struct out *out, const struct mail_account_view *view);
void view_mail_verify_email_text(
    struct out *out, const struct mail_account_view *view);
void view_mail_taken_email(
    struct out *out, const struct mail_account_view *view);
void view_mail_taken_email_text(
    struct out *out, const struct mail_account_view *view);
void view_mail_reset_password(
    struct out *out, const struct mail_account_view *view);
void view_mail_reset_password_text(
    struct out *out, const struct mail_account_view *view);
void view_mail_password_changed(
    struct out *out, const struct mail_account_view *view);
void view_mail_password_changed_text(
    struct out *out, const struct mail_account_view *view);
void view_mail_email_changed(
    struct out *out, const struct mail_account_view *view);
void view_mail_email_changed_text(
    struct out *out, const struct mail_account_view *view);
void view_mail_changed(struct out *out, const struct mail_booking_view *view);
void view_mail_changed_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_cancelled(struct out *out, const struct mail_booking_view *view);
void view_mail_cancelled_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_refunded(struct out *out, const struct mail_booking_view *view);
void view_mail_refunded_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_ticket_given(
    struct out *out, const struct mail_booking_view *view);
void view_mail_ticket_given_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_ticket_passed_on(
    struct out *out, const struct mail_booking_view *view);
void view_mail_ticket_passed_on_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_ticket_link(
    struct out *out, const struct mail_booking_view *view);
void view_mail_ticket_link_text(
    struct out *out, const struct mail_booking_view *view);
void view_mail_share(struct out *out, const struct mail_events_view *view);
void view_mail_share_text(struct out *out, const struct mail_events_view *view);
void view_mail_promotion(struct out *out, const struct mail_events_view *view);
void view_mail_promotion_text(
    struct out *out, const struct mail_events_view *view);

#endif
