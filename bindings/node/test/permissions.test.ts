// What a caller is allowed, where `identify` leaves that open (AUTH-15).
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Caller, client, createMizan, type MizanOptions } from "../ts/index.js";
import { answer, call } from "./shop.js";

/** An application whose every caller is that one, and what it asked about permissions. */
function application(caller: Partial<Caller>, allowed: readonly string[] | null = ["shop.change"]) {
  const permissions = vi.fn((_: string) => allowed);
  const guard = vi.fn(function hasChange(
    _: unknown,
    identity: { permissions: ReadonlySet<string> } | null,
  ) {
    return identity?.permissions.has("shop.change") ?? false;
  });
  const options: MizanOptions = {
    functions: {
      change: client({ auth: "shop.change" }, () => undefined),
      enter: client({ auth: "authenticated" }, () => undefined),
      guarded: client({ auth: guard as never }, () => undefined),
      names: client(
        { auth: "authenticated", identity: true, output: z.array(z.string()) },
        ({ identity }) => [...identity.permissions],
      ),
    },
    identify: () => ({ sub: "5", ...caller }),
    log: { error: vi.fn(), warn: vi.fn() },
    permissions,
  };
  return { mizan: createMizan(options), permissions };
}

const OPEN = { permissions: null };

describe("permissions that are left open", () => {
  test("are asked for where a permission is wanted", async () => {
    const { mizan, permissions } = application(OPEN);
    expect(await answer(mizan, call("change", {}))).toEqual([
      200,
      { invalidate: [], result: null },
    ]);
    expect(permissions.mock.calls).toEqual([["5"]]);
  });

  test("are asked for where a function reads who asks", async () => {
    const { mizan, permissions } = application(OPEN);
    expect(await answer(mizan, call("names", {}))).toEqual([
      200,
      { invalidate: [], result: ["shop.change"] },
    ]);
    expect(permissions).toHaveBeenCalledOnce();
  });

  test("are asked for where a guard of the application's own decides", async () => {
    const { mizan, permissions } = application(OPEN);
    expect((await answer(mizan, call("guarded", {})))[0]).toBe(200);
    expect(permissions).toHaveBeenCalledOnce();
  });

  test("are not asked for where nobody wants them", async () => {
    const { mizan, permissions } = application(OPEN);
    expect((await answer(mizan, call("enter", {})))[0]).toBe(200);
    expect(permissions).not.toHaveBeenCalled();
  });

  test("are not asked for of a superuser, who has them all", async () => {
    const { mizan, permissions } = application({ ...OPEN, superuser: true });
    expect((await answer(mizan, call("change", {})))[0]).toBe(200);
    expect(permissions).not.toHaveBeenCalled();
  });

  test.each([[[]], [["shop.read"]], [null]])("refuse where they are %j", async (allowed) => {
    const { mizan } = application(OPEN, allowed);
    expect((await answer(mizan, call("change", {})))[0]).toBe(403);
  });
});

test("permissions that are said are not asked for", async () => {
  const { mizan, permissions } = application({ permissions: ["shop.read"] });
  expect((await answer(mizan, call("change", {})))[0]).toBe(403);
  expect(permissions).not.toHaveBeenCalled();
});

test("permissions that are not mentioned are none", async () => {
  const { mizan, permissions } = application({});
  expect((await answer(mizan, call("change", {})))[0]).toBe(403);
  expect(permissions).not.toHaveBeenCalled();
});
