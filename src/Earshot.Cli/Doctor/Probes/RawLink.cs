using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Earshot.Cli.Doctor;

/// <summary>
/// One connection on which the examination itself reads, without a client and without credentials. One operation at a time.
/// </summary>
internal sealed class RawLink : IAsyncDisposable
{
    private const int MostHeard = 64 * 1024;

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly NetworkStream _plain;
    private readonly MemoryStream _heard = new();
    private readonly byte[] _buffer = new byte[4096];
    private SslStream? _encrypted;
    private bool _isClosed;

    private RawLink(Socket socket, IPEndPoint endpoint, TimeProvider time)
    {
        _socket = socket;
        _time = time;
        Endpoint = endpoint;
        _plain = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The other side.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>What was read so far.</summary>
    public ReadOnlySpan<byte> Heard => _heard.GetBuffer().AsSpan(0, (int)_heard.Length);

    /// <summary>What the bytes so far and the end of the connection say.</summary>
    public PortKind Kind => Heard.IsEmpty && _isClosed ? PortKind.Closed : PortRules.Of(Heard);

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">There is no connection.</exception>
    /// <exception cref="OperationCanceledException">There was none in time.</exception>
    public static async Task<RawLink> OpenAsync(IPEndPoint endpoint, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var within = new CancellationTokenSource(limit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(within.Token, cancellationToken);
            await socket.ConnectAsync(endpoint, both.Token).ConfigureAwait(false);
            return new RawLink(socket, endpoint, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Reads until what answers can be recognised, the other side closes, or the time is over.</summary>
    public Task HearAsync(TimeSpan limit, CancellationToken cancellationToken) => ReadAsync(static heard => IsEnough(heard), limit, cancellationToken);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Stream stream = _encrypted is null ? _plain : _encrypted;
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Encrypts the connection, whatever certificate is shown; what was read in clear text before is discarded.</summary>
    /// <returns>What the handshake showed.</returns>
    /// <exception cref="TlsFailedException">There was no handshake.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<CertificateFacts> EncryptAsync(TlsExamination tls, TimeSpan limit, CancellationToken cancellationToken)
    {
        _heard.SetLength(0);
        var first = new FirstBytesStream(_plain);
        using var within = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(within.Token, cancellationToken);
        var stream = new SslStream(first);
        try
        {
            CertificateFacts facts = await tls.HandshakeAsync(stream, both.Token).ConfigureAwait(false);
            _encrypted = stream;
            return facts;
        }
        catch (Exception e)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested(); // whatever the handshake made of it
            throw new TlsFailedException(first.First.ToArray(), e);
        }
    }

    /// <summary>
    /// Ends the conversation and reads what the server still has to say. A server that has closed its side no longer counts the connection.
    /// </summary>
    public async Task EndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            return; // the other side was faster
        }

        await ReadAsync(static _ => false, limit, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_encrypted is not null)
        {
            await _encrypted.DisposeAsync().ConfigureAwait(false);
        }

        await _plain.DisposeAsync().ConfigureAwait(false);
        await _heard.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReadAsync(Func<ReadOnlySpan<byte>, bool> isEnough, TimeSpan limit, CancellationToken cancellationToken)
    {
        Stream stream = _encrypted is null ? _plain : _encrypted;
        using var within = new CancellationTokenSource(limit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(within.Token, cancellationToken);
        try
        {
            while (!_isClosed && _heard.Length < MostHeard && !isEnough(Heard))
            {
                int count = await stream.ReadAsync(_buffer, both.Token).ConfigureAwait(false);
                _heard.Write(_buffer, 0, count);
                _isClosed = count == 0;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
        catch (IOException)
        {
            _isClosed = true; // reset by the other side
        }
    }

    // INFO is one line; anything else shows with its first bytes what it is.
    private static bool IsEnough(ReadOnlySpan<byte> heard) => heard.Length >= 4 && (heard.Contains((byte)'\n') || heard[0] is < 0x20 or > 0x7E);
}
