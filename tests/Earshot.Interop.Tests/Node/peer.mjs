// The other client of the tests: a connection with the @nats-io packages to the server whose URL is the first argument. Reads one command per
// line from the standard input, {"id": 1, "command": "kvPut", "arguments": [...]}, and answers with one line, {"id": 1, "result": ...} or
// {"id": 1, "error": "..."}. Values of binary data are base64. Ends with its input.
import { createInterface } from "node:readline";
import { Buffer } from "node:buffer";
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { Objm } from "@nats-io/obj";
import { ServiceError, Svcm } from "@nats-io/services";
import { connect, headers } from "@nats-io/transport-node";

const nc = await connect({ servers: process.argv[2], timeout: 10_000, reconnectTimeWait: 20 });
const watches = new Map();
const services = new Map();
const subscriptions = new Map();
const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const base64 = (data) => Buffer.from(data).toString("base64");
const entryOf = (entry) => entry && {
  key: entry.key, value: base64(entry.value), revision: entry.revision, delta: entry.delta ?? 0, operation: entry.operation, created: entry.created.toISOString(),
};
const headersOf = (given) => {
  const map = headers();
  for (const [name, values] of Object.entries(given ?? {})) values.forEach((value) => map.append(name, value));
  return map;
};
const messageOf = (message) => ({
  subject: message.subject, data: base64(message.data),
  headers: message.headers ? Object.fromEntries(message.headers.keys().map((name) => [name, message.headers.values(name)])) : {},
});

async function take(iterator, count) {
  const taken = [];
  for await (const one of iterator) {
    taken.push(one);
    if (taken.length === count) break;
  }
  return taken;
}

