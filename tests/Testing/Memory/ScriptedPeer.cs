using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Earshot.Testing;

/// <summary>
/// The server's side of one connection, played by a test line by line. Reads the client's operations with a parser of its own,
/// so that a mistake in the client's protocol code cannot hide here.
/// </summary>
internal sealed class ScriptedPeer
{
    private readonly MemoryTransportPair _pair;
    private readonly List<byte> _unread = [];
    private readonly StringBuilder _transcript = new();
    private readonly string _info;
    private int _position;

    public ScriptedPeer(MemoryTransportPair pair, string host = "127.0.0.1", int port = 4222, int clientId = 1)
    {
        _pair = pair;
        ClientId = clientId;
        _info = $"\"server_id\":\"N{host}:{port}\",\"server_name\":\"{host}:{port}\",\"version\":\"2.12.0\",\"proto\":1,\"go\":\"go1.25\","
            + $"\"host\":\"{host}\",\"port\":{port},\"headers\":true,\"max_payload\":1048576,\"client_id\":{clientId},\"client_ip\":\"127.0.0.1\"";
    }

    public int ClientId { get; }

    public MemoryTransportPair Pair => _pair;

    /// <summary>PINGs are answered while an expectation reads, and no expectation sees them.</summary>
    public bool AnswersPings { get; set; }

    /// <summary>Everything sent so far: <c>S></c> by this side, <c>C></c> by the client.</summary>
    public string Transcript
    {
        get
        {
            lock (_transcript)
            {
                return _transcript.ToString();
            }
        }
    }

    /// <summary>Sends INFO; <paramref name="more"/> is further JSON members, for example <c>"nonce":"abc"</c>.</summary>
    public ValueTask SendInfoAsync(IReadOnlyList<string>? connectUrls = null, bool lameDuck = false, string? more = null)
    {
        string json = _info;
        if (connectUrls is not null)
        {
            json += ",\"connect_urls\":[" + string.Join(',', connectUrls.Select(u => $"\"{JsonEncodedText.Encode(u)}\"")) + "]";
        }

        json += (lameDuck ? ",\"ldm\":true" : "") + (more is null ? "" : "," + more);
        return SendAsync($"INFO {{{json}}} \r\n");
    }

    /// <summary>Sends protocol text; CRLF is added when it does not end with it.</summary>
    public ValueTask SendAsync(string text)
    {
        string whole = text.EndsWith("\r\n", StringComparison.Ordinal) ? text : text + "\r\n";
        return SendRawAsync(Encoding.UTF8.GetBytes(whole));
    }

