using System.Security.Cryptography;
using System.Text;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Transport;

/// <summary>The encrypted stream after its handshake: bytes, ends, and which failure is one of TLS.</summary>
public sealed class TlsTransportTests : IDisposable
{
    private const string EndedEarly = "The server closed the connection immediately after the TLS handshake. "
        + "Check that the client certificate is accepted by the server and has not expired.";

    private readonly TlsRig _rig = new(["localhost"]);
    private readonly byte[] _buffer = new byte[1024];

    private static CancellationToken Token => TlsRig.Token;

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Bytes_arrive_in_both_directions()
    {
        using ITransport client = await _rig.OpenAsync();
        await client.SendAsync("PING\r\n"u8.ToArray());
        Assert.Equal(6, await _rig.Server.ReadAtLeastAsync(_buffer, 6, cancellationToken: Token));
        Assert.Equal("PING\r\n", Encoding.ASCII.GetString(_buffer, 0, 6));
        for (int i = 0; i < 3; i++)
        {
            ValueTask<int> probe = client.ReceiveAsync(Memory<byte>.Empty);
            Assert.False(probe.IsCompleted); // it says when there is something
            await _rig.Server.WriteAsync("PONG\r\n"u8.ToArray(), Token);
            Assert.Equal(0, await probe.AsTask().WaitAsync(Token));
            Assert.Equal(6, await TlsRig.ReceiveAsync(client, _buffer));
            Assert.Equal("PONG\r\n", Encoding.ASCII.GetString(_buffer, 0, 6));
        }
    }

    [Fact]
    public async Task Nothing_is_sent_for_no_bytes()
    {
        using ITransport client = await _rig.OpenAsync();
        int sends = _rig.Pair.Client.Sends;
        await client.SendAsync(ReadOnlyMemory<byte>.Empty);
        Assert.Equal(sends, _rig.Pair.Client.Sends);
    }

    [Fact]
    public async Task An_end_after_the_first_bytes_is_an_end()
    {
        using ITransport client = await _rig.OpenAsync();
        await _rig.Server.WriteAsync("INFO"u8.ToArray(), Token);
        Assert.Equal(4, await TlsRig.ReceiveAsync(client, _buffer));
        await _rig.Server.WriteAsync("MORE"u8.ToArray(), Token);
        Assert.Equal(4, await TlsRig.ReceiveAsync(client, _buffer));
        _rig.Pair.Close();
        Assert.Equal(0, await TlsRig.ReceiveAsync(client, _buffer));
        Assert.Equal(0, await TlsRig.ReceiveAsync(client, _buffer));
    }

    [Fact]
    public async Task An_end_before_the_first_byte_is_put_down_to_the_client_certificate()
    {
        using ITransport client = await _rig.OpenAsync();
        _rig.Pair.Close();
        Assert.Equal(0, await TlsRig.ReceiveAsync(client, [])); // a probe only says that there is something, here the end
        NatsTlsException ended = await Assert.ThrowsAsync<NatsTlsException>(() => TlsRig.ReceiveAsync(client, _buffer));
        Assert.Equal(EndedEarly, ended.Message);
    }

    [Fact]
    public async Task A_reset_is_put_down_to_the_client_certificate_only_before_the_first_byte()
    {
        using ITransport client = await _rig.OpenAsync();
        _rig.Pair.Abort();
        NatsTlsException early = await Assert.ThrowsAsync<NatsTlsException>(() => TlsRig.ReceiveAsync(client, _buffer));
        Assert.Equal(EndedEarly, early.Message);
        Assert.NotNull(early.InnerException);

        using var later = new TlsRig(["localhost"]);
        using ITransport used = await later.OpenAsync();
        await later.Server.WriteAsync("INFO"u8.ToArray(), Token);
        Assert.Equal(4, await TlsRig.ReceiveAsync(used, _buffer));
        later.Pair.Abort();
        Exception broken = await Assert.ThrowsAnyAsync<IOException>(() => TlsRig.ReceiveAsync(used, _buffer));
        Assert.IsType<System.Net.Sockets.SocketException>(broken.InnerException);
    }

    [Theory]
    [InlineData("IOException", false)]
    [InlineData("IOException of IOException", false)]
    [InlineData("SocketException", false)]
    [InlineData("ObjectDisposedException", false)]
    [InlineData("OperationCanceledException", false)]
    [InlineData("NatsException", false)]
    [InlineData("InvalidDataException", true)] // no transport throws it: it is of what decrypts
    public async Task Failures_of_the_transport_below_are_no_errors_of_TLS(string kind, bool isOfTls)
    {
        var below = new FaultyTransport(_rig.Pair.Client);
        Task serving = _rig.Server.AuthenticateAsServerAsync(_rig.Settings, Token);
        using ITransport client = await new TlsHandshake(_rig.Trusting, new TlsPeer("localhost", "localhost")).RunAsync(below, Token);
        await serving;
        await _rig.Server.WriteAsync("INFO"u8.ToArray(), Token);
        Assert.Equal(4, await TlsRig.ReceiveAsync(client, _buffer));
        below.Fault = kind switch
        {
            "IOException" => new IOException("broken"),
            "IOException of IOException" => new IOException("outer", new IOException("broken")),
            "SocketException" => new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionReset),
            "ObjectDisposedException" => new ObjectDisposedException("transport"),
            "OperationCanceledException" => new OperationCanceledException(),
            "NatsException" => new NatsProtocolViolationException("broken"),
            _ => new InvalidDataException("broken"),
        };
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => TlsRig.ReceiveAsync(client, _buffer));
        Assert.Equal(isOfTls ? "The TLS data received is corrupt: broken" : null, (failure as NatsTlsException)?.Message);
        Assert.True(isOfTls || failure == below.Fault || failure.InnerException == below.Fault, failure.ToString());
    }

    [Fact]
    public async Task Bytes_that_cannot_be_decrypted_are_an_error_of_TLS()
    {
        using ITransport client = await _rig.OpenAsync();
        await _rig.Server.WriteAsync("INFO"u8.ToArray(), Token);
        Assert.Equal(4, await TlsRig.ReceiveAsync(client, _buffer));
        await _rig.Pair.WriteAsync((byte[])[0x17, 3, 3, 0, 40, .. RandomNumberGenerator.GetBytes(40)], Token);
        NatsTlsException corrupt = await Assert.ThrowsAsync<NatsTlsException>(() => TlsRig.ReceiveAsync(client, _buffer));
        Assert.StartsWith("The TLS data received is corrupt: ", corrupt.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abort_ends_a_pending_receive_with_the_failure_of_the_transport()
    {
        using ITransport client = await _rig.OpenAsync();
        Task<int> pending = TlsRig.ReceiveAsync(client, _buffer);
        client.Abort();
        Exception broken = await Assert.ThrowsAnyAsync<Exception>(() => pending);
        Assert.IsNotType<NatsTlsException>(broken);
        Assert.True(_rig.Pair.Client.IsClosed);
    }

    [Fact]
    public async Task Dispose_closes_the_transport_once()
    {
        ITransport client = await _rig.OpenAsync();
        int sends = _rig.Pair.Client.Sends;
        client.Dispose();
        Assert.True(_rig.Pair.Client.IsClosed);
        client.Dispose();
        Assert.True(_rig.Pair.Client.IsClosed);
        Assert.Equal(sends, _rig.Pair.Client.Sends);
        await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(new byte[1]).AsTask());
    }
}
