// How do I log in with a credentials file that is replaced from time to time? NATS_CREDS is its path.
using Earshot;

string url = Environment.GetEnvironmentVariable("NATS_URL") ?? "nats://localhost:4222";
string file = Environment.GetEnvironmentVariable("NATS_CREDS") ?? "user.creds";

// snippet: credentials-renewed
var opts = new NatsOpts { Url = url, AuthOpts = new NatsAuthOpts { CredsFile = file, RenewBeforeExpiry = TimeSpan.FromMinutes(1) } };
await using var connection = new NatsConnection(opts);

// Before the JWT in the file expires, the file is read again and the connection migrates to a session with its new content.
connection.Events.On<NatsForceReconnectEvent>(e => Console.WriteLine($"moving: {e.Reason}"));
connection.Events.On<NatsReconnectedEvent>(e => Console.WriteLine($"moved after {e.OutageDuration.TotalSeconds:F3} s"));

// No newer credentials yet, no such file, a damaged file: each is reported, and the old session continues while it is valid.
connection.Events.On<NatsConnectAttemptFailedEvent>(e => Console.WriteLine($"not moved: {e.Exception.Message}"));
// end snippet

await connection.ConnectAsync();
Console.WriteLine($"logged in at {connection.ServerInfo?.Name}. Ctrl+C ends this program.");

var stop = new TaskCompletionSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.TrySetResult();
};
await Task.WhenAny(stop.Task, connection.Closed);
