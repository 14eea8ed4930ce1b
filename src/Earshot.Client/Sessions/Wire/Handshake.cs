using System.Buffers;
using System.Text;
using Earshot.Diagnostics;
using Earshot.Protocol;
using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>
/// From a connected transport to an accepted client: INFO, CONNECT with PING, PONG. Bytes that follow the PONG stay in
/// the buffer for the read loop. It is independent of the attempt and sets no time limit.
/// </summary>
internal sealed class Handshake(ITransport transport, ReceiveBuffer buffer, TimeProvider time)
{
    private static readonly byte[] s_pongFrame = ClientOperationWriter.Pong.ToArray();

    private readonly ServerOperationReader _reader = new(ProtocolLimits.Handshake);
    private readonly long _started = time.GetTimestamp();
    private NatsServerInfo? _info;
    private NatsServerError? _error;
    private bool _isPongPending;

    /// <summary>The INFO received before the transport was encrypted; one that is received over this transport replaces it.</summary>
    public NatsServerInfo? ReceivedInfo { init => _info = value; }

    /// <summary>The current phase, which a cancellation reports.</summary>
    public NatsConnectPhase Phase { get; private set; } = NatsConnectPhase.Info;

    /// <summary>What CONNECT carried that must not be shown; null before it, and where it carried nothing of that kind.</summary>
    public KnownSecrets? Secrets { get; private set; }

    public TimeSpan InfoTime { get; private set; }

    public TimeSpan PongTime { get; private set; }

    /// <summary>Reads INFO, the first line of a server.</summary>
    public async Task<NatsServerInfo> ReadInfoAsync()
    {
        Phase = NatsConnectPhase.Info;
        await ReadUntilAsync(static self => self._info is not null).ConfigureAwait(false);
        InfoTime = time.GetElapsedTime(_started);
        return _info!;
    }

    /// <summary>Introduces the client and waits until the server has accepted it; returns the INFO that then counts.</summary>
    public async Task<NatsServerInfo> AuthenticateAsync(ConnectInfo connect)
    {
        ParseBufferedInput();
        Phase = NatsConnectPhase.Authentication;
        Secrets = KnownSecrets.Of(connect.Jwt is not null, connect.Password, connect.AuthToken, connect.Signature);
        long started = time.GetTimestamp();
        var frames = new ArrayBufferWriter<byte>(512);
        ClientOperationWriter.WriteConnect(frames, connect);
        frames.Write(ClientOperationWriter.Ping);
        // A socket holds on to the array it sent last, so an idle one should hold an array that others use too.
        byte[] sent = ArrayPool<byte>.Shared.Rent(frames.WrittenCount);
        frames.WrittenSpan.CopyTo(sent);
        try
        {
            await transport.SendAsync(sent.AsMemory(0, frames.WrittenCount)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The server may have sent a reason before it closed; that text is more useful than the broken pipe.
            throw Failure(await DrainForErrorAsync().ConfigureAwait(false) ?? e);
        }
        finally
        {
            frames.Clear(); // passwords and tokens are in there
            ArrayPool<byte>.Shared.Return(sent, clearArray: true);
        }

        await ReadUntilAsync(static self => self.Phase == NatsConnectPhase.Resubscribe).ConfigureAwait(false);
        PongTime = time.GetElapsedTime(started);
        return Secrets?.Hide(_info!) ?? _info!;
    }

    // A PONG that is here before our PING cannot be the answer to it.
    private void ParseBufferedInput()
    {
        try
        {
            ParseUnread(static _ => false);
        }
        catch (NatsProtocolViolationException e)
        {
            throw new HandshakeException(Phase, e, _error);
        }
    }

    private async Task ReadUntilAsync(Func<Handshake, bool> isDone)
    {
        while (true)
        {
            try
            {
                ParseUnread(isDone);
            }
            catch (NatsProtocolViolationException e)
            {
                throw new HandshakeException(Phase, _info is null ? new NatsProtocolViolationException(Hint(e)) : Secrets?.Hide(e) ?? e, _error);
            }

            if (isDone(this))
            {
                return;
            }

            try
            {
                await AnswerPingAsync().ConfigureAwait(false);
                if (await buffer.FillAsync(_reader.BytesNeeded).ConfigureAwait(false) > 0)
                {
                    continue;
                }
            }
            catch (Exception e)
            {
                throw Failure(e);
            }

            throw Failure(new IOException($"The server closed the connection at {Phase}.{(buffer.ReceivedBytes == 0 ? " Nothing was received: the server may expect TLS first (TlsMode.Implicit) or may not be a NATS server." : "")}"));
        }
    }

    private void ParseUnread(Func<Handshake, bool> isDone)
    {
        while (!isDone(this) && _reader.TryRead(buffer.Unread, out ServerOperation operation, out int consumed))
        {
            switch (operation.Kind)
            {
                case ServerOperationKind.Info:
                    NatsServerInfo info = ServerInfoReader.Parse(operation.Text);
                    _info = info with { Nonce = info.Nonce ?? _info?.Nonce };
                    break;
                case ServerOperationKind.Error:
                    _error = ServerErrorReader.Parse(Encoding.UTF8.GetString(operation.Text));
                    _error = Secrets?.Hide(_error) ?? _error;
                    break;
                case ServerOperationKind.Pong when Phase == NatsConnectPhase.Authentication:
                    Phase = NatsConnectPhase.Resubscribe;
                    break;
                case ServerOperationKind.Ping:
                    _isPongPending = true;
                    break;
                default:
                    break; // +OK, an unsolicited PONG
            }

            buffer.Advance(consumed);
        }
    }

    // Only behind CONNECT: to a server that does not know the client yet it would say nothing.
    private async Task AnswerPingAsync()
    {
        if (!_isPongPending || Phase != NatsConnectPhase.Authentication)
        {
            return;
        }

        _isPongPending = false;
        await transport.SendAsync(s_pongFrame).ConfigureAwait(false);
    }

    /// <summary>What TLS has to say of the end, if anything.</summary>
    private async Task<NatsTlsException?> DrainForErrorAsync()
    {
        try
        {
            while (await buffer.FillAsync(_reader.BytesNeeded).ConfigureAwait(false) > 0)
            {
                ParseUnread(static _ => false);
            }
        }
        catch (NatsTlsException e)
        {
            return e;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Only a message of the server was of interest; the write error is reported in any case.
        }

        return null;
    }

    private HandshakeException Failure(Exception cause)
    {
        if (_error is not { } error)
        {
            return new HandshakeException(cause is NatsTlsException ? NatsConnectPhase.Tls : Phase, Secrets?.Hide(cause) ?? cause);
        }

        return new HandshakeException(Phase, new NatsServerException(error), error);
    }

    private string Hint(NatsProtocolViolationException violation)
    {
        ReadOnlySpan<byte> bytes = buffer.Unread;
        string? looksLike = bytes switch
        {
            _ when bytes.StartsWith("HTTP/"u8) => "an HTTP server. The monitoring port (8222 by default) does not accept clients, and a WebSocket port requires a ws:// or wss:// URL",
            _ when bytes.StartsWith("SSH-"u8) => "an SSH server",
            _ when bytes.StartsWith("220"u8) => "an SMTP or FTP server",
            [0x15 or 0x16, 0x03, ..] => "a server that starts with TLS. Use TlsMode.Implicit (the server has handshake_first), or a wss:// URL if it is a WebSocket port",
            _ => null,
        };
        return looksLike is null
            ? $"The peer is not a NATS server: {violation.Message}"
            : $"The peer is not a NATS server; it looks like {looksLike}.";
    }
}
