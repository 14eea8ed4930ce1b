using System.Text.Json.Nodes;
using Xunit;

namespace Earshot.Server.Tests.Serving;

public sealed class ViewTests
{
    [Fact]
    public async Task Wait_for_a_subscription_ends_when_a_covering_one_is_added()
    {
        await using NatsTestServer server = await TestServer.StartAsync();
        Task waiting = server.WaitForSubscriptionAsync("orders.*", TestContext.Current.CancellationToken);
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        Assert.False(waiting.IsCompleted);
        await client.AskAsync("SUB orders.> 1\r\n");

        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(["orders.>"], server.Clients.Single().Subscriptions);
    }

    [Fact]
    public async Task Published_messages_are_kept_up_to_the_limit()
    {
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { PublishedCapacity = 2 });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.AskAsync("PUB a 1\r\n1\r\nPUB b re 1\r\n2\r\nPUB c 1\r\n3\r\n");

        Assert.Equal(["b: 2", "c: 3"], server.Published.Select(message => message.ToString()));
        Assert.Equal("re", server.Published[0].ReplyTo);
    }

    [Fact]
    public async Task Published_messages_are_whole_although_they_reuse_the_memory_of_evicted_ones()
    {
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { PublishedCapacity = 3 });
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        string[] payloads = [new string('x', 5000), "2", new string('y', 700), "4", "", new string('z', 90_000), "7"];
        IReadOnlyList<NatsTestServerMessage> seen = server.Published;
        foreach (string payload in payloads)
        {
            await client.AskAsync($"PUB s {payload.Length}\r\n{payload}\r\n");
            seen = payload == "4" ? server.Published : seen;
        }

        Assert.Equal(payloads[1..4], seen.Select(message => message.Text));
        Assert.Equal(payloads[^3..], server.Published.Select(message => message.Text));
    }

    [Fact]
    public async Task Transcript_shows_both_directions_and_no_credentials()
    {
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { TranscriptCapacity = 100 });
        MemoryClient client = await MemoryClient.ConnectAsync(server, "CONNECT {\"verbose\":false,\"user\":\"u\",\"pass\":\"hidden\"}\r\n");
        await client.AskAsync("SUB foo 1\r\n");

        Assert.Contains("C 5: SUB foo 1\\r\\nPING", server.Transcript, StringComparison.Ordinal);
        Assert.Contains("S 5: INFO {", server.Transcript, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", server.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Monitoring_pages_show_the_state_of_the_server()
    {
        await using NatsTestServer server = await TestServer.ListenAsync(new NatsTestServerOptions { MonitoringPort = 0 });
        MemoryClient gone = await MemoryClient.ConnectAsync(server);
        MemoryClient client = await MemoryClient.ConnectAsync(server);
        await client.AskAsync("SUB foo 1\r\nPUB foo 3\r\nabc\r\n");
        server.Clients[0].Faults.ExpireCredentials();
        await gone.UntilEndAsync();
        await MemoryClient.WaitForOpenAsync(server, 1);

        using var http = new HttpClient { BaseAddress = server.MonitoringUrl };
        Assert.Equal("ok", (string?)(await GetAsync(http, "healthz"))["status"]);
        JsonNode varz = await GetAsync(http, "varz");
        Assert.Equal((1, 1L, 3L, 2L), ((int)varz["connections"]!, (long)varz["in_msgs"]!, (long)varz["in_bytes"]!, (long)varz["total_connections"]!));
        JsonArray closed = (await GetAsync(http, "connz?state=closed"))["connections"]!.AsArray();
        Assert.Equal("Authentication Expired", (string?)closed.Single()!["reason"]);
        JsonArray open = (await GetAsync(http, "connz?subs=1"))["connections"]!.AsArray();
        Assert.Equal("foo", (string?)open.Single()!["subscriptions_list"]![0]);
        Assert.Equal(1, (int)(await GetAsync(http, "subsz"))["num_subscriptions"]!);
    }

    private static async Task<JsonNode> GetAsync(HttpClient http, string path) =>
        JsonNode.Parse(await http.GetStringAsync(path, TestContext.Current.CancellationToken))!;
}
