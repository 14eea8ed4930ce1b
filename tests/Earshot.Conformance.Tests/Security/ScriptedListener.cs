using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Earshot.Conformance.Tests.Security;

/// <summary>A server on loopback whose every byte is controlled by the test: a man in the middle, or a regular server with a given certificate.</summary>
internal sealed class ScriptedListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _scripts = [];
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly Task _accepting;
    private int _accepted;

    public ScriptedListener(Func<ScriptedSocket, Task> script)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(script);
    }

    public int Port { get; }

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Closes the listener and every connection of it.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (TcpClient client in _clients)
        {
            client.Dispose();
        }

        await Task.WhenAll(_scripts).WaitAsync(Connections.Limit);
    }

    private async Task AcceptAsync(Func<ScriptedSocket, Task> script)
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _clients.Add(client);
                _scripts.Add(PlayAsync(client, script, Interlocked.Increment(ref _accepted)));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The listener was stopped.
        }
    }

    private static async Task PlayAsync(TcpClient client, Func<ScriptedSocket, Task> script, int number)
    {
        try
        {
            using (client)
            {
                await script(new ScriptedSocket(client.GetStream(), number));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException or WebSocketException or InvalidOperationException)
        {
            // The client left; what it did before is what tests look at.
        }
    }
}

/// <summary>One accepted connection: plain text until it is encrypted.</summary>
internal sealed class ScriptedSocket(Stream bare, int number)
{
    private Stream _stream = bare;

    /// <summary>1 for the first connection of the listener.</summary>
    public int Number => number;

    public static string Info(int port, string more = "") => string.Create(
        CultureInfo.InvariantCulture,
        $"INFO {{\"server_id\":\"N{port}\",\"server_name\":\"s{port}\",\"version\":\"2.12.0\",\"proto\":1,\"host\":\"127.0.0.1\",\"port\":{port},\"headers\":true,\"max_payload\":1048576{more}}} \r\n");

    public ValueTask SendAsync(string text) => _stream.WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task EncryptAsync(X509Certificate2 certificate)
    {
        var encrypted = new SslStream(_stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
        });
        _stream = encrypted;
    }

    public async Task<WebSocket> UpgradeAsync()
    {
        string request = Request = await ReadHeadAsync();
        string key = request.Split("\r\n").First(line => line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))[19..].Trim();
#pragma warning disable CA5350 // RFC 6455 wants SHA-1 here; it protects nothing.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await SendAsync($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
        var socket = WebSocket.CreateFromStream(_stream, new WebSocketCreationOptions { IsServer = true });
        _stream = WebSocketStream.Create(socket, WebSocketMessageType.Binary);
        return socket;
    }

    /// <summary>Where the conversation now is: inside whatever was put on top.</summary>
    public Stream Stream => _stream;

    /// <summary>The socket below everything.</summary>
    public Stream Bare { get; } = bare;

    /// <summary>The first byte that the client sends, -1 when it closes instead.</summary>
    public async Task<int> FirstByteAsync()
    {
        try
        {
            return await ReadByteAsync();
        }
        catch (IOException)
        {
            return -1; // a client that refuses resets the connection
        }
    }

    public ValueTask SendRawAsync(byte[] bytes) => _stream.WriteAsync(bytes);

    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>The head of an HTTP request.</summary>
    public async Task<string> ReadHeadAsync()
    {
        string head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head += await ReadByteAsync() is >= 0 and int value ? (char)value : throw new IOException("The client left.");
        }

        return head;
    }

    /// <summary>The CONNECT of the client, with its line end.</summary>
    public string? Connect { get; private set; }

    /// <summary>The HTTP request of the upgrade.</summary>
    public string Request { get; private set; } = "";

    /// <summary>Acts as a regular server until the client closes; <paramref name="connectInfo"/> follows CONNECT, as real servers do.</summary>
    public async Task ServeAsync(string? connectInfo = null, bool untilPong = false)
    {
        var line = new StringBuilder();
        while (await ReadByteAsync() is >= 0 and int value)
        {
            line.Append((char)value);
            if (value != '\n')
            {
                continue;
            }

            string operation = line.ToString();
            line.Clear();
            if (operation.StartsWith("CONNECT", StringComparison.Ordinal))
            {
                Connect = operation;
                if (connectInfo is not null)
                {
                    await SendAsync(connectInfo);
                }
            }

            if (operation.StartsWith("PING", StringComparison.Ordinal))
            {
                await SendAsync("PONG\r\n");
                if (untilPong)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Everything the client sends until it closes.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(all);
        }
        catch (IOException)
        {
            // A client that refuses resets the connection.
        }

        return all.ToArray();
    }

    private async Task<int> ReadByteAsync()
    {
        byte[] one = new byte[1];
        return await _stream.ReadAsync(one) == 1 ? one[0] : -1;
    }
}
