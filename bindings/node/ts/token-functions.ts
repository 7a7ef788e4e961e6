// The functions that hand out tokens, for the applications that switch them on (AUTH-11 to AUTH-14). What they do is the
// native half's.
import { client } from "./client.js";
import { protocolError } from "./errors.js";
import { callerText, identityText } from "./identity.js";
import type { NativeApplication } from "./native.js";
import type { Schema } from "./schema.js";
import type { Tokens } from "./settings.js";

function schemaOf<T>(json: Record<string, unknown>): Schema<T> {
  const jsonSchema = { input: () => json, output: () => json };
  return { "~standard": { jsonSchema, vendor: "mizan", version: 1 } };
}

function grant<T>(name: string, description: string, fields: readonly string[]): Schema<T> {
  return schemaOf<T>({
    description,
    properties: {
      expires_in: { type: "integer" },
      ...Object.fromEntries(fields.map((field) => [field, { type: "string" }])),
    },
    required: ["expires_in", ...fields],
    type: "object",
    "x-mizan-name": name,
  });
}

interface MwtGrant {
  readonly expires_in: number;
  readonly token: string;
}

interface JwtGrant {
  readonly access: string;
  readonly expires_in: number;
  readonly refresh: string;
}

const MWT_GRANT = grant<MwtGrant>("MwtGrant", "An identity token, for `X-Mizan-Token`.", ["token"]);
const JWT_GRANT = grant<JwtGrant>(
  "JwtGrant",
  "An access token, for `Authorization: Bearer`, and the refresh token that gets the next pair.",
  ["access", "refresh"],
);
const TEXT = schemaOf<string>({ type: "string" });

/** Reads what the native half says (`src/tokens.rs`). */
function read(text: string): never {
  if (text.startsWith("=")) return JSON.parse(text.slice(1)) as never;
  if (!text.startsWith("!")) throw new Error("a token could not be made");
  const [code, message] = JSON.parse(text.slice(1)) as [string, string | null];
  throw protocolError(code, message);
}

/** The functions of one application, with what they need. */
export class TokenFunctions {
  /** Those that are switched on. */
  readonly functions: Readonly<Record<string, unknown>>;
  #native: NativeApplication | undefined;

  constructor(tokens: Tokens) {
    const all = this.#declare(tokens);
    const wanted = tokens.functions ?? [];
    // A name that is none of them is the native half's to refuse.
    this.functions = Object.fromEntries(
      Object.entries(all).filter(([name]) => wanted.includes(name as never)),
    );
  }

  /** Gives the functions the application that they have become part of. */
  bind(native: NativeApplication): void {
    this.#native = native;
  }

  get #desk(): NativeApplication {
    if (this.#native === undefined) throw new Error("functions of tokens run once they are served");
    return this.#native;
  }

  #declare(tokens: Tokens): Record<string, unknown> {
    return {
      jwt_obtain: client(
        {
          auth: "authenticated",
          doc: "Get an access token and a refresh token for whoever is signed in.",
          identity: true,
          output: JWT_GRANT,
        },
        async ({ identity }) => read(await this.#desk.jwtObtain(identityText(identity))),
      ),
      jwt_refresh: client(
        {
          doc: "Get the next access token and refresh token. A refresh token works once.",
          input: { refresh: TEXT },
          output: JWT_GRANT,
        },
        async (_, { refresh }) => {
          const sub: string = read(this.#desk.jwtPresent(refresh));
          const found = await tokens.find?.(sub);
          const text = found ? callerText(found) : undefined;
          return read(await this.#desk.jwtRefresh(refresh, text));
        },
      ),
      jwt_revoke: client(
        {
          doc: "End the family of a refresh token: none of its tokens works any more.",
          input: { refresh: TEXT },
        },
        async (_, { refresh }) => {
          read(await this.#desk.jwtRevoke(refresh));
        },
      ),
      mwt_obtain: client(
        {
          auth: "authenticated",
          doc: "Get an identity token for whoever is signed in.",
          identity: true,
          output: MWT_GRANT,
        },
        ({ identity }) => read(this.#desk.mwtObtain(identityText(identity))),
      ),
    };
  }
}
