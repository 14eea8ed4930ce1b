// Way 5: one kind of event and any lambda, with replay of the events that the journal still contains.
using Earshot;

await using var connection = new NatsConnection(
    new NatsOpts { Url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222" });
await connection.ConnectAsync();
await connection.ReconnectAsync();

// snippet: listen-one-kind
// Registered late, with replay: the disconnect above is delivered first.
var heard = new TaskCompletionSource<NatsDisconnectedEvent>();
using (connection.Events.On<NatsDisconnectedEvent>(e => heard.TrySetResult(e), NatsReplay.All))
{
    NatsDisconnectedEvent first = await heard.Task;
    Console.WriteLine($"received disconnect #{first.Sequence}: {first.Reason}");
}

// Disposing the registration ended the listening.
// end snippet