    /// <summary>Sends exactly these bytes.</summary>
    public ValueTask SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        Note("S> " + Encoding.UTF8.GetString(bytes.Span));
        return _pair.WriteAsync(bytes);
    }

    /// <summary>Sends a message to a subscription of the client.</summary>
    public ValueTask SendMessageAsync(string subject, int sid, string payload, string? replyTo = null)
    {
        string reply = replyTo is null ? "" : replyTo + " ";
        return SendAsync($"MSG {subject} {sid} {reply}{Encoding.UTF8.GetByteCount(payload)}\r\n{payload}\r\n");
    }

    /// <summary>INFO, CONNECT, PING, PONG; returns the CONNECT.</summary>
    public async Task<ClientOperation> HandshakeAsync(CancellationToken cancellationToken = default)
    {
        await SendInfoAsync().ConfigureAwait(false);
        return await FinishHandshakeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The rest of the handshake after an INFO that the test sent itself.</summary>
    public async Task<ClientOperation> FinishHandshakeAsync(CancellationToken cancellationToken = default)
    {
        bool answered = AnswersPings;
        AnswersPings = false;
        ClientOperation connect = await ExpectAsync("CONNECT", cancellationToken).ConfigureAwait(false);
        await ExpectAsync("PING", cancellationToken).ConfigureAwait(false);
        AnswersPings = answered;
        await SendAsync("PONG").ConfigureAwait(false);
        return connect;
    }

    /// <summary>The next operation must be this line, or begin with it followed by a space.</summary>
    public async Task<ClientOperation> ExpectAsync(string expected, CancellationToken cancellationToken = default)
    {
        ClientOperation operation = await ReadAsync($"Expected '{expected}'", cancellationToken).ConfigureAwait(false)
            ?? throw Failed($"Expected '{expected}', but the client closed the connection.");
        bool matches = operation.Line == expected || operation.Line.StartsWith(expected + " ", StringComparison.Ordinal);
        return matches ? operation : throw Failed($"Expected '{expected}', got '{operation.Line}'.");
    }

    /// <summary>The next operation, or null after the client has closed or reset the connection.</summary>
    public Task<ClientOperation?> ReadOperationAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("Expected any operation", cancellationToken);

    /// <summary>Reads to the end of the connection and returns the remaining bytes of the client.</summary>
    public async Task<IReadOnlyList<ClientOperation>> ReadToEndAsync(CancellationToken cancellationToken = default)
    {
        var operations = new List<ClientOperation>();
        while (await ReadAsync("Expected the end", cancellationToken).ConfigureAwait(false) is { } operation)
        {
            operations.Add(operation);
        }

        return operations;
    }

    /// <summary>Answers PINGs and takes everything else until the connection ends.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken = default)
    {
        AnswersPings = true;
        await ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes in an orderly way.</summary>
    public void Close()
    {
        Note("S> (close)\r\n");
        _pair.Close();
    }

    /// <summary>Resets the connection.</summary>
    public void Cut()
    {
        Note("S> (cut)\r\n");
        _pair.Abort();
    }

    private async Task<ClientOperation?> ReadAsync(string expectation, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                ClientOperation? operation = await ReadOneAsync(cancellationToken).ConfigureAwait(false);
                if (operation is not { Line: "PING" } || !AnswersPings)
                {
                    return operation;
                }

                await AnswerPingAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new ScriptFailedException(expectation + ", nothing came.", Transcript, exception);
        }
    }

    // A client may ask and leave without waiting for the answer.
    private async Task AnswerPingAsync()
    {
        try
        {
            await SendAsync("PONG").ConfigureAwait(false);
        }
        catch (SocketException)
        {
            Note("S> (the PONG was not read)\r\n");
        }
    }

    private async Task<ClientOperation?> ReadOneAsync(CancellationToken cancellationToken)
    {
        string? line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (line is null)
        {
            return null;
        }

        string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        byte[] payload = [];
        if (words is [var verb, .., var size] && verb.ToUpperInvariant() is "PUB" or "HPUB")
        {
            payload = await ReadPayloadAsync(int.Parse(size, CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        }

        Note($"C> {line}{(payload.Length == 0 ? "" : " | " + Encoding.UTF8.GetString(payload))}\r\n");
        return new ClientOperation(line, payload);
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int end = _unread.IndexOf((byte)'\n', _position);
            if (end >= 0)
            {
                string line = Encoding.UTF8.GetString([.. _unread[_position..end]]).TrimEnd('\r');
                _position = end + 1;
                return line;
            }

            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return _position == _unread.Count ? null : throw Failed("The client closed the connection within a line.");
            }
        }
    }

    private async Task<byte[]> ReadPayloadAsync(int size, CancellationToken cancellationToken)
    {
        while (_unread.Count - _position < size + 2)
        {
            if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                throw Failed("The client closed the connection within a payload.");
            }
        }

        byte[] payload = [.. _unread[_position..(_position + size)]];
        bool isTerminated = _unread[_position + size] == '\r' && _unread[_position + size + 1] == '\n';
        _position += size + 2;
        return isTerminated ? payload : throw Failed("A payload does not end with CRLF.");
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _unread.RemoveRange(0, _position);
        _position = 0;
        byte[] buffer = new byte[4096];
        try
        {
            int read = await _pair.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _unread.AddRange(buffer.AsSpan(0, read));
            if (read == 0)
            {
                Note("C> (close)\r\n");
            }

            return read > 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Note("C> (cut)\r\n");
            _unread.Clear();
            return false;
        }
    }

    private ScriptFailedException Failed(string message) => new(message, Transcript);

    private void Note(string text)
    {
        lock (_transcript)
        {
            _transcript.Append(text);
        }
    }
}
