import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { client, context, createMizan, Unauthenticated } from "../ts/index.js";
import { native } from "../ts/native.js";
import { answer, call, read, shop } from "./shop.js";

describe("a call", () => {
  test("runs the function and says what became stale", async () => {
    const { mizan } = shop();
    expect(await answer(mizan, call("update_profile", { name: "Eve", user_id: 5 }))).toEqual([
      200,
      {
        invalidate: [{ context: "user", params: { user_id: 5 } }],
        result: { name: "Eve", user_id: 5 },
      },
    ]);
  });

  test("is refused by the core where its args do not fit, and nothing runs", async () => {
    const { mizan, runs } = shop();
    const [status, body] = await answer(mizan, call("update_profile", { name: 1, user_id: "5" }));
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: {
        code: "VALIDATION",
        details: [{ path: ["args", "name"] }, { path: ["args", "user_id"] }],
      },
    });
    expect(runs).toEqual([]);
  });

  test.each(["", "plain", "Zoë", "€", "😀", "\u2028", 'a "quote" \\ and\n'])(
    "answers %j as it is",
    async (text) => {
      const echo = client(
        { input: { text: z.string() }, output: z.string() },
        (_, args) => args.text,
      );
      const mizan = createMizan({ functions: { echo } });
      expect(await answer(mizan, call("echo", { text }))).toEqual([
        200,
        { invalidate: [], result: text },
      ]);
    },
  );

  test.each([0, -5, -0.5, null])("answers %j as it is", async (value) => {
    const echo = client(
      { input: { value: z.number().nullable() }, output: z.number().nullable() },
      async (_, args) => args.value,
    );
    const mizan = createMizan({ functions: { echo } });
    expect(await answer(mizan, call("echo", { value }))).toEqual([
      200,
      { invalidate: [], result: value },
    ]);
  });

  test("answers a declared error with its data", async () => {
    const { mizan } = shop();
    expect(await answer(mizan, call("update_profile", { name: "Bob", user_id: 1 }))).toEqual([
      409,
      { error: { code: "NAME_TAKEN", data: { taken_by: 5 }, message: "That name is taken." } },
    ]);
  });

  test("answers what the function finds wrong at its place", async () => {
    const { mizan } = shop();
    const [status, body] = await answer(mizan, call("update_profile", { name: "", user_id: 1 }));
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: { details: [{ message: "must have a letter", path: ["args", "name"] }] },
    });
  });

  test("shows nothing of a mistake but the id that the log has too", async () => {
    const { log, mizan } = shop();
    const [status, body] = await answer(mizan, call("update_profile", { name: "?", user_id: 1 }));
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain("secret");
    const { id } = (body as { error: { id: string } }).error;
    expect(log.errors).toHaveLength(1);
    expect(log.errors[0]).toContain(`update_profile: threw Error (id ${id})`);
    expect(log.errors[0]).toContain("bindings/node/test/shop.ts:");
  });

  test("whose body is beyond the limit is refused", async () => {
    const { mizan, runs } = shop({ limits: { body: 50 } });
    const [status] = await answer(
      mizan,
      call("update_profile", { name: "x".repeat(60), user_id: 1 }),
    );
    expect([status, runs]).toEqual([413, []]);
  });

  test("that outruns its limit is answered, and its signal says so", async () => {
    const signals: boolean[] = [];
    const early = client({ output: z.int(), timeout: 20 }, ({ signal }) => {
      return new Promise<number>((resolve) => {
        signal.addEventListener("abort", () => resolve(signals.push(signal.aborted)));
      });
    });
    let goOn = () => {};
    const answered = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const late = client({ output: z.int(), timeout: 20 }, async (req) => {
      await answered;
      return signals.push(req.signal.aborted);
    });
    const lines: unknown[] = [];
    const log = { error: (line: unknown) => lines.push(line), warn: () => undefined };
    const mizan = createMizan({ functions: { early, late }, log });
    expect((await answer(mizan, call("early", {})))[0]).toBe(504);
    expect((await answer(mizan, call("late", {})))[0]).toBe(504);
    goOn();
    await expect.poll(() => signals, { timeout: 20_000 }).toEqual([true, true]);
    expect(lines).toHaveLength(2);
  });
});

