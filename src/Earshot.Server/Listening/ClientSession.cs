using System.IO.Pipelines;
using System.Security.Authentication;
using Earshot.Protocol;
using Earshot.Server.Clients;
using Earshot.Server.Links;
using Earshot.Server.Operations;

namespace Earshot.Server.Listening;

/// <summary>
/// The two loops of one connected client: read operations and apply them, send what gathers in the outbox. Closes the link
/// in one place, after the write loop has let go of it.
/// </summary>
internal sealed class ClientSession : IDisposable
{
    private const int LongestStall = 10;

    private readonly ServerState _server;
    private readonly IClientLink _link;
    private readonly OperationContext _context;
    private readonly CancellationTokenSource _ended = new();
    private readonly ReceiveBuffer _received = new();
    private ClientOperationReader _reader;
    private int _maxPayload;
    private int _needed = 1;

    public ClientSession(ServerState server, IClientLink link, ClientConnection client)
    {
        _server = server;
        _link = link;
        Client = client;
        _context = new OperationContext(server, client);
        _maxPayload = client.MaxPayload;
        _reader = CreateReader();
    }

    public ClientConnection Client { get; }

    /// <summary>Completes when the client has disconnected. Never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            Enter();
            Task writing = WriteLoopAsync();
            await ReadLoopAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
        finally
        {
            _received.Release();
            Client.Leave();
        }
    }

    public void Dispose() => _ended.Dispose();

    private void Enter()
    {
        _server.Statistics.CountConnection();
        bool isOneTooMany = _server.Clients.HasAtLeast(_server.Options.MaxConnections);
        if (!_server.Authenticator.IsRequired && !Client.TryBecome(_server.Authenticator.Default!))
        {
            Client.Close(ClosedReason.MaxAccountConnectionsExceeded, ErrorTexts.MaxAccountConnectionsExceeded);
        }

        _server.Clients.Add(Client);
        Client.SendInfo(first: true);
        if (isOneTooMany)
        {
            Client.Close(ClosedReason.MaxConnectionsExceeded, ErrorTexts.MaxConnectionsExceeded);
        }
        else if (_server.TryThrottle())
        {
            Client.Close(ClosedReason.MaxConnectionsExceeded, ErrorTexts.Throttled);
        }

        Client.KeepAlive.Start();
    }

    private async Task ReadLoopAsync()
    {
        try
        {
            while (!Client.IsClosed)
            {
                ReadResult result = await _link.ReadAsync(_ended.Token).ConfigureAwait(false);
                _received.Append(result.Buffer);
                _link.Advance(result.Buffer.End);
                try
                {
                    ApplyAll();
                }
                finally
                {
                    _context.Router.Flush(); // also what came to other clients before an exception
                }

                await StallAsync().ConfigureAwait(false);
                if (result.IsCompleted)
                {
                    Client.Close(ClosedReason.ClientClosed);
                }
            }
        }
        catch (Exception exception)
        {
            // A reset, a vanished transport, the end of the write loop: whichever it is, reading is over.
            Client.Close(exception is OperationCanceledException ? ClosedReason.WriteError : ClosedReason.ReadError);
        }
    }

    // A publisher that is faster than a receiver is held back a little. In real time, since it is flow control and nothing
    // that a test with a fake clock should observe.
    private async ValueTask StallAsync()
    {
        for (int i = 0; i < LongestStall && _context.Router.Congested is { IsCongested: true }; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), _server.Options.RealTime, _ended.Token).ConfigureAwait(false);
        }
    }

    private void ApplyAll()
    {
        if (_received.Unread.Length < _needed && !Client.NeedsAuthentication)
        {
            return;
        }

        try
        {
            while (!Client.IsClosed && !_received.Unread.IsEmpty && TryApplyOne())
            {
            }

            Client.KeepAlive.NoteActivity();
        }
        catch (NatsProtocolViolationException exception)
        {
            // A verb that nothing at all follows is no verb to a server.
            bool isBareVerb = exception.Violation == ProtocolViolation.MalformedArguments && !exception.Excerpt.AsSpan().ContainsAny((byte)' ', (byte)'\t');
            CloseFor(isBareVerb ? ProtocolViolation.UnknownOperation : exception.Violation);
        }
    }

    private bool TryApplyOne()
    {
        // Where credentials are demanded, a first byte that cannot begin CONNECT ends it.
        if (Client.NeedsAuthentication && _server.Authenticator.Default is null && (_received.Unread[0] | 0x20) != 'c')
        {
            Client.Close(ClosedReason.AuthenticationViolation, ErrorTexts.AuthorizationViolation);
            return false;
        }

        if (Client.MaxPayload != _maxPayload)
        {
            _maxPayload = Client.MaxPayload;
            _reader = CreateReader();
        }

        if (!_reader.TryRead(_received.Unread, out ClientOperation operation, out int consumed))
        {
            _needed = _reader.BytesNeeded;
            RefuseHeadersBeforePayload();
            return false;
        }

        _needed = 1;
        OperationTable.Apply(_context, operation);
        _received.Consume(consumed);
        return true;
    }

    // A publish with headers is refused by its control line; its payload may never come.
    private void RefuseHeadersBeforePayload()
    {
        bool isHeadersPublish = (_received.Unread[0] | 0x20) == 'h' && _received.Unread.Contains((byte)'\n');
        if (isHeadersPublish && !(Client.Request.Headers && _server.Options.Headers))
        {
            Client.Close(ClosedReason.ProtocolViolation);
        }
    }

    private void CloseFor(ProtocolViolation violation)
    {
        (ClosedReason reason, string? text) = violation switch
        {
            ProtocolViolation.ControlLineTooLong => (ClosedReason.MaxControlLineExceeded, ErrorTexts.MaxControlLineExceeded),
            ProtocolViolation.MessageTooLarge => (ClosedReason.MaxPayloadExceeded, ErrorTexts.MaxPayloadViolation),
            ProtocolViolation.UnknownOperation => (ClosedReason.ProtocolViolation, ErrorTexts.UnknownOperation),
            _ => (ClosedReason.ProtocolViolation, (string?)null),
        };
        Client.Close(reason, text);
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            while (!Client.Outbox.IsCompleted)
            {
                await Client.Outbox.WaitAsync().ConfigureAwait(false);
                await WriteAllAsync().ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            _server.Statistics.CountSlowConsumer();
            Client.Close(ClosedReason.SlowConsumerWriteDeadline);
            _link.Abort(reset: false);
        }
        catch (Exception exception)
        {
            Client.Close(exception is AuthenticationException ? ClosedReason.TlsHandshakeError : ClosedReason.WriteError);
        }

        await CloseLinkAsync().ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
    }

    private async ValueTask WriteAllAsync()
    {
        ReadOnlyMemory<byte> bytes = Client.Outbox.Take(out byte[]? buffer);
        if (!bytes.IsEmpty)
        {
            // After a timeout the transport still holds the bytes, so the buffer is left to the collector.
            await _link.WriteAsync(bytes).ConfigureAwait(false);
        }

        Client.Outbox.Return(buffer);
    }

    private async ValueTask CloseLinkAsync()
    {
        try
        {
            await _link.CloseAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The client was faster, and each transport has an exception of its own for that. What is left of the session must end.
            _link.Abort(reset: false);
        }
    }

    private ClientOperationReader CreateReader() =>
        new(new ProtocolLimits { MaxControlLine = _server.Options.MaxControlLine, MaxMessage = _maxPayload });
}
