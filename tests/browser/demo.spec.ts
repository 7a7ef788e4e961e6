// What `make demo CHECK=1` runs against the shop that it serves, at SHOP_URL: a person's way through it.
import { placesAnOrder } from "./checks/forms";
import { renamesInOneRequest } from "./checks/refresh";
import { goesBackAndForward } from "./checks/routing";
import { test } from "./fixtures";

test("the demo works in a browser", async ({ page, traffic }) => {
  await goesBackAndForward(page);
  await placesAnOrder(page);
  await renamesInOneRequest(page, traffic);
});
