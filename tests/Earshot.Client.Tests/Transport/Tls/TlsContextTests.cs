using System.Security.Cryptography.X509Certificates;
using Earshot.Testing;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>The synchronization context of the caller that starts a handshake is used for nothing but to leave it before user code runs.</summary>
public sealed class TlsContextTests
{
    private static CancellationToken Token => TlsRig.Token;

    [Theory]
    [InlineData("plain", 0)]
    [InlineData("certificate", 1)]
    [InlineData("configure", 1)]
    public async Task A_handshake_does_not_continue_on_the_context_of_the_caller(string way, int yields)
    {
        using var rig = new TlsRig(["localhost"]);
        using X509Certificate2 own = rig.Certificates.Issue(["client"]);
        NatsTlsOpts options = way switch
        {
            "certificate" => rig.Trusting with { ClientCertificateCallback = async _ => { await Gap().ConfigureAwait(false); return own; } },
            "configure" => rig.Trusting with { ConfigureClientAuthentication = async _ => await Gap().ConfigureAwait(false) },
            _ => rig.Trusting,
        };
        var context = new CallerContext();
        Task<ITransport> running = context.Run(() => new TlsHandshake(options, new TlsPeer("localhost", "localhost")).RunAsync(rig.Pair.Client, Token).AsTask());
        await rig.Server.AuthenticateAsServerAsync(rig.Settings, Token);
        using ITransport client = await running;

        byte[] buffer = new byte[16];
        Task<int> receiving = context.Run(() => client.ReceiveAsync(buffer).AsTask());
        await rig.Server.WriteAsync("INFO"u8.ToArray(), Token);
        Assert.Equal((4, yields), (await receiving, context.Posts));
    }

    [Fact]
    public async Task The_first_bytes_do_not_continue_on_the_context_of_the_caller()
    {
        var pair = new MemoryTransportPair(new MemoryTransportOptions { ChunkSize = 1 });
        var guard = new ServerHelloGuard(pair.Client);
        var context = new CallerContext();
        Task<int> receiving = context.Run(() => guard.ReceiveAsync(new byte[64]).AsTask());
        await pair.WriteAsync("\u0016"u8.ToArray(), Token);
        Assert.Equal(1, await receiving);

        pair = new MemoryTransportPair(new MemoryTransportOptions { ChunkSize = 1 });
        guard = new ServerHelloGuard(pair.Client);
        await pair.WriteAsync("-"u8.ToArray(), Token);
        receiving = context.Run(() => guard.ReceiveAsync(new byte[64]).AsTask()); // waits for the rest of the line
        await pair.WriteAsync("ERR 'x'\r\n"u8.ToArray(), Token);
        await Assert.ThrowsAsync<NatsServerException>(() => receiving);
        Assert.Equal(0, context.Posts);
    }

    // Completes on another thread.
    private static Task<bool> Gap() => Task.Run(static () => Thread.Yield());
}
