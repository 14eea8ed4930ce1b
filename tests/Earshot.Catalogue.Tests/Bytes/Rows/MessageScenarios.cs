using System.Buffers;
using Earshot.Catalogue.Tests.Bytes.Engines;
using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>Rows of P21 to P47 that are more than one piece of bytes.</summary>
internal static class MessageScenarios
{
    public static async Task UnsubscribedSidAsync()
    {
        const int Late = 1000;
        await using OpenSession session = await OpenSession.StartAsync();
        await session.Counted.UnsubscribeAsync();
        await session.Peer.ExpectAsync("UNSUB 2", session.Rig.Token);
        long mark = session.Connection.Events.LastSequence;
        await session.SendAsync(string.Concat(Enumerable.Repeat("MSG counted 2 1\r\nx\r\n", Late)) + "MSG foo 1 5\r\nafter\r\n");
        await session.SettleAsync();
        Assert.Equal(["foo||after"], session.Received());
        Assert.DoesNotContain(session.Events(), e => e.Sequence > mark);
        Assert.Equal(Late, session.Connection.Stats.UnroutedMessages);
    }

    /// <summary>A payload of the largest size that is accepted, and more; 1 MiB takes the place of the default of 64 MiB.</summary>
    public static Task PayloadOfTheCapAsync(int more)
    {
        const int Cap = 1024 * 1024;
        string payload = new('x', Cap + more);
        string bytes = $"MSG foo 1 {payload.Length}\r\n{payload}\r\n";
        ByteRow row = more == 0 ? Row.Accepted("P32", "", bytes, $"foo||{payload}") : Row.Violation("P32", "", bytes);
        return ByteCatalogue.RunAsync(row with { Options = opts => opts with { MaxPayloadHardCap = Cap } });
    }

    public static async Task EmptyPayloadAsync()
    {
        await using OpenSession session = await OpenSession.StartAsync();
        await session.SendAsync("MSG foo 1 0\r\n\r\n");
        NatsMsg<byte[]> bytes = await session.Foo.Msgs.ReadAsync(session.Rig.Token);
        Assert.Equal((null, true), (bytes.Data, bytes.IsEmpty));
        await using INatsSub<NatsMemoryOwner<byte>> owners = await session.Connection.SubscribeCoreAsync<NatsMemoryOwner<byte>>("owners", cancellationToken: session.Rig.Token);
        await using INatsSub<ReadOnlySequence<byte>> sequences = await session.Connection.SubscribeCoreAsync<ReadOnlySequence<byte>>("sequences", cancellationToken: session.Rig.Token);
        await using INatsSub<string> texts = await session.Connection.SubscribeCoreAsync<string>("texts", cancellationToken: session.Rig.Token);
        await session.SendAsync(string.Concat(((string[])[owners.Sid, sequences.Sid, texts.Sid]).Select(sid => $"MSG foo {sid} 0\r\n\r\n")));
        using NatsMemoryOwner<byte> owner = (await owners.Msgs.ReadAsync(session.Rig.Token)).Data;
        Assert.Equal((0, 0L, (string?)null), (owner.Length, (await sequences.Msgs.ReadAsync(session.Rig.Token)).Data.Length, (await texts.Msgs.ReadAsync(session.Rig.Token)).Data));
    }
}
