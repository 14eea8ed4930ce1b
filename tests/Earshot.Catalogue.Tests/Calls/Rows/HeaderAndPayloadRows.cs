#pragma warning disable CA2012 // the calls throw, so there is no task to wait for
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A11 to A17: payloads and headers.</summary>
internal static class HeaderAndPayloadRows
{
    private const int MaxPayload = 1_048_576; // of the server in memory

    public static IReadOnlyList<CallRow> All { get; } =
    [
        Scenario("A11", "", PayloadLimitAsync),
        Scenario("A12", "async INFO", ShrinkingLimitAsync),
        Elsewhere("A12", "kept for the next session", "Earshot.Client.Tests/Lifecycle/Connection/ReportedEventsTests.cs", "A_kept_publish_that_the_new_server_does_not_accept_is_counted_as_discarded_and_fails_the_flushes_that_cover_it"),
        Elsewhere("A12", "between check and write", "Earshot.Client.Tests/Outbound/PublishQueueTests.cs", "A_publish_that_races_a_smaller_server_is_refused_under_the_lock"),
        .. ((string[])["", "a b", "a:b", "a\r", "a\n", "a\0", "\u00e4"]).Select(name =>
            NotConstructed<NatsInvalidHeaderException>("A13", Shown(name), () => _ = new NatsHeaders { { name, "value" } })),
        .. ((string[])["a\r", "a\n", "a\r\nB: c", "a\0"]).Select(value =>
            NotConstructed<NatsInvalidHeaderException>("A14", Shown(value), () => _ = new NatsHeaders { { "name", value } })),
        Elsewhere("A14", "array that is changed after it was added", "Earshot.Client.Tests/Outbound/HeaderInjectionTests.cs", "Publish_whose_header_array_was_changed_after_it_was_added_throws_and_sends_nothing"),
        Refused<InvalidOperationException>("A14", "headers are disabled", nats => nats.PublishAsync("a", 1, new NatsHeaders { { "A", "1" } })) with { Options = opts => opts with { Headers = false } },
        Scenario("A15", "", HeaderTextAsync),
        Elsewhere("A16", "", "Earshot.Conformance.Tests/Core/PublishTests.cs", "Headers_changed_after_the_call_do_not_change_what_was_published"),
        Elsewhere("A16", "concurrent", "Earshot.Client.Tests/Outbound/OutboundBufferTests.cs", "Headers_changed_during_the_publish_do_not_break_the_stream"),
        Scenario("A17", "", ReusedPayloadAsync),
    ];

    private static async Task PayloadLimitAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync("a", new byte[MaxPayload], cancellationToken: rig.Token);
        await peer.ExpectAsync($"PUB a {MaxPayload}", rig.Token);
        NatsPayloadTooLargeException large = await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => rig.Connection.PublishAsync("a", new byte[MaxPayload + 1], cancellationToken: rig.Token).AsTask());
        Assert.Equal((MaxPayload + 1L, (long)MaxPayload, NatsOutcome.NotSent), (large.Size, large.Limit, large.Outcome));
        var headers = new NatsHeaders { ["A"] = "b" };
        int block = "NATS/1.0\r\nA: b\r\n\r\n".Length;
        await rig.Connection.PublishAsync("h", new byte[MaxPayload - block], headers, cancellationToken: rig.Token);
        await peer.ExpectAsync($"HPUB h {block} {MaxPayload}", rig.Token);
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => rig.Connection.PublishAsync("h", new byte[MaxPayload - block + 1], headers, cancellationToken: rig.Token).AsTask());
        Assert.Equal(NatsConnectionState.Open, rig.Connection.ConnectionState);
    }

    private static async Task ShrinkingLimitAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await peer.SendInfoAsync(more: "\"max_payload\":10");
        Task ping = rig.Connection.PingAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await ping;
        await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => rig.Connection.PublishAsync("a", new byte[11], cancellationToken: rig.Token).AsTask());
        await rig.Connection.PublishAsync("a", new byte[10], cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB a 10", rig.Token);
        Assert.Equal(NatsConnectionState.Open, rig.Connection.ConnectionState);
    }

    private static async Task HeaderTextAsync(ConnectionRig rig)
    {
        const string Text = "h\u00e9 \u20ac \ud83d\ude00";
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await rig.Connection.PublishAsync("a", "x", new NatsHeaders { ["A"] = Text }, cancellationToken: rig.Token);
        ClientOperation sent = await peer.ExpectAsync("HPUB a", rig.Token);
        string[] sizes = sent.Line.Split(' ')[^2..];
        await peer.SendRawAsync((byte[])[.. System.Text.Encoding.UTF8.GetBytes($"HMSG a 1 {sizes[0]} {sizes[1]}\r\n"), .. sent.Payload, .. "\r\n"u8]);
        NatsMsg<string> received = await sub.Msgs.ReadAsync(rig.Token);
        Assert.Equal((Text, false), (received.Headers!["A"].ToString(), received.Headers.HasReplacedBytes));
    }

    private static async Task ReusedPayloadAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        byte[] canary = [1, 2, 3];
        for (int round = 0; round < 100; round++)
        {
            Array.Fill(canary, (byte)1);
            await rig.Connection.PublishAsync("a", canary, cancellationToken: rig.Token);
            Array.Fill(canary, (byte)0xEE);
            Assert.Equal([1, 1, 1], (await peer.ExpectAsync("PUB a 3", rig.Token)).Payload);
        }
    }
}
