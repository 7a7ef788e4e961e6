import { describe, expect, test } from "vitest";
import { z } from "zod";
import { client, context, createMizan, RegistrationError, upload } from "../ts/index.js";

/** What an application that does not build says. */
function refusal(build: () => unknown): string {
  try {
    build();
  } catch (error) {
    expect(error).toBeInstanceOf(RegistrationError);
    return (error as Error).message;
  }
  throw new Error("it builds");
}

const FILE = "bindings/node/test/registration.test.ts";

/** The line of this file on which the text stands. */
function lineOf(mark: string): string {
  return `${FILE}:${mark}`;
}

describe("names", () => {
  test("are snake_case on the wire", () => {
    const done = client({ output: z.int() }, () => 1);
    const functions = { done: client({ name: "shop.done" }, () => undefined), userProfile: done };
    const ir = createMizan({ functions }).ir();
    expect(ir).toContain('function "user_profile"');
    expect(ir).toContain('function "shop.done"');
  });

  test("that meet do not build", () => {
    const one = client({ output: z.int() }, () => 1);
    const two = client({ output: z.int() }, () => 1);
    const text = refusal(() => createMizan({ functions: { user_profile: one, userProfile: two } }));
    expect(text).toContain("user_profile: a function of this name was declared before");
    expect(text).toContain("help: give one of them another name (the `name` option)");
  });
});

describe("a problem names the place, the function and the fix", () => {
  test("where a type has no schema", () => {
    const late = client({ output: z.date() }, () => new Date());
    const text = refusal(() => createMizan({ functions: { late } }));
    expect(text).toMatch(new RegExp(`^${lineOf("\\d+")}: late: its result has no schema: Date`));
    expect(text).toContain("help: a time is text on the wire: z.iso.datetime()");
  });

  test("where a member of a context writes", () => {
    const both = client({ affects: "user", context: "user", output: z.int() }, () => 1);
    const text = refusal(() => createMizan({ functions: { both } }));
    expect(text).toMatch(new RegExp(`^${lineOf("\\d+")}: both: a member of a context reads`));
  });

  test("where a library gives no JSON Schema", () => {
    const old = { "~standard": { validate: () => ({ value: 1 }), vendor: "zod", version: 1 } };
    const typed = client({ output: old as never }, () => undefined as never);
    const text = refusal(() => createMizan({ functions: { typed } }));
    expect(text).toContain("gives no JSON Schema by Standard JSON Schema");
    expect(text).toContain("Zod 4.2 or later");
  });

  test("where a public context reads the request", () => {
    const peek = client(
      { context: context("peek", { public: true }), output: z.string(), request: true },
      ({ request }) => request.target,
    );
    const text = refusal(() => createMizan({ functions: { peek } }));
    expect(text).toContain("peek: the context 'peek' is public, the same whoever asks");
  });

  test("where a context is declared twice", () => {
    const one = client({ context: context("a"), output: z.int() }, () => 1);
    const two = client({ context: context("a", { public: true }), output: z.int() }, () => 1);
    const text = refusal(() => createMizan({ functions: { one, two } }));
    expect(text).toContain("two: the context 'a' is declared twice, with other options");
  });

  test("for all of them at once", () => {
    const one = client({ output: z.date() }, () => new Date());
    const two = client({ auth: [], output: z.int() }, () => 1);
    const three = client({ auth: () => true, output: z.int() }, () => 1);
    const text = refusal(() => createMizan({ functions: { one, three, two } }));
    expect(text.match(/help: /g)).toHaveLength(3);
  });
});

test("what is not declared is refused by its name, and left out of a module", () => {
  const plain = () => 1;
  const text = refusal(() => createMizan({ functions: { plain } }));
  expect(text).toContain("plain: it is not declared by client()");
  const done = client({ output: z.int() }, () => 1);
  expect(createMizan({ modules: [{ done, plain }] }).ir()).not.toContain("plain");
});

test("a secret that is none is told by its setting, never by its value", () => {
  const done = client({ output: z.int() }, () => 1);
  const build = (secret: never) => () => createMizan({ functions: { done }, secret });
  expect(refusal(build("too short" as never))).toContain("secret is shorter than 32 bytes");
  expect(refusal(build("too short" as never))).not.toContain("too short");
  expect(refusal(build(42 as never))).toBe("secret is number: a secret is text or bytes");
});

test("the place is in the IR's sources", () => {
  const done = client({ output: z.int() }, () => 1);
  expect(createMizan({ functions: { done } }).irWithSources()).toMatch(
    new RegExp(`//@ source "done" "${FILE}" \\d+\n$`),
  );
});

test("uploads are inputs, of Zod's own kind too", () => {
  const keep = client(
    {
      input: {
        photo: upload({ contentTypes: ["image/*"], maxSize: 9 }),
        sheet: z.file().max(5).mime("text/plain"),
      },
    },
    () => undefined,
  );
  const ir = createMizan({ functions: { keep } }).ir();
  expect(ir).toContain('field "photo" { upload max-size=9 content-types="image/*" }');
  expect(ir).toContain('field "sheet" { upload max-size=5 content-types="text/plain" }');
});
