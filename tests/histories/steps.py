"""What people, staff, clock and machine do: the steps of a history. Each has
dice of its own, so that it does the same while others are left out, and does
nothing where there is nothing to do. weight: how often it comes."""

import re
import time

from world import DAY, EVENTS, Finding

STEPS, WEIGHTS = {}, {}
CARDS = ("tok_valid_1",) * 4 + ("tok_decline", "tok_error")
WAYS = ("campuspay",) * 3 + ("later",) + ("campuspay_page",) * 3


def step(weight):
    def keep(function):
        STEPS[function.__name__] = function
        WEIGHTS[function.__name__] = weight
        return function
    return keep


def step_with(weight, where):
    """A step with a booking of that kind, and its guest."""
    def keep(function):
        def with_booking(world, dice):
            found = world.booking(dice, where)
            if found:
                function(world, dice, *found)
        with_booking.__name__ = function.__name__
        step(weight)(with_booking)
        return function
    return keep


# ---- buyers ----


def order(world, dice, guest, event):
    """Places or seats of it; are they held?"""
    wish = {"tier": dice.choice(list(EVENTS[event])), "best": "yes",
            "quantity": dice.choice((1, 1, 2, 3))}
    guest.open(f"/book/{event}")
    _, free = guest.seats()
    if free and dice.random() < 0.7:
        wish = {"seat": dice.sample(free, min(len(free), 2))}
    return guest.send(f"/book/{event}", name=guest.name, email=guest.email,
                      **wish) and "/checkout/" in guest.location


def pay_for(world, dice, guest, reference, ways=WAYS):
    guest.open(f"/checkout/{reference}")
    guest.send(f"/checkout/{reference}", method=dice.choice(ways),
               payment_token=dice.choice(CARDS), terms="yes")
    page = re.search(r"/checkout/campuspay/(\w+)", guest.location)
    if page:
        world.orders.append((guest, page[0]))


def buy_of(world, dice, event):
    guest = dice.choice(world.guests)
    if order(world, dice, guest, event):
        pay_for(world, dice, guest, guest.bookings[-1], WAYS[:3])


@step(16)
def hold(world, dice):
    order(world, dice, dice.choice(world.guests), dice.choice(list(EVENTS)))


@step(20)
def buy(world, dice):
    buy_of(world, dice, dice.choice((*EVENTS, "hall")))


@step_with(11, "b.state IN ('held', 'paying')")
def pay(world, dice, guest, booking):
    pay_for(world, dice, guest, booking["reference"])


@step_with(2, "b.state IN ('held', 'paying')")
def release(world, dice, guest, booking):
    guest.open(f"/checkout/{booking['reference']}")
    guest.send(f"/checkout/{booking['reference']}/"
               + dice.choice(("release", "extend")))


@step(9)
def come_back(world, dice):
    """To the gateway's page and from there: paid or not, in time or late."""
    if not world.orders:
        return
    guest, path = dice.choice(world.orders[-3:])
    page = guest.open(path)
    back = re.search(r"/checkout/(?:return|cancel)/\w+", page)
    if back and dice.random() < 0.5:
        guest.send("/hook/campuspay_page")  # the service calls the shop
    elif back:
        guest.open(back[0])
    elif guest.send(path, answer=dice.choice(
            ("approve", "approve", "pay", "decline", "cancel"))):
        guest.open(dice.choice((guest.location, "/terms")))


