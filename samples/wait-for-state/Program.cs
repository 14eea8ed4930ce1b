// Ways 6 and 7: waiting for a state or an event without a race, the Closed task and the session's token.
using Earshot;

await using var connection = new NatsConnection(
    new NatsOpts { Url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222" });

// snippet: wait-for-state
Task open = connection.WaitForStateAsync(NatsConnectionState.Open);
await connection.ConnectAsync();
await open;
Console.WriteLine($"state: {connection.ConnectionState}");
// end snippet

// snippet: wait-for-event
// The number is taken before the cause, so the event cannot slip through between the two lines.
long before = connection.Events.LastSequence;
CancellationToken session = connection.SessionToken;
await connection.ReconnectAsync();
NatsReconnectedEvent reconnected = await connection.Events.WhenAsync<NatsReconnectedEvent>(after: before);
Console.WriteLine($"reconnected after {reconnected.Attempts} attempt(s); old session's token cancelled: {session.IsCancellationRequested}");
// end snippet

// snippet: closed-task
await connection.CloseAsync();
NatsClosedEvent closed = await connection.Closed;
Console.WriteLine($"closed: {closed.Reason}");
// end snippet
