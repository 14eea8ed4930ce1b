using System.Text;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Engines;

/// <summary>Rows H: the attempt fails without any time passing, its event has the phase and the reason, the socket is closed, and the next server is used.</summary>
internal static class HandshakeEngine
{
    public static async Task RunAsync(ByteRow row)
    {
        await using var rig = new ConnectionRig(row.Options, "nats://10.0.0.1:4222,nats://10.0.0.2:4222");
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer refused = await rig.Server(1).AcceptAsync(rig.Token);
        await refused.SendRawAsync(Encoding.Latin1.GetBytes(row.Bytes));
        await rig.AcceptAsync(2);
        await connecting;

        NatsConnectAttemptFailedEvent failed = await rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        Assert.Equal((row.Phase, TimeSpan.Zero, false), (failed.Phase, failed.Duration, failed.Abandoned));
        Assert.Contains(row.Text, failed.Exception.Message, StringComparison.Ordinal);
        Assert.IsType<NatsProtocolViolationException>(failed.Exception);
        Assert.Equal("10.0.0.2", rig.Connection.ServerInfo!.Host);
        await refused.ReadToEndAsync(rig.Token);
    }
}
