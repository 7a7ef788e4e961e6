// Names of cache entries and tokens in one process, through the addon: prints CPU µs a call by subject and contender.
//
// `identity.mjs ROUNDS CALLS`; each sample comes after two seconds of calls in the first round.
import { createHmac, timingSafeEqual } from "node:crypto";
import { Keyring } from "#mizan";
import { native } from "#mizan/native.js";

const [rounds, calls] = process.argv.slice(2).map(Number);
const REVISION = "0123456789abcdef";
const KID = "a1b2c3d4e5f60718";
const KEY = "a key of 32 bytes for the tokens";
const keys = { cache: [["c", "a third key of 32 bytes, caching"]], mwt: [[KID, KEY]] };
const keyring = new Keyring(undefined, { keys });
const flat = new native.Keyring(
  JSON.stringify({
    keys: [
      ["cache", [["c", 0]]],
      ["mwt", [[KID, 1]]],
    ],
  }),
  [Buffer.from(keys.cache[0][1]), Buffer.from(KEY)],
  "mizan",
);
const number = flat.number();
const seconds = () => Math.floor(Date.now() / 1000);
const now = seconds();
const life = 24 * 3600;
const token = keyring.mintMwt("5", { life, staff: true });
const pkey = "0".repeat(32);

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const sign = (text) => createHmac("sha256", KEY).update(text).digest();

function mintByHand() {
  const at = seconds();
  const head = part({ alg: "HS256", kid: KID, typ: "mwt+jwt" });
  const claims = { aud: "mizan", exp: at + 300, iat: at, nbf: at, pkey, staff: true, sub: "5", super: false };
  const signed = `${head}.${part(claims)}`;
  return `${signed}.${sign(signed).toString("base64url")}`;
}

function verifyByHand() {
  const [head, claims, tag] = token.split(".");
  const read = (text) => JSON.parse(Buffer.from(text, "base64url").toString());
  const { alg, kid, typ } = read(head);
  if (alg !== "HS256" || kid !== KID || typ !== "mwt+jwt") throw new Error("another token");
  if (!timingSafeEqual(sign(`${head}.${claims}`), Buffer.from(tag, "base64url"))) throw new Error("forged");
  const said = read(claims);
  const at = seconds();
  if (said.aud !== "mizan" || at < said.nbf - 30 || at >= said.exp + 30) throw new Error("not now");
  return said;
}

function nameByHand() {
  const text = JSON.stringify({ c: "user", p: { user_id: 5 }, r: REVISION, u: null });
  return `ctx:user:${createHmac("sha256", keys.cache[0][1]).update(text).digest("hex")}`;
}

const subjects = {
  mint: {
    "Mizan: mint an identity token": () => keyring.mintMwt("5", { staff: true }),
    "Mizan: the same as flat scalars, without the clock": () =>
      native.mintMwt(number, "5", "", 1, now, 300),
    "node:crypto by hand": mintByHand,
  },
  names: {
    "Mizan: the name of an entry": () =>
      native.replay.entryName(flat, "user", '{"user_id":5}', REVISION),
    "node:crypto by hand": nameByHand,
  },
  verify: {
    "Mizan: verify it": () => keyring.verifyMwt(token),
    "Mizan: the same as flat scalars": () => native.verify(number, 0, token, now, 30),
    "node:crypto by hand": verifyByHand,
  },
};
if (verifyByHand().sub !== keyring.verifyMwt(token).sub) throw new Error("they read different things");

if (nameByHand() !== subjects.names["Mizan: the name of an entry"]()) {
  throw new Error("they name different entries");
}

// A function of its own: the loop below is compiled anew whenever what it calls is another than before, by a thread whose
// time is this process's too. This one has met all of them by the end of the first round.
function repeat(call, times) {
  for (let count = 0; count < times; count += 1) call();
}

const taken = {};
for (let round = 0; round <= rounds; round += 1) {
  for (const [subject, group] of Object.entries(subjects)) {
    taken[subject] ??= {};
    for (const [name, call] of Object.entries(group)) {
      taken[subject][name] ??= [];
      const until = performance.now() + (round === 0 ? 2000 : 0);
      while (performance.now() < until) repeat(call, 1000);
      const before = process.cpuUsage();
      repeat(call, calls);
      const { system, user } = process.cpuUsage(before);
      if (round > 0) taken[subject][name].push((user + system) / calls);
    }
  }
}
process.stdout.write(JSON.stringify(taken));