// The iterator of a watch stays open between two calls.
async function nextOf(iterator, count) {
  const taken = [];
  while (taken.length < count) {
    const { value, done } = await iterator.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

const kv = (bucket) => new Kvm(nc).open(bucket);
const store = (bucket) => new Objm(nc).open(bucket);

const commands = {
  hello: () => process.version,

  // Core: headers and replies.
  publish: async (subject, data, given) => { nc.publish(subject, bytes(data), { headers: headersOf(given) }); await nc.flush(); },
  subscribe: async (subject) => { subscriptions.set(subject, nc.subscribe(subject)[Symbol.asyncIterator]()); await nc.flush(); },
  received: async (subject, count) => (await nextOf(subscriptions.get(subject), count)).map(messageOf),

  // JetStream.
  streamPublish: async (subject, data, id) => { const ack = await jetstream(nc).publish(subject, bytes(data), { msgID: id }); return { stream: ack.stream, seq: ack.seq, duplicate: ack.duplicate }; },
  streamInfo: async (stream) => (await (await jetstreamManager(nc)).streams.info(stream)).config,
  consumerAdd: async (stream, name) => { await (await jetstreamManager(nc)).consumers.add(stream, { durable_name: name, ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All }); },
  consume: async (stream, name, count) => {
    const consumer = await jetstream(nc).consumers.get(stream, name);
    const taken = [];
    for await (const message of await consumer.fetch({ max_messages: count, expires: 5_000 })) {
      taken.push(message.string());
      await message.ackAck();
    }
    return taken;
  },

  // Key-value store.
  kvCreateBucket: async (bucket, options) => { await new Kvm(nc).create(bucket, options); },
  kvStatus: async (bucket) => {
    const status = await (await kv(bucket)).status();
    return {
      bucket: status.bucket, values: status.values, history: status.history, description: status.description, ttl: status.ttl, markerTTL: status.markerTTL,
      maxValueSize: status.maxValueSize, maxBytes: status.max_bytes, compression: status.compression, metadata: status.metadata, config: status.streamInfo.config,
    };
  },
  kvBuckets: async () => { const names = []; for await (const status of new Kvm(nc).list()) names.push(status.bucket); return names; },
  kvPut: async (bucket, key, value) => (await kv(bucket)).put(key, bytes(value)),
  kvCreate: async (bucket, key, value, ttl) => (await kv(bucket)).create(key, bytes(value), ttl ?? undefined),
  kvUpdate: async (bucket, key, value, revision) => (await kv(bucket)).update(key, bytes(value), revision),
  kvDelete: async (bucket, key) => { await (await kv(bucket)).delete(key); },
  kvPurge: async (bucket, key) => { await (await kv(bucket)).purge(key); },
  kvGet: async (bucket, key, revision) => entryOf(await (await kv(bucket)).get(key, revision ? { revision } : undefined)),
  kvKeys: async (bucket, filter) => { const keys = []; for await (const key of await (await kv(bucket)).keys(filter ?? undefined)) keys.push(key); return keys; },
  kvHistory: async (bucket, key) => { const all = []; for await (const entry of await (await kv(bucket)).history({ key })) all.push(entryOf(entry)); return all; },
  kvWatch: async (bucket, key) => { watches.set(`${bucket}.${key}`, (await (await kv(bucket)).watch({ key }))[Symbol.asyncIterator]()); },
  kvWatched: async (bucket, key, count) => (await nextOf(watches.get(`${bucket}.${key}`), count)).map(entryOf),

  // Services.
  serviceStart: async (name, version, subject, options) => {
    const service = await new Svcm(nc).add({ name, version, description: options?.description, metadata: options?.metadata, queue: options?.queue });
    const group = service.addGroup(subject);
    group.addEndpoint("reverse", {
      metadata: { kind: "text" },
      handler: (error, message) => { if (error) throw error; message.respond([...message.string()].reverse().join("")); },
    });
    group.addEndpoint("fail", { handler: (_, message) => message.respondError(418, "no coffee", message.string()) });
    await nc.flush();
    services.set(name, service);
    return service.info().id;
  },
  serviceStop: async (name) => { await services.get(name).stop(); },
  serviceStats: async (name) => (await services.get(name).stats()),
  serviceCall: async (subject, data) => {
    const reply = await nc.request(subject, bytes(data), { timeout: 10_000 });
    const error = ServiceError.toServiceError(reply);
    return { ...messageOf(reply), isError: ServiceError.isServiceError(reply), code: error?.code ?? 0, description: error?.message ?? "" };
  },
  serviceFind: async (verb, name, count) => take(await new Svcm(nc).client({ maxMessages: count, maxWait: 5_000 })[verb](name), count),

  // Objects.
  objectCreateBucket: async (bucket, options) => { await new Objm(nc).create(bucket, options ?? {}); },
  objectPut: async (bucket, meta, data) => infoOf(await (await store(bucket)).putBlob({ ...meta, headers: meta.headers && headersOf(meta.headers) }, bytes(data))),
  objectGet: async (bucket, name) => { const data = await (await store(bucket)).getBlob(name); return data && base64(data); },
  objectInfo: async (bucket, name) => infoOf(await (await store(bucket)).info(name)),
  objectList: async (bucket) => (await (await store(bucket)).list()).map(infoOf),
  objectDelete: async (bucket, name) => { await (await store(bucket)).delete(name); },
  objectLink: async (bucket, name, target) => { const objects = await store(bucket); return infoOf(await objects.link(name, await objects.info(target))); },
  objectSeal: async (bucket) => { await (await store(bucket)).seal(); },
};

function infoOf(info) {
  return info && {
    bucket: info.bucket, name: info.name, description: info.description ?? "", size: info.size, chunks: info.chunks, digest: info.digest, deleted: info.deleted ?? false,
    metadata: info.metadata ?? {}, nuid: info.nuid, link: info.options?.link ?? null, maxChunkSize: info.options?.max_chunk_size ?? 0,
    headers: plainHeadersOf(info.headers),
  };
}

// The result of a put has the headers that were given; what is read has a plain object.
function plainHeadersOf(given) {
  return typeof given?.keys === "function" ? Object.fromEntries(given.keys().map((name) => [name, given.values(name)])) : given ?? {};
}

async function execute({ id, command, arguments: given }) {
  try {
    return { id, result: (await commands[command](...given)) ?? null };
  } catch (error) {
    return { id, error: `${error.name}: ${error.message}` };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  execute(JSON.parse(line)).then((answer) => process.stdout.write(`${JSON.stringify(answer)}\n`));
}
await nc.close();
process.exit(0);
