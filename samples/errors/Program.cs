// Listening to errors: rejections by the server, internal faults, and the exceptions that the caller receives.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
await using var connection = new NatsConnection(new NatsOpts { Url = url });

// snippet: errors
connection.ErrorOccurred += async (sender, args) => Console.WriteLine($"error: {args.Message}");
connection.ServerError += async (sender, args) => Console.WriteLine($"the server said: {args.Error} ({args.Kind})");
connection.Events.On<NatsPermissionViolationEvent>(e =>
    Console.WriteLine($"not allowed: {e.Operation} on {e.Subject}, subscriptions concerned: {e.Subscriptions.Count}"));
// end snippet

await connection.ConnectAsync();

// snippet: message-error
// A payload that cannot be deserialized affects this message only; the subscription continues.
await using INatsSub<int> numbers = await connection.SubscribeCoreAsync<int>("numbers");
await connection.PublishAsync("numbers", "not a number");
NatsMsg<int> message = await numbers.Msgs.ReadAsync();
Console.WriteLine($"message error: {message.Error?.GetType().Name}");
// end snippet

// snippet: too-large
try
{
    await connection.PublishAsync("numbers", new byte[connection.ServerInfo!.MaxPayload + 1]);
}
catch (NatsPayloadTooLargeException e)
{
    Console.WriteLine($"{e.Outcome}: {e.Message}");
}
// end snippet

// snippet: failed-connect
try
{
    await using var unreachable = new NatsConnection(new NatsOpts { Url = "nats://127.0.0.1:1" });
    await unreachable.ConnectAsync();
}
catch (NatsConnectionFailedException e)
{
    foreach (NatsConnectFailure failure in e.Failures)
    {
        Console.WriteLine($"{failure.Server} failed in {failure.Phase}: {failure.Exception.Message}");
    }
}
// end snippet
