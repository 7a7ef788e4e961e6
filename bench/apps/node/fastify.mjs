// Fastify, with a JSON Schema for what comes in and what goes out.
import fastify from "fastify";
import { BUNDLE, HOST, PORT, PROFILE, READS } from "./data.mjs";

const integer = { type: "integer" };
const text = { type: "string" };
const flag = { type: "boolean" };
const object = (properties) => ({
  additionalProperties: false,
  properties,
  required: Object.keys(properties),
  type: "object",
});
const list = (items) => ({ items, type: "array" });

const address = object({ city: text, country: text, postcode: text, street: text });
const orders = list(
  object({
    items: list(object({ quantity: integer, sku: text, title: text })),
    order_id: integer,
    paid: flag,
    placed: text,
    total: { type: "number" },
  }),
);
const tags = list(text);
const profile = object({
  active: flag,
  address,
  email: text,
  name: text,
  orders,
  referred_by: { type: ["integer", "null"] },
  score: { type: "number" },
  tags,
  user_id: integer,
});
const notices = list(object({ notice_id: integer, seen: flag, text }));
const schemas = {
  page_address: address,
  page_notices: notices,
  page_orders: orders,
  page_profile: profile,
  page_tags: tags,
};

const app = fastify({ keepAliveTimeout: 3_600_000 });

app.post(
  "/rename",
  {
    schema: {
      body: object({ name: { maxLength: 40, minLength: 2, type: "string" }, user_id: integer }),
      response: { 200: object({ name: text, user_id: integer }) },
    },
  },
  async ({ body: { name, user_id } }) => ({ name, user_id }),
);

function read(path, schema, make) {
  const options = { schema: { querystring: object({ user_id: integer }), response: { 200: schema } } };
  app.get(path, options, async ({ query }, reply) => {
    if (query.user_id !== PROFILE.user_id) return reply.code(404).send();
    return make();
  });
}

read("/user", object({ user_notices: notices, user_profile: profile }), () => BUNDLE);
read("/page", object(schemas), () => READS);
for (const [name, value] of Object.entries(READS)) read(`/page/${name}`, schemas[name], () => value);

await app.listen({ host: HOST, port: PORT });
