// Drives client.html in Chromium and prints what a person sees of it, a line
// each: "what: text". Arguments: the page's address.
// NODE_MODULES is the folder that playwright-core is installed in.
import { createRequire } from "node:module";

const { chromium } = createRequire(`${process.env.NODE_MODULES}/`)(
  "playwright-core");

const browser = await chromium.launch({
  timeout: 120000,
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    "--disable-sync"],
});
const page = await (await browser.newContext()).newPage();
page.setDefaultTimeout(60000);
let answers = 0;

function say(what, text) {
  console.log(`${what}: ${text.replace(/\s+/g, " ").trim()}`);
}

page.on("pageerror", (error) => say("script error", String(error)));

// Choose an event, fill the form, send it, and wait for its answer.
async function book(event, fields) {
  await page.locator(`[data-event=${event}] button`).click();
  await page.locator("#book").waitFor();
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`#book [name=${name}]`);
    if (name === "tier_name")
      await field.selectOption(value);
    else
      await field.fill(value);
  }
  await page.getByRole("button", { name: "Book" }).click();
  answers++;
  await page.locator(`body[data-answers="${answers}"]`).waitFor();
}

// The panel: its kind, its message, a line for each field, its cause.
async function sayError(what) {
  const panel = page.locator("#error");
  if (!await panel.isVisible()) {
    say(what, "no error");
    return;
  }
  say(what, await panel.locator("h2").innerText());
  say(`${what} message`, await panel.locator(".message").innerText());
  const labels = await panel.locator("dt").allInnerTexts();
  const values = await panel.locator("dd").allInnerTexts();
  labels.forEach((label, i) => say(`${what} ${label}`, values[i]));
  const cause = panel.locator(".cause");
  if (await cause.isVisible())
    say(`${what} cause`, await cause.innerText());
}

try {
  await page.goto(process.argv[2]);
  await page.locator("#events li").first().waitFor();
  say("events", String(await page.locator("#events li").count()));
  say("before", await page.locator("[data-event=spring-concert]").innerText());

  await book("spring-concert",
    { tier_name: "vip", quantity: " 2 ", email: "Ada@example.org" });
  await sayError("booked");
  say("success", await page.locator("#success").innerText());
  say("after", await page.locator("[data-event=spring-concert]").innerText());
  say("bookings", await page.locator("#bookings").innerText());

  await book("spring-concert",
    { tier_name: "general", quantity: "1", email: "ada@example.org" });
  await sayError("duplicate");

  await book("spring-concert",
    { tier_name: "vip", quantity: "two", email: "bob@example.org" });
  await sayError("quantity");

  await book("spring-concert",
    { tier_name: "vip", quantity: "49", email: "bob@example.org" });
  await sayError("sold out");

  await book("spring-concert", { tier_name: "vip", quantity: "1",
    email: "bob@example.org", payment_token: "tok_decline" });
  await sayError("declined");

  await book("spring-concert", { tier_name: "vip", quantity: "1",
    email: "bob@example.org", payment_token: "tok_error" });
  await sayError("outage");

  // What was declined and what failed left nothing behind.
  await book("spring-concert", { tier_name: "vip", quantity: "48",
    email: "bob@example.org", payment_token: "tok_valid_2" });
  await sayError("again");
  say("in the end",
    await page.locator("[data-event=spring-concert]").innerText());
} finally {
  await browser.close();
}
