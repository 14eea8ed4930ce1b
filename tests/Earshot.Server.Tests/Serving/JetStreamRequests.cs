using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>JetStream with clients that are bytes in memory, and with a fake clock. Contains no assertions.</summary>
internal static class JetStreamRequests
{
    /// <summary>Publishes with a reply subject of the client, and returns what it has received.</summary>
    internal static Task<string> JetStreamAsync(this MemoryClient client, string subject, string body, string headers = "")
    {
        string block = headers.Length == 0 ? "" : $"NATS/1.0\r\n{headers}\r\n\r\n";
        string publish = block.Length == 0 ? $"PUB {subject} in {body.Length}\r\n" : $"HPUB {subject} in {block.Length} {block.Length + body.Length}\r\n{block}";
        return client.AskAsync($"SUB in 1\r\nUNSUB 1\r\nSUB in 1\r\n{publish}{body}\r\n");
    }

    /// <summary>Lets a time pass; fails when this does not end, as when a timer is always due again.</summary>
    internal static Task PassAsync(this FakeTimeProvider clock, double seconds)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        return Task.Run(() => clock.Advance(TimeSpan.FromSeconds(seconds)), token).WaitAsync(TimeSpan.FromSeconds(20), token);
    }
}