describe("a bundle", () => {
  test("is kept, and read from its functions again after a mutation", async () => {
    const { mizan, runs } = shop({ cache: "memory" });
    const statuses: (string | null)[] = [];
    const reads = async () => {
      const response = await mizan.fetch(read("user", "?user_id=5"));
      expect(await response.json()).toEqual({ user_profile: { name: "Ada", user_id: 5 } });
      statuses.push(response.headers.get("cache-status"));
    };
    await reads();
    await reads();
    await mizan.fetch(call("update_profile", { name: "Eve", user_id: 5 }));
    await reads();
    expect(statuses).toEqual([
      "Mizan; fwd=uri-miss; stored",
      "Mizan; hit",
      "Mizan; fwd=uri-miss; stored",
    ]);
    expect(runs).toEqual(["user_profile", "update_profile", "user_profile"]);
  });

  test("that is kept is asked of nobody where nobody can say who asks", async () => {
    const asked = vi.spyOn(native.Application.prototype, "identified");
    const { mizan, runs } = shop({ cache: "memory" });
    const bundle = async () => (await mizan.fetch(read("user", "?user_id=5"))).text();
    expect(await bundle()).toBe(await bundle());
    expect([runs, asked.mock.calls]).toEqual([["user_profile"], []]);
    const named = shop({ cache: "memory", identify: () => ({ sub: "5" }) });
    await named.mizan.fetch(read("user", "?user_id=5"));
    expect(asked).toHaveBeenCalledOnce();
    asked.mockRestore();
  });

  test("is the error of a member that fails", async () => {
    const { mizan } = shop();
    const [status, body] = await answer(mizan, read("user", "?user_id=404"));
    expect(status).toBe(404);
    expect(body).toMatchObject({
      error: { function: "user_profile", message: "There is nobody." },
    });
  });

  test("of HEAD has no body, and one that is known is not sent again", async () => {
    const { mizan } = shop();
    const url = read("user", "?user_id=5").url;
    const head = await mizan.fetch(new Request(url, { method: "HEAD" }));
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const etag = head.headers.get("etag") ?? "";
    const known = await mizan.fetch(new Request(url, { headers: { "if-none-match": etag } }));
    expect([known.status, await known.text()]).toEqual([304, ""]);
  });

  test("whose function reads the request is not kept", async () => {
    let runs = 0;
    const agent = client(
      { context: context("agent"), output: z.string().nullable(), request: true },
      ({ request }) => {
        runs += 1;
        return request.headers.get("user-agent");
      },
    );
    const mizan = createMizan({ cache: "memory", functions: { agent } });
    for (const name of ["one", "two"]) {
      const [, body] = await answer(mizan, read("agent", "", { "user-agent": name }));
      expect(body).toEqual({ agent: name });
    }
    expect(runs).toBe(2);
  });
});

describe("who asks", () => {
  const viewer = client(
    { auth: "authenticated", identity: true, output: z.string() },
    ({ identity }) => `${identity.sub} ${[...identity.permissions]} ${identity.proof}`,
  );

  test("reaches the functions that ask for it", async () => {
    const mizan = createMizan({
      csrf: false,
      functions: { viewer },
      identify: (request) => {
        const sub = request.cookie("who");
        return sub === undefined ? null : { permissions: ["a.b"], sub };
      },
    });
    expect((await answer(mizan, call("viewer", {})))[0]).toBe(401);
    expect((await answer(mizan, call("viewer", {}, { cookie: "x=1; who=ada" })))[1]).toMatchObject({
      result: "ada a.b session",
    });
  });

  test("is an error where identify throws one", async () => {
    const mizan = createMizan({
      functions: { viewer },
      identify: async () => {
        throw new Unauthenticated("That is nobody.");
      },
    });
    expect(await answer(mizan, call("viewer", {}))).toMatchObject([
      401,
      { error: { message: "That is nobody." } },
    ]);
  });

  test("is refused by a guard of the application's own", async () => {
    const byDay = (request: { headers: Headers }) => !request.headers.has("x-night");
    const guarded = client({ auth: byDay, output: z.int() }, () => 1);
    const mizan = createMizan({ functions: { guarded } });
    expect(mizan.ir()).toContain('auth "guard" "by_day"');
    expect((await answer(mizan, call("guarded", {})))[0]).toBe(200);
    expect((await answer(mizan, call("guarded", {}, { "x-night": "1" })))[0]).toBe(401);
  });
});

test("many requests at once are answered each with its own", async () => {
  const { mizan } = shop();
  const ids = Array.from({ length: 200 }, (_, index) => index + 500);
  const bodies = await Promise.all(
    ids.map((user_id) => answer(mizan, call("user_profile", { user_id }))),
  );
  expect(bodies).toEqual(
    ids.map((user_id) => [200, { invalidate: [], result: { name: "Ada", user_id } }]),
  );
});