def refunded(world, booking, tickets):
    """What of each has come back after giving it back now: I5."""
    event, = world.rows("SELECT * FROM event WHERE id = ?",
                        (booking["event_id"],))
    days, part, percent = (
        default if event[name] is None else event[name] for name, default in (
            ("refund_full_days", 7), ("refund_part_days", 3),
            ("refund_part_percent", 50)))
    if world.now <= max(event["starts_at"] - days * DAY,
                        event["refund_until"] or 0):
        percent = 100
    elif world.now > event["starts_at"] - part * DAY:
        percent = 0
    return {t["id"]: t["refunded"] + (
        (t["price"] - t["refunded"]) * percent + 50) // 100 for t in tickets}


@step_with(8, "b.state = 'confirmed'")
def cancel(world, dice, guest, booking):
    of_it = "SELECT * FROM ticket WHERE booking_id = ?", (booking["id"],)
    live = [t for t in world.rows(*of_it) if t["status"] in ("active", "used")]
    path = f"/tickets/{booking['reference']}"
    if live and dice.random() < 0.5:
        live = [dice.choice(live)]
        path += f"/{live[0]['code']}"
    expected = refunded(world, booking, live)
    guest.open(path + "/cancel")
    if guest.send(path + "/cancel"):
        got = {t["id"]: t["refunded"] for t in world.rows(*of_it)}
        if expected.items() - got.items():
            raise Finding(f"I5 {path}: {got} given back, not {expected}")


@step_with(4, "b.state = 'confirmed'")
def transfer(world, dice, guest, booking):
    codes = re.findall(r"TKT-[0-9A-F]{16}",
                       guest.open(f"/tickets/{booking['reference']}"))
    if codes:
        path = f"/tickets/{booking['reference']}/{dice.choice(codes)}/transfer"
        guest.open(path)
        guest.send(path, holder_name="Eve",
                   holder_email=dice.choice(("", "eve@example.org")))


def other_seats(dice, person):
    """One or two of a booking's for others; None: there are none."""
    mine, free = person.seats()
    count = min(len(mine), len(free), dice.choice((1, 1, 2)))
    return mine[count:] + dice.sample(free, count) if count else None


@step(8)
def join(world, dice):
    """The waiting list, as soon as there is one."""
    guest, path = dice.choice(world.guests), "/book/line/queue"
    guest.open(path)
    if not guest.send(path, name=guest.name, email=guest.email,
                      tier="regular", quantity=1):
        buy_of(world, dice, "line")


@step_with(4, "e.slug = 'line' AND b.state = 'confirmed'")
def make_offer(world, dice, guest, booking):
    staff_does(world, booking, "cancel", percent=100)


@step(8)
def answer_offer(world, dice):
    for entry in world.rows("SELECT * FROM queue_entry WHERE state = 'offered'"
                            " ORDER BY id LIMIT 1"):
        guest = next(g for g in world.guests if g.email == entry["email"])
        path = (f"/book/line/queue/{entry['entry_key']}/"
                + dice.choice(("accept", "accept", "leave")))
        guest.open(path)
        if guest.send(path) and "/checkout/" in guest.location:
            pay_for(world, dice, guest, guest.bookings[-1])


# ---- staff ----


def staff_does(world, booking, action, **fields):
    path = f"/admin/bookings/{booking['reference']}"
    world.staff.open(path)
    return world.staff.send(f"{path}/{action}", **fields)


@step_with(3, "b.is_later AND b.state = 'held'")
def mark_paid(world, dice, guest, booking):
    staff_does(world, booking, "paid")


@step_with(4, "b.state IN ('confirmed', 'held', 'paying')")
def staff_cancel(world, dice, guest, booking):
    staff_does(world, booking, "cancel", percent=dice.choice((0, 33, 100)))


@step_with(8, "b.state IN ('confirmed', 'cancelled') AND b.total > 0")
def staff_refund(world, dice, guest, booking):
    amount = dice.choice((1, 500, 1503, booking["total"])) / 100
    staff_does(world, booking, "refund", amount=f"{amount:.2f}", reason="rain",
               by_hand=dice.choice((None, None, "yes")))


@step_with(3, "EXISTS (SELECT 1 FROM refund r WHERE r.booking_id = b.id"
           " AND r.state <> 'refunded')")
def paid_back(world, dice, guest, booking):
    staff_does(world, booking, "paid-back")


@step_with(5, "b.state = 'confirmed' AND e.seating = 'reserved'")
def staff_seats(world, dice, guest, booking):
    path = f"/admin/bookings/{booking['reference']}"
    world.staff.open(path)
    wish = other_seats(dice, world.staff)
    if wish and not world.staff.send(f"{path}/seats", seat=wish):
        world.staff.send(f"{path}/seats", confirm="yes",
                         due=dice.choice(("cash", "waived")))


@step_with(16, "b.state = 'confirmed' AND e.seating = 'reserved'")
def seats(world, dice, guest, booking):
    """Dearer or cheaper; the difference is paid now, later or never, and other
    things may happen to the booking before."""
    path = f"/tickets/{booking['reference']}/seats"
    guest.open(path)
    wish = other_seats(dice, guest)
    if (wish and not guest.send(path, seat=wish)
            and guest.send(path, confirm="yes")
            and "/checkout/" in guest.location):
        change = guest.bookings[-1]
        for happens in dice.choice(((), (), (staff_refund,), (staff_seats,),
                                    (cancel,), (transfer,), (staff_cancel,))):
            happens(world, dice, guest, booking)
        if dice.random() < 0.7:
            pay_for(world, dice, guest, change)


@step(4)
def sell(world, dice):
    event = dice.choice(list(EVENTS))
    path = f"/admin/events/{event}/sell"
    wish = {"tier": dice.choice(list(EVENTS[event])),
            "quantity": dice.choice((1, 2))}
    if event == "hall" and dice.random() < 0.5:
        wish = {"seats": dice.choice(("A1", "B1 A5", "B4 B6"))}
    world.staff.open(path)
    world.staff.send(path, name="Walk In", how=dice.choice(("cash", "free")),
                     **wish)


def edit(world, event, **fields):
    path = f"/admin/events/{event}"
    world.staff.open(path)
    world.staff.send(path, whole=None, **fields)


@step(5)
def capacity(world, dice):
    event = dice.choice(("show", "line"))
    tier = dice.choice(list(EVENTS[event]))
    edit(world, event, tier_id=tier, tier_name=tier,
         tier_price=EVENTS[event][tier].partition(",")[0],
         tier_capacity=dice.randrange(8))


@step(2)
def move(world, dice):
    event, days = dice.choice(list(EVENTS)), dice.choice((-2, -1, 1, 4))
    edit(world, event, **{
        name: time.strftime("%Y-%m-%d %H:%M", time.gmtime(moment + days * DAY))
        for name, moment in world.rows(
            "SELECT starts_at AS start, ends_at AS end FROM event"
            " WHERE slug = ?", (event,))[0].items()})
    if world.staff.location.endswith("/tell"):
        world.staff.open(world.staff.location)
        world.staff.send(f"/admin/events/{event}/"
                         + dice.choice(("tell", "tell/nobody")))


@step(0.7)
def cancel_event(world, dice):
    path = f"/admin/events/{dice.choice(list(EVENTS))}/cancel"
    world.staff.open(path)
    world.staff.send(path)


@step(4)
def scan(world, dice):
    tickets = world.rows("SELECT k.code, e.slug FROM ticket k JOIN event e"
                         " ON e.id = k.event_id ORDER BY k.id")
    if tickets:
        ticket = dice.choice(tickets)
        world.staff.open(f"/door/{ticket['slug']}")
        world.staff.send(f"/door/{ticket['slug']}/scan", code=ticket["code"],
                         location="gate",
                         scan_type=dice.choice(("check_in", "check_out")))


# ---- time, and the machine ----


@step(6)
def lapse(world, dice):
    world.go_to(world.now + dice.choice((60, 601, 3700)))


@step(1)
def jump(world, dice):
    world.go_to(world.now + dice.choice((9 * 3600, DAY, 2 * DAY)))


@step(0.7)
def doors(world, dice):
    """Those of an event with tickets open."""
    starts = world.rows("SELECT e.starts_at FROM ticket k JOIN event e"
                        " ON e.id = k.event_id WHERE e.starts_at > ?"
                        " ORDER BY k.id", (world.now + 3600,))
    if starts:
        world.go_to(dice.choice(starts)["starts_at"] - 1800)


@step(1)
def restart(world, dice):
    if dice.random() < 0.5:
        world.site.kill()
    else:
        world.site.stop()
    world.start()
