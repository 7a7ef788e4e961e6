// What codegen would generate for the shop, as a function of the client.
import {
  type Client,
  defineContext,
  defineFunction,
  defineMergingFunction,
  type MizanContext,
  type MizanError,
  type MizanFunction,
  type ProtocolError,
  packFiles,
} from "../src/index.js";

export interface Profile {
  readonly user_id: number;
  readonly name: string;
}

export interface Order {
  readonly id: number;
  readonly title: string;
}

export interface UserParams {
  readonly user_id: number;
}

export interface UserBundle {
  readonly user_orders: readonly Order[];
  readonly user_profile: Profile;
}

export interface SearchParams {
  readonly text?: string | null;
  readonly page?: number;
  readonly tags?: readonly string[];
}

export type UpdateProfileError = ProtocolError | MizanError<"NAME_TAKEN", { taken_by: number }>;

/** The functions and contexts of the shop. */
export interface Api {
  readonly addNote: MizanFunction<{ text: string }, null>;
  /** It does, and raises `UNAUTHENTICATED` all the same. */
  readonly addNoteAndRaise: MizanFunction<{ text: string }, null>;
  readonly addOrder: MizanFunction<{ user_id: number; id: number; title: string }, Order>;
  readonly busy: MizanFunction<undefined, null>;
  readonly echo: MizanFunction<{ value?: unknown }, unknown>;
  readonly fail: MizanFunction<undefined, null>;
  readonly moveSearch: MizanFunction<{ page: number }, null>;
  readonly orderForm: MizanFunction<{ lines: unknown }, null>;
  readonly saveAvatar: MizanFunction<{ value: Blob }, null>;
  readonly renameQuietly: MizanFunction<{ user_id: number; name: string }, Profile>;
  readonly total: MizanFunction<{ add: bigint }, { total: bigint }>;
  readonly touchWide: MizanFunction<undefined, null>;
  readonly updateProfile: MizanFunction<
    { user_id: number; name: string },
    Profile,
    UpdateProfileError
  >;
  readonly userProfile: MizanFunction<UserParams, Profile>;

  readonly boardContext: MizanContext<undefined, { board_notes: readonly string[] }>;
  readonly searchContext: MizanContext<SearchParams, { search_results: Required<SearchParams> }>;
  readonly userContext: MizanContext<UserParams, UserBundle>;
  readonly wealthContext: MizanContext<undefined, { wealth_total: bigint }>;
  readonly wideContext: MizanContext<{ part: number }, Record<string, number>>;
}

/** The functions and contexts of the shop, by way of `client`. */
export function shopApi(client: Client): Api {
  return {
    addNote: defineFunction(client, "add_note", ["board"]),
    addNoteAndRaise: defineFunction(client, "add_note_and_raise", ["board"]),
    addOrder: defineMergingFunction(client, "add_order", ["user"]),
    busy: defineFunction(client, "busy"),
    echo: defineFunction(client, "echo"),
    fail: defineFunction(client, "fail", ["board"]),
    moveSearch: defineFunction(client, "move_search", ["search"]),
    orderForm: defineFunction(client, "order_form"),
    renameQuietly: defineMergingFunction(client, "rename_quietly", ["user"]),
    saveAvatar: defineFunction(client, "echo", undefined, undefined, packFiles),
    total: defineFunction(client, "total", undefined, (wire: { total: string }) => ({
      total: BigInt(wire.total),
    })),
    touchWide: defineFunction(client, "touch_wide", ["wide"]),
    updateProfile: defineFunction(client, "update_profile", ["user"]),
    userProfile: defineFunction(client, "user_profile"),

    boardContext: defineContext(client, "board"),
    searchContext: defineContext(client, "search"),
    userContext: defineContext(client, "user", ["user_id"]),
    wealthContext: defineContext(client, "wealth", [], (wire: { wealth_total: string }) => ({
      wealth_total: BigInt(wire.wealth_total),
    })),
    wideContext: defineContext(client, "wide", ["part"]),
  };
}
