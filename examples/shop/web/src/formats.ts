// How money and days are written, for everybody alike.

const EURO = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });
const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** A decimal such as "74.00" as "€74.00". */
export function euro(amount: string): string {
  return EURO.format(Number(amount));
}

/** A date such as "2026-01-14" as "14 Jan 2026". */
export function day(date: string): string {
  return DAY.format(new Date(`${date}T00:00:00Z`));
}
