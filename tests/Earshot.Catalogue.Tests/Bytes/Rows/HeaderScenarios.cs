using Earshot.Catalogue.Tests.Bytes.Engines;
using Earshot.Testing;
using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>Rows of P48 to P64 that are more than one piece of bytes.</summary>
internal static class HeaderScenarios
{
    public static async Task ReplacedBytesAreSentOnAsync()
    {
        const string Block = "NATS/1.0\r\nA: x\u00ffy\r\n\r\n";
        await using OpenSession session = await OpenSession.StartAsync();
        await session.SendAsync(Row.HeaderMessage(Block));
        NatsMsg<byte[]> received = await session.Foo.Msgs.ReadAsync(session.Rig.Token);
        Assert.True(received.Headers!.HasReplacedBytes);
        await session.Connection.PublishAsync("on", received.Data, received.Headers, cancellationToken: session.Rig.Token);
        ClientOperation sent = await session.Peer.ExpectAsync("HPUB on", session.Rig.Token);
        Assert.Equal(Block + "hi", System.Text.Encoding.Latin1.GetString(sent.Payload));
    }
}
