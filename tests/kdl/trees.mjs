// Reads KDL 2 documents with two parsers that share no code and prints the tree that each one sees.
//
// stdin: a JSON array of documents, as text. stdout: a JSON array of {"bgotink":…,"kdljs":…}, each side
// {"tree":[…]} or {"refused":"why"}. A node is {name, type, arguments, properties, children}; a value is [type, value].

import { parse as parseBgotink } from "@bgotink/kdl";
import { parse as parseKdljs } from "kdljs";

/** One parser's nodes in the shape that both are compared in; properties are sorted, since their order says nothing. */
function node(name, type, values, properties, children) {
  const sorted = Object.fromEntries(
    [...properties].sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  return { name, type: type ?? null, arguments: values, properties: sorted, children };
}

function fromBgotink(parsed) {
  const value = (entry) => [entry.getTag() ?? null, entry.getValue()];
  return node(
    parsed.getName(),
    parsed.getTag(),
    parsed.getArgumentEntries().map(value),
    new Map(
      parsed.entries
        .filter((entry) => entry.isProperty())
        .map((entry) => [entry.getName(), value(entry)]),
    ),
    (parsed.children?.nodes ?? []).map(fromBgotink),
  );
}

function fromKdljs(parsed) {
  return node(
    parsed.name,
    parsed.tags.name,
    parsed.values.map((value, index) => [parsed.tags.values[index] ?? null, value]),
    new Map(
      Object.entries(parsed.properties).map(([name, value]) => [
        name,
        [parsed.tags.properties[name] ?? null, value],
      ]),
    ),
    parsed.children.map(fromKdljs),
  );
}

function withBgotink(text) {
  try {
    return { tree: parseBgotink(text).nodes.map(fromBgotink) };
  } catch (error) {
    return { refused: String(error) };
  }
}

function withKdljs(text) {
  const { errors, output } = parseKdljs(text);
  if (errors.length > 0 || output === undefined) {
    return { refused: errors.map((error) => error.message).join("; ") };
  }
  return { tree: output.map(fromKdljs) };
}

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const documents = JSON.parse(Buffer.concat(chunks).toString("utf8"));
const answers = documents.map((text) => ({ bgotink: withBgotink(text), kdljs: withKdljs(text) }));
process.stdout.write(JSON.stringify(answers));
