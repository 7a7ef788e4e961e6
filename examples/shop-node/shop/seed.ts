// What the shop's tables hold at first: the same rows every time.

/** Five people: id, name, city, and since when they are customers. */
export const CUSTOMERS = [
  [1, "Ada Lovelace", "London", "2021-12-10"],
  [2, "Grace Hopper", "New York", "2022-12-09"],
  [3, "Katherine Johnson", "White Sulphur Springs", "2023-08-26"],
  [4, "Al-Khwārizmī", "Baghdad", "2024-03-01"],
  [5, "Sofja Kowalewskaja", "Moscow", "2025-01-17"],
] as const;

/** Six things, one of them nearly sold out and one of them cursed: id, name, cents, pieces, and whether it is cursed. */
export const PRODUCTS = [
  [1, "Tea bowl", 1850, 40, 0],
  [2, "Linen apron", 3400, 25, 0],
  [3, "Walnut board", 5275, 12, 0],
  [4, "Brass kettle", 8990, 2, 0],
  [5, "Beeswax candle", 640, 150, 0],
  [6, "Cursed idol", 99900, 13, 1],
] as const;

/** Customer, product, quantity, day, note. */
export const ORDERS = [
  [1, 1, 4, "2026-01-14", "For the reading room"],
  [2, 5, 12, "2026-01-20", ""],
  [3, 2, 1, "2026-02-02", "A gift"],
  [1, 3, 1, "2026-02-11", ""],
  [5, 1, 2, "2026-02-19", ""],
  [2, 2, 2, "2026-03-03", "One large, one small"],
  [4, 5, 6, "2026-03-08", ""],
  [1, 5, 3, "2026-03-15", ""],
] as const;
