// The README's first program: subscribe, publish, receive, and print everything that happens to the connection.
// snippet: hello
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var client = new NatsClient(url);

// Everything that happens to the connection, as one line each.
client.Connection.Events.On<NatsConnectionEvent>(e => Console.WriteLine(e));

await using INatsSub<string> greetings = await client.Connection.SubscribeCoreAsync<string>("greet.*");
await client.PublishAsync("greet.world", "hello");

NatsMsg<string> message = await greetings.Msgs.ReadAsync();
Console.WriteLine($"{message.Subject}: {message.Data}");
// end snippet
