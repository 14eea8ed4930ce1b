// What clients of another language do, with the nats.js packages, against the server whose url is the first argument. Each
// check prints a line; the first that fails ends the run with a stack trace and a non-zero exit code.
import assert from "node:assert/strict";
import { connect, nuid } from "@nats-io/transport-node";

const servers = process.argv[2];
const options = { servers, reconnectTimeWait: 20, maxReconnectAttempts: -1, timeout: 10_000 };
const text = (message) => message.string();
const overdue = setTimeout(() => { console.error("The run took longer than a minute."); process.exit(1); }, 60_000);

async function take(subscription, count) {
  const taken = [];
  for await (const message of subscription) {
    taken.push(message);
    if (taken.length === count) break;
  }
  return taken;
}

async function next(events, type) {
  for await (const event of events) {
    if (event.type === type) return event;
  }
  throw new Error(`The connection ended without ${type}.`);
}

async function check(name, run) {
  await run();
  console.log(`ok  ${name}`);
}

const nc = await connect(options);

await check("publish and subscribe, with wildcards and headers", async () => {
  const { headers } = await import("@nats-io/transport-node");
  const sub = nc.subscribe("orders.*");
  const map = headers();
  map.append("Kind", "test");
  nc.publish("orders.1", "paid", { headers: map });
  nc.publish("other.1", "not for us");
  nc.publish("orders.2", "sent");
  const [first, second] = await take(sub, 2);
  assert.deepEqual([first.subject, text(first), first.headers.get("Kind")], ["orders.1", "paid", "test"]);
  assert.deepEqual([second.subject, text(second)], ["orders.2", "sent"]);
});

await check("queue group: each message reaches one member", async () => {
  const members = [await connect(options), await connect(options)];
  const seen = [];
  const done = Promise.withResolvers ? Promise.withResolvers() : (() => { const d = {}; d.promise = new Promise((r) => { d.resolve = r; }); return d; })();
  for (const member of members) {
    member.subscribe("work", { queue: "workers", callback: (_, message) => { seen.push(text(message)); if (seen.length === 100) done.resolve(); } });
    await member.flush();
  }
  for (let i = 0; i < 100; i++) nc.publish("work", `${i}`);
  await done.promise;
  await Promise.all(members.map((member) => member.close()));
  assert.equal(new Set(seen).size, 100);
});

await check("request and reply, and nobody there", async () => {
  const service = nc.subscribe("add.one", { callback: (_, message) => message.respond(`${Number(text(message)) + 1}`) });
  assert.equal(text(await nc.request("add.one", "41", { timeout: 10_000 })), "42");
  service.unsubscribe();
  await assert.rejects(nc.request(`nobody.${nuid.next()}`, "", { timeout: 10_000 }), /no responders/i);
});

await check("unsubscribe after a number of messages", async () => {
  const sub = nc.subscribe("few", { max: 2 });
  for (let i = 0; i < 5; i++) nc.publish("few", `${i}`);
  const got = [];
  for await (const message of sub) got.push(text(message));
  assert.deepEqual(got, ["0", "1"]);
});

for (const fault of ["drop", "restart"]) {
  await check(`reconnect after ${fault}, with its subscription`, async () => {
    const sub = nc.subscribe(`after.${fault}`);
    await nc.flush();
    const back = next(nc.status(), "reconnect");
    console.log(fault);
    await back;
    await nc.flush();
    nc.publish(`after.${fault}`, "still here");
    assert.equal(text((await take(sub, 1))[0]), "still here");
  });
}

await check("drain delivers what is on its way, then closes", async () => {
  const draining = await connect(options);
  const got = [];
  draining.subscribe("last", { callback: (_, message) => got.push(text(message)) });
  await draining.flush();
  for (let i = 0; i < 50; i++) draining.publish("last", `${i}`);
  await draining.drain();
  assert.equal(got.length, 50);
  assert.equal(draining.isClosed(), true);
});

await nc.close();
clearTimeout(overdue);
