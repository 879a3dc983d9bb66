"""Reads a calendar of samples.c and prints each event as its place's clocks
show it; fails where a property is not what was written."""
import sys
from zoneinfo import ZoneInfo

from icalendar import Calendar

ZONES = {
    "berlin": "Europe/Berlin",
    "newyork": "America/New_York",
    "cancelled": "Europe/Berlin",
}

with open(sys.argv[1], "rb") as file:
    calendar = Calendar.from_ical(file.read())
assert calendar["METHOD"] == "PUBLISH" and calendar["VERSION"] == "2.0"
for event in calendar.walk("VEVENT"):
    zone = ZoneInfo(ZONES[event["UID"].split("-")[0]])
    start = event.decoded("DTSTART").astimezone(zone)
    length = event.decoded("DTEND") - event.decoded("DTSTART")
    assert not event.errors, event.errors
    assert event["SUMMARY"] == "Jazz; funk, soul \\ блюз"
    assert event["LOCATION"] == "City Jazz Club, Main Street 1"
    assert event["DESCRIPTION"] == (
        "Tickets: 2\nSeats: A7, A8\nԲարեւ şəhər "
        "\U0001f3b7 \U0001f3b7 \U0001f3b7 oʻzbek gʻazallari kechasi, "
        "Ελληνική μουσική και χορός")
    assert event["URL"].endswith("/event/jazz-evening")
    assert event["GEO"].to_ical() == "52.52;-13.405"
    assert event["ORGANIZER"] == "mailto:jazz@example.org"
    assert event["ORGANIZER"].params["CN"] == "The 'Jazz' Society; Berlin"
    assert event.decoded("DTSTAMP").year == 2026
    print(event["UID"], event["SEQUENCE"], event["STATUS"],
          start.strftime("%Y-%m-%d %H:%M %Z"),
          int(length.total_seconds() // 60))
