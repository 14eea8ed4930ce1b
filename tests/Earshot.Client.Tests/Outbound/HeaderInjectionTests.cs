using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>Bytes of an application never make a second header or frame, whatever it does with its arrays.</summary>
public sealed class HeaderInjectionTests
{
    [Theory]
    [InlineData("x\r\nX-Evil: 1")]
    [InlineData("x\r\n\r\nPUB evil 0\r\n\r\n")]
    [InlineData("\n")]
    [InlineData("\0")]
    public async Task Publish_whose_header_array_was_changed_after_it_was_added_throws_and_sends_nothing(string text)
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        string[] values = ["one", "two"];
        var headers = new NatsHeaders { { "K", new StringValues(values) } };
        values[1] = text;

        await Assert.ThrowsAsync<NatsInvalidHeaderException>(() => rig.Connection.PublishAsync("a", new byte[1], headers: headers, cancellationToken: rig.Token).AsTask());
        values[1] = "again";
        await rig.Connection.PublishAsync("b", new byte[1], headers: headers, cancellationToken: rig.Token);
        ClientOperation sent = await peer.ExpectAsync("HPUB b", rig.Token);
        Assert.Equal("NATS/1.0\r\nK: one\r\nK: again\r\n\r\n\0", System.Text.Encoding.UTF8.GetString(sent.Payload));
    }
}
